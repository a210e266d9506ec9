/** The parent's end of one detector process: start, requests, answers, watchdog, stop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SizePx } from '../../domain/detect/letterbox.ts';
import type { Detection } from '../../domain/types.ts';
import { type Answer, createAnswerParser } from './answer-parser.ts';
import { CHILD_FD, REQUEST_BYTES, REQUEST_KIND, SLOTS_PER_CHILD, writeRequest } from './detector-protocol.ts';
import { createFrameMemory } from './frame-memory.ts';
import type { SessionRequest } from './ort-session.ts';
import { createPendingRequests } from './pending-requests.ts';

/** How a child is run. */
export interface ChildOptions {
  /** A tmpfs for the pictures; see `createFrameMemory`. */
  readonly frameMemoryDirectory: string;
  /** A request without an answer for so long means that the child hangs. */
  readonly answerDeadlineMs: number;
  /** How long a stopping child may finish what it has before it is killed. */
  readonly stopGraceMs: number;
}

/** A frame's detections and the time they took inside the child. */
export interface ChildAnswer {
  readonly detections: Detection[];
  readonly inferenceMs: number;
}

/** One detector process. */
export interface DetectorChild {
  readonly pid: number | undefined;
  /** Resolves when it takes requests. Like every request, rejects with `ChildLost` when the process ends first. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the process is gone and every request is settled. Never rejects. */
  readonly gone: Promise<string>;
  /** Last reported resident memory. */
  residentMiB(): number;
  load(sessionId: number, request: SessionRequest): Promise<void>;
  unload(sessionId: number): Promise<void>;
  /** At most `SLOTS_PER_CHILD` at a time. The pixels are copied before this returns. */
  detect(sessionId: number, pixels: Uint8Array, area: SizePx): Promise<ChildAnswer>;
  /** Lets the child finish what it has, then end; kills it after the grace. */
  stop(): Promise<void>;
}

/** Enough of the child's last words to tell an abort from a missing library. */
const STDERR_TAIL_CHARACTERS = 2000;

const NO_AREA: SizePx = { widthPx: 0, heightPx: 0 };

/** Starts a detector process. Throws `AnalysisError` only when there is no frame memory. */
export function startDetectorChild(options: ChildOptions): DetectorChild {
  const memory = createFrameMemory(options.frameMemoryDirectory);
  // No environment: a process that reads files from strangers has no use for the parent's secrets.
  const child = spawn(process.execPath, entryArguments(), {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', memory.fd],
  });
  const requests = child.stdio[CHILD_FD.requests] as Writable;
  const answers = child.stdio[CHILD_FD.answers] as Readable;
  const freeSlots = Array.from({ length: SLOTS_PER_CHILD }, (_, slot) => slot);
  // One block per slot, written again only after the slot's answer: no allocation per frame.
  const slotBlocks = freeSlots.map(() => Buffer.alloc(REQUEST_BYTES));
  let residentMiB = 0;
  let fault: string | undefined;

  function condemn(reason: string): void {
    fault ??= reason;
    child.kill('SIGKILL');
  }

  const pending = createPendingRequests({
    deadlineMs: options.answerDeadlineMs,
    onOverdue: () => condemn(`gave no answer for ${options.answerDeadlineMs} ms`),
  });
  const parse = createAnswerParser({
    onAnswer(answer) {
      if (answer.header.residentMiB > 0) ({ residentMiB } = answer.header);
      if (!pending.settle(answer)) condemn('answered what was not asked');
    },
    onGarbage: () => condemn('answered with garbage'),
  });
  answers.on('data', parse);
  // A broken pipe is the child's end, which `close` reports.
  for (const stream of [requests, answers]) stream.on('error', () => undefined);
  const gone = watchEnd(child).then((how) => {
    const reason = `detector process ${child.pid ?? ''} ${fault ? `${fault}; ` : ''}${how}`;
    memory.close();
    pending.rejectAll(reason);
    return reason;
  });

  function send(block: Buffer, request: { kind: number; sessionId: number; slot?: number; area?: SizePx }) {
    const { kind, sessionId, slot = 0, area = NO_AREA } = request;
    const { requestId, answer } = pending.expect();
    const payloadBytes = block.length - REQUEST_BYTES;
    const areaPx = { areaWidthPx: area.widthPx, areaHeightPx: area.heightPx };
    writeRequest(block, { kind, requestId, sessionId, slot, ...areaPx, payloadBytes });
    requests.write(block);
    return answer;
  }

  return {
    pid: child.pid,
    ready: pending.expect().answer.then(() => undefined),
    gone,
    residentMiB: () => residentMiB,
    async load(sessionId, wanted) {
      const payload = Buffer.from(JSON.stringify(wanted));
      await send(Buffer.concat([Buffer.alloc(REQUEST_BYTES), payload]), {
        kind: REQUEST_KIND.load,
        sessionId,
      });
    },
    async unload(sessionId) {
      await send(Buffer.alloc(REQUEST_BYTES), { kind: REQUEST_KIND.unload, sessionId });
    },
    async detect(sessionId, pixels, area) {
      const slot = freeSlots.pop();
      if (slot === undefined)
        throw new RangeError(`a detector process holds at most ${SLOTS_PER_CHILD} frames`);
      try {
        memory.write(slot, pixels);
        return toChildAnswer(
          await send(slotBlocks[slot]!, { kind: REQUEST_KIND.detect, sessionId, slot, area }),
        );
      } finally {
        freeSlots.push(slot);
      }
    },
    async stop() {
      requests.end();
      const grace = setTimeout(() => child.kill('SIGKILL'), options.stopGraceMs);
      await gone;
      clearTimeout(grace);
    },
  };
}

function toChildAnswer({ header, detections }: Answer): ChildAnswer {
  return { detections, inferenceMs: header.inferenceUs / 1000 };
}

/** Resolves with how the process ended and its last words, once all it wrote has been read. */
function watchEnd(child: ChildProcess): Promise<string> {
  let stderrTail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderrTail = (stderrTail + chunk.toString()).slice(-STDERR_TAIL_CHARACTERS);
  });
  child.stderr?.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve(`ended by ${signal ?? `exit ${code}`}${stderrTail && `: ${stderrTail.trim()}`}`);
    });
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
  });
}

/** Plain JavaScript runs as it is; TypeScript source (tests, development) runs through tsx. */
function entryArguments(): string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(`./detector-process.${isSource ? 'ts' : 'js'}`, import.meta.url));
  if (!isSource) return [entry];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--import', tsx, entry];
}
