/** Which models are open, and on which children they are loaded. */
import { AnalysisError } from '../../errors.ts';
import type { ChildFleet, FleetMember } from './child-fleet.ts';
import type { SessionRequest } from './ort-session.ts';
import { ChildLost } from './pending-requests.ts';

/** One model at one input size, shared by all cameras that need just that. */
export interface Session {
  readonly id: number;
  readonly key: string;
  readonly request: SessionRequest;
}

/** See `createSessionRegistry`. */
export interface SessionRegistry {
  /** The session for a request, loaded; throws `AnalysisError` when it can't be. Each `join` needs one `leave`. */
  join(request: SessionRequest): Promise<Session>;
  /** The last one out unloads it everywhere. */
  leave(session: Session): Promise<void>;
  /** Why no child can serve a session any more; `undefined` while one can. */
  faultOf(session: Session): AnalysisError | undefined;
  /** Gives a new child every open model. */
  loadMissing(member: FleetMember): Promise<void>;
}

/** A model whose loading has ended this many processes is to blame itself. */
const MAX_LOAD_ATTEMPTS = 2;

interface Entry extends Session {
  users: number;
  isLoaded: boolean;
  loading: Promise<void>;
  /** What the last new child said when it could not load it. */
  fault?: AnalysisError;
}

/** `onUnserved` is called when a model, once good, can't be loaded any more and no child has it. */
export function createSessionRegistry(
  fleet: Pick<ChildFleet, 'members' | 'anyMember'>,
  onUnserved: (session: Session, error: AnalysisError) => void,
): SessionRegistry {
  const entries = new Map<string, Entry>();
  let nextId = 1;

  function entryFor(request: SessionRequest): Entry {
    const key = JSON.stringify(request);
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { id: nextId++, key, request, users: 0, isLoaded: false, loading: Promise.resolve() };
      entry.loading = loadEverywhere(entry);
      entries.set(key, entry);
    }
    return entry;
  }

  /** On one child first: a file that kills its reader must not kill them all. */
  async function loadEverywhere(entry: Entry): Promise<void> {
    await loadFirst(entry, fleet);
    entry.isLoaded = true;
    const others = fleet.members.filter((member) => !member.loaded.has(entry.id));
    await Promise.allSettled(others.map((member) => loadOn(member, entry)));
  }

  function isServed({ id }: Session): boolean {
    return fleet.members.some((member) => member.loaded.has(id));
  }

  async function leave(session: Session): Promise<void> {
    const entry = entries.get(session.key);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    entries.delete(session.key);
    const holders = fleet.members.filter((member) => member.loaded.delete(session.id));
    await Promise.allSettled(holders.map((member) => member.child.unload(session.id)));
  }

  return {
    async join(request) {
      const entry = entryFor(request);
      entry.users += 1;
      try {
        await entry.loading;
      } catch (error) {
        await leave(entry);
        throw error;
      }
      return entry;
    },
    leave,
    faultOf(session) {
      const fault = entries.get(session.key)?.fault;
      return fault !== undefined && !isServed(session) ? fault : undefined;
    },
    async loadMissing(member) {
      const refused = new Set<Entry>();
      for (;;) {
        const entry = [...entries.values()].find(
          (one) => one.isLoaded && !member.loaded.has(one.id) && !refused.has(one),
        );
        if (entry === undefined) return;
        try {
          await loadOn(member, entry);
        } catch (error) {
          if (!(error instanceof AnalysisError)) throw error;
          refused.add(entry);
          entry.fault = error;
          if (!isServed(entry)) onUnserved(entry, error);
        }
      }
    },
  };
}

async function loadOn(member: FleetMember, { id, request }: Session): Promise<void> {
  await member.child.load(id, request);
  member.loaded.add(id);
}

async function loadFirst(session: Session, fleet: Pick<ChildFleet, 'anyMember'>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const member = await fleet.anyMember();
    try {
      return await loadOn(member, session);
    } catch (error) {
      if (!(error instanceof ChildLost)) throw error;
      if (attempt < MAX_LOAD_ATTEMPTS) continue;
      const { card, modelPath } = session.request;
      const message = `model ${card.id}: loading ${modelPath} ended ${attempt} detector processes: ${error.message}`;
      throw new AnalysisError('model-invalid', 'load-model', message, { cause: error });
    }
  }
}
