/** An identity store in memory, for tests of what stands on it. The engines' own tests are the contract suite. */
import type {
  AuditEntry,
  IdentityStore,
  SessionRecord,
  TokenRecord,
  UserRecord,
} from '../../portal/identity/identity-store.ts';

export function createMemoryIdentityStore(): IdentityStore {
  const users = new Map<string, UserRecord>();
  const sessions = new Map<string, SessionRecord>();
  const tokens = new Map<string, TokenRecord>();
  let audit: AuditEntry[] = [];
  let lastAuditId = 0;
  const addAudit = (entry: Omit<AuditEntry, 'id'>) => {
    lastAuditId += 1;
    audit.push({ ...entry, id: lastAuditId });
  };
  return {
    users: async () => [...users.values()],
    user: async (name) => users.get(name),
    putUser: async (user) => void users.set(user.name, user),
    addFirstUser: async (user) => {
      if (users.size > 0) return false;
      users.set(user.name, user);
      return true;
    },
    session: async (idHash) => sessions.get(idHash),
    addSession: async (session) => void sessions.set(session.idHash, session),
    noteSessionUse: async (idHash, usedAtMs) => {
      const known = sessions.get(idHash);
      if (known !== undefined) sessions.set(idHash, { ...known, usedAtMs });
    },
    deleteSession: async (idHash) => void sessions.delete(idHash),
    deleteSessionsOf: async (userName) => {
      for (const session of sessions.values())
        if (session.userName === userName) sessions.delete(session.idHash);
    },
    deleteSessionsBefore: async (usedBeforeMs, createdBeforeMs) => {
      for (const session of sessions.values()) {
        const isOld = session.usedAtMs < usedBeforeMs || session.createdAtMs < createdBeforeMs;
        if (isOld) sessions.delete(session.idHash);
      }
    },
    tokens: async () => [...tokens.values()].reverse(),
    token: async (id) => tokens.get(id),
    addToken: async (token) => void tokens.set(token.id, token),
    noteTokenUse: async (id, usedAtMs) => {
      const known = tokens.get(id);
      if (known !== undefined) tokens.set(id, { ...known, usedAtMs });
    },
    revokeToken: async (id, revokedAtMs) => {
      const known = tokens.get(id);
      if (known !== undefined) tokens.set(id, { revokedAtMs, ...known });
      return known !== undefined;
    },
    addAudit: async (entry) => addAudit(entry),
    removeAudit: async (beforeMs, noteOf) => {
      const left = audit.filter(({ atMs }) => atMs >= beforeMs);
      const removed = audit.length - left.length;
      audit = left;
      if (removed > 0) addAudit(noteOf(removed));
      return removed;
    },
    audit: async ({ limit, beforeId = Number.POSITIVE_INFINITY, actor, action = '', target }) =>
      audit
        .filter((entry) => entry.id < beforeId && entry.action.startsWith(action))
        .filter(
          (entry) => entry.actor === (actor ?? entry.actor) && entry.target === (target ?? entry.target),
        )
        .reverse()
        .slice(0, limit),
  };
}
