/** Keeps a number of detector processes alive: replaces the dead with back-off, retires the fat and the old. */
import { AnalysisError } from '../../errors.ts';
import type { DetectorChild } from './detector-child.ts';
import { ChildLost } from './pending-requests.ts';

/** A child that takes frames. */
export interface FleetMember {
  readonly child: DetectorChild;
  /** Sessions it has loaded. */
  readonly loaded: Set<number>;
  /** Frames it holds. */
  underWay: number;
  /** It gets no new frames: its successor is ready. */
  isRetiring: boolean;
}

/** Why a child is retired although it works; onnxruntime has reported leaks (RELIABILITY §3). */
export interface RecycleLimits {
  readonly residentMiB: number;
  readonly ageMs: number;
  /** A child is never retired younger than this, or one that needs much memory would be replaced for ever. */
  readonly minAgeMs: number;
}

/** What happened to a child, for logs and counters. `detail` holds no picture data and no credential. */
export type FleetEvent =
  | { readonly kind: 'child-ready'; readonly pid: number | undefined }
  | { readonly kind: 'child-lost'; readonly pid: number | undefined; readonly detail: string }
  | { readonly kind: 'child-recycled'; readonly pid: number | undefined; readonly detail: string };

/** See `createChildFleet`. */
export interface FleetOptions {
  readonly size: number;
  readonly recycle: RecycleLimits;
  /** Starts a process; may throw. */
  start(): DetectorChild;
  /** Brings a new child to the state of the others, before it takes frames. */
  prepare(member: FleetMember): Promise<void>;
  /** A child can take frames. */
  onReady(member: FleetMember): void;
  /** No child runs and several starts in a row failed. */
  onGivenUp(error: AnalysisError): void;
  onEvent(event: FleetEvent): void;
}

/** See `createChildFleet`. */
export interface ChildFleet {
  readonly members: readonly FleetMember[];
  /** The first child that is ready; rejects with `AnalysisError` `detector-lost` when none can be started. */
  anyMember(): Promise<FleetMember>;
  /** Call after each answer: resets the back-off, and retires the child when it is due. */
  afterAnswer(member: FleetMember): void;
  close(): Promise<void>;
}

const FIRST_BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 30_000;

/** Starts that fail in a row before waiting frames are given back: about 3 s with the back-off above. */
const FAILURES_TO_GIVE_UP = 5;

interface Waiter {
  readonly resolve: (member: FleetMember) => void;
  readonly reject: (error: AnalysisError) => void;
}

/** Starts `size` children at once and keeps that many until `close`. */
export function createChildFleet(options: FleetOptions): ChildFleet {
  const members: FleetMember[] = [];
  const startedAtMs = new Map<FleetMember, number>();
  const processes = new Set<DetectorChild>();
  const timers = new Set<NodeJS.Timeout>();
  let waiters: Waiter[] = [];
  let failuresInARow = 0;
  let isRecycling = false;
  let isClosed = false;

  /** Starts one child and waits until it can work; throws what stopped it. */
  async function launch(): Promise<FleetMember> {
    const child = options.start();
    processes.add(child);
    void child.gone.then(() => processes.delete(child));
    const member: FleetMember = { child, loaded: new Set(), underWay: 0, isRetiring: false };
    try {
      await child.ready;
      await options.prepare(member);
    } catch (error) {
      await child.stop();
      throw error;
    }
    enlist(member);
    return member;
  }

  function enlist(member: FleetMember): void {
    members.push(member);
    startedAtMs.set(member, performance.now());
    void member.child.gone.then((detail) => dismiss(member, detail));
    options.onEvent({ kind: 'child-ready', pid: member.child.pid });
    for (const waiter of waiters.splice(0)) waiter.resolve(member);
    options.onReady(member);
  }

  function dismiss(member: FleetMember, detail: string): void {
    members.splice(members.indexOf(member), 1);
    startedAtMs.delete(member);
    if (isClosed || member.isRetiring) return;
    options.onEvent({ kind: 'child-lost', pid: member.child.pid, detail });
    fill(detail);
  }

  /** Counts a failure, then starts a replacement when its back-off is over. */
  function fill(detail: string): void {
    failuresInARow += 1;
    if (failuresInARow >= FAILURES_TO_GIVE_UP && members.length === 0) giveUp(detail);
    const delayMs = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (failuresInARow - 1));
    const timer = setTimeout(() => {
      timers.delete(timer);
      launchOrRetry();
    }, delayMs);
    timers.add(timer);
  }

  function launchOrRetry(): void {
    launch().catch((error: unknown) => {
      if (isClosed) return;
      const detail = error instanceof Error ? error.message : String(error);
      options.onEvent({ kind: 'child-lost', pid: undefined, detail });
      fill(detail);
    });
  }

  function giveUp(detail: string): void {
    const message = `no detector process runs; the last of ${failuresInARow} failures: ${detail}`;
    const error = new AnalysisError('detector-lost', 'start-detector', message);
    for (const waiter of waiters.splice(0)) waiter.reject(error);
    options.onGivenUp(error);
  }

  function dueReason(member: FleetMember): string | undefined {
    const ageMs = performance.now() - (startedAtMs.get(member) ?? 0);
    const { residentMiB, ageMs: maxAgeMs, minAgeMs } = options.recycle;
    if (ageMs < minAgeMs) return undefined;
    const held = member.child.residentMiB();
    if (held > residentMiB) return `holds ${held} MiB, limit ${residentMiB} MiB`;
    return ageMs > maxAgeMs ? `has run for ${Math.round(ageMs / 1000)} s` : undefined;
  }

  /** The successor is ready before the old child stops taking frames, so no frame waits for it. */
  async function recycle(member: FleetMember, detail: string): Promise<void> {
    isRecycling = true;
    try {
      await launch();
      member.isRetiring = true;
      options.onEvent({ kind: 'child-recycled', pid: member.child.pid, detail });
      await member.child.stop();
    } catch (error) {
      if (!(error instanceof ChildLost || error instanceof AnalysisError)) throw error;
      options.onEvent({ kind: 'child-lost', pid: undefined, detail: error.message });
    } finally {
      isRecycling = false;
    }
  }

  for (let index = 0; index < options.size; index += 1) launchOrRetry();

  return {
    members,
    anyMember() {
      const member = members.find((one) => !one.isRetiring);
      if (member !== undefined) return Promise.resolve(member);
      if (isClosed) {
        return Promise.reject(new AnalysisError('detector-lost', 'start-detector', 'the pool is closed'));
      }
      return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
    },
    afterAnswer(member) {
      failuresInARow = 0;
      if (isRecycling || isClosed || member.isRetiring) return;
      const reason = dueReason(member);
      if (reason !== undefined) void recycle(member, reason);
    },
    async close() {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      const closed = new AnalysisError('detector-lost', 'start-detector', 'the pool is closed');
      for (const waiter of waiters.splice(0)) waiter.reject(closed);
      waiters = [];
      await Promise.all([...processes].map((child) => child.stop()));
    },
  };
}
