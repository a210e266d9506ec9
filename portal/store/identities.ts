/** People, sessions, tokens and the audit log, on either engine. */
import type {
  AuditEntry,
  IdentityStore,
  Role,
  SessionRecord,
  TokenRecord,
  TokenScope,
  UserRecord,
} from '../identity/identity-store.ts';
import type { Dialect, Sql } from './sql.ts';

interface UserRow {
  name: string;
  role: Role;
  password_hash: string;
  is_disabled: number;
  created_at_ms: number;
}

interface SessionRow {
  id_hash: string;
  user_name: string;
  csrf_token: string;
  created_at_ms: number;
  used_at_ms: number;
}

interface TokenRow {
  id: string;
  label: string;
  scope: TokenScope;
  secret_hash: string;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  used_at_ms: number | null;
  revoked_at_ms: number | null;
}

interface AuditRow {
  id: number;
  at_ms: number;
  actor: string;
  action: string;
  target: string;
  detail: string;
}

/** The identity store on an open database whose schema is up to date. */
export function createIdentities(dialect: Dialect): IdentityStore {
  return {
    ...createUsers(dialect),
    ...createSessions(dialect),
    ...createTokens(dialect),
    ...createAudit(dialect),
  };
}

type Users = Pick<IdentityStore, 'users' | 'user' | 'putUser' | 'addFirstUser'>;

function createUsers({ read, guarded, transaction }: Dialect): Users {
  return {
    users: () =>
      guarded('read-users', async () =>
        (await read.all<UserRow>('SELECT * FROM portal_user ORDER BY name')).map(toUser),
      ),
    user: (name) =>
      guarded('read-user', async () => {
        const [row] = await read.all<UserRow>('SELECT * FROM portal_user WHERE name = $1', [name]);
        return row === undefined ? undefined : toUser(row);
      }),
    putUser: (user) => transaction('write-user', (sql) => putUser(sql, user)),
    addFirstUser: (user) =>
      transaction('write-user', async (sql) => {
        // One row that only the first can make: two transactions that both see no user can't both have it.
        const isFirst = await sql.run('INSERT INTO portal_owner VALUES (1, $1) ON CONFLICT DO NOTHING', [
          user.name,
        ]);
        const [known] = await sql.all('SELECT 1 FROM portal_user LIMIT 1');
        if (isFirst === 0 || known !== undefined) return false;
        await putUser(sql, user);
        return true;
      }),
  };
}

async function putUser(sql: Sql, user: UserRecord): Promise<void> {
  await sql.run(
    `INSERT INTO portal_user (name, role, password_hash, is_disabled, created_at_ms) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (name) DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash,
        is_disabled = excluded.is_disabled, created_at_ms = excluded.created_at_ms`,
    [user.name, user.role, user.passwordHash, user.isDisabled ? 1 : 0, user.createdAtMs],
  );
}

type Sessions = Pick<
  IdentityStore,
  'session' | 'addSession' | 'noteSessionUse' | 'deleteSession' | 'deleteSessionsOf' | 'deleteSessionsBefore'
>;

function createSessions({ read, guarded, transaction }: Dialect): Sessions {
  const write = (text: string, values: readonly (string | number)[]) =>
    transaction('write-session', async (sql) => {
      await sql.run(text, values);
    });
  return {
    session: (idHash) =>
      guarded('read-session', async () => {
        const [row] = await read.all<SessionRow>('SELECT * FROM portal_session WHERE id_hash = $1', [idHash]);
        return row === undefined ? undefined : toSession(row);
      }),
    addSession: (session) =>
      write(
        `INSERT INTO portal_session (id_hash, user_name, csrf_token, created_at_ms, used_at_ms)
          VALUES ($1, $2, $3, $4, $5)`,
        [session.idHash, session.userName, session.csrfToken, session.createdAtMs, session.usedAtMs],
      ),
    noteSessionUse: (idHash, atMs) =>
      write('UPDATE portal_session SET used_at_ms = $2 WHERE id_hash = $1', [idHash, atMs]),
    deleteSession: (idHash) => write('DELETE FROM portal_session WHERE id_hash = $1', [idHash]),
    deleteSessionsOf: (userName) => write('DELETE FROM portal_session WHERE user_name = $1', [userName]),
    deleteSessionsBefore: (usedBeforeMs, createdBeforeMs) =>
      write('DELETE FROM portal_session WHERE used_at_ms < $1 OR created_at_ms < $2', [
        usedBeforeMs,
        createdBeforeMs,
      ]),
  };
}

type Tokens = Pick<IdentityStore, 'tokens' | 'token' | 'addToken' | 'noteTokenUse' | 'revokeToken'>;

function createTokens({ read, guarded, transaction }: Dialect): Tokens {
  return {
    tokens: () =>
      guarded('read-tokens', async () =>
        (await read.all<TokenRow>('SELECT * FROM portal_token ORDER BY created_at_ms DESC, id')).map(toToken),
      ),
    token: (id) =>
      guarded('read-token', async () => {
        const [row] = await read.all<TokenRow>('SELECT * FROM portal_token WHERE id = $1', [id]);
        return row === undefined ? undefined : toToken(row);
      }),
    addToken: (token) =>
      transaction('write-token', async (sql) => {
        await sql.run(
          `INSERT INTO portal_token (id, label, scope, secret_hash, created_by, created_at_ms, expires_at_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [
            ...[token.id, token.label, token.scope, token.secretHash, token.createdBy, token.createdAtMs],
            token.expiresAtMs ?? null,
          ],
        );
      }),
    noteTokenUse: (id, atMs) =>
      transaction('write-token', async (sql) => {
        await sql.run('UPDATE portal_token SET used_at_ms = $2 WHERE id = $1', [id, atMs]);
      }),
    revokeToken: (id, atMs) =>
      transaction('write-token', async (sql) => {
        const changed = await sql.run(
          'UPDATE portal_token SET revoked_at_ms = coalesce(revoked_at_ms, $2) WHERE id = $1',
          [id, atMs],
        );
        return changed > 0;
      }),
  };
}

type Audit = Pick<IdentityStore, 'addAudit' | 'audit' | 'removeAudit'>;

function createAudit({ read, guarded, transaction }: Dialect): Audit {
  return {
    addAudit: (entry) => transaction('write-audit', (sql) => addAudit(sql, entry)),
    removeAudit: (beforeMs, noteOf) =>
      transaction('write-audit', async (sql) => {
        const removed = await sql.run('DELETE FROM audit_entry WHERE at_ms < $1', [beforeMs]);
        if (removed > 0) await addAudit(sql, noteOf(removed));
        return removed;
      }),
    audit: ({ limit, beforeId = Number.MAX_SAFE_INTEGER, actor, action, target }) =>
      guarded('read-audit', async () => {
        // An empty text narrows nothing: no deed is without actor, action and target.
        const rows = await read.all<AuditRow>(
          `SELECT * FROM audit_entry
           WHERE id < $1 AND $2 IN ('', actor) AND substr(action, 1, length($3)) = $3 AND $4 IN ('', target)
           ORDER BY id DESC LIMIT $5`,
          [beforeId, actor ?? '', action ?? '', target ?? '', limit],
        );
        return rows.map(toAudit);
      }),
  };
}

async function addAudit(sql: Sql, entry: Omit<AuditEntry, 'id'>): Promise<void> {
  const { atMs, actor, action, target, detail } = entry;
  await sql.run(
    'INSERT INTO audit_entry (at_ms, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5)',
    [atMs, actor, action, target, detail],
  );
}

function toUser(row: UserRow): UserRecord {
  return {
    name: row.name,
    role: row.role,
    passwordHash: row.password_hash,
    isDisabled: row.is_disabled === 1,
    createdAtMs: row.created_at_ms,
  };
}

function toSession(row: SessionRow): SessionRecord {
  return {
    idHash: row.id_hash,
    userName: row.user_name,
    csrfToken: row.csrf_token,
    createdAtMs: row.created_at_ms,
    usedAtMs: row.used_at_ms,
  };
}

function toToken(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    label: row.label,
    scope: row.scope,
    secretHash: row.secret_hash,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    ...(row.expires_at_ms === null ? {} : { expiresAtMs: row.expires_at_ms }),
    ...(row.used_at_ms === null ? {} : { usedAtMs: row.used_at_ms }),
    ...(row.revoked_at_ms === null ? {} : { revokedAtMs: row.revoked_at_ms }),
  };
}

function toAudit(row: AuditRow): AuditEntry {
  const { id, actor, action, target, detail } = row;
  return { id, atMs: row.at_ms, actor, action, target, detail };
}
