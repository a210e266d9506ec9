/** What the portal keeps about people and programs that may change something. Engines implement it. */

/** What a signed-in person may do: look at the operators' pages, work with cameras, or also with people and tokens. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a token may do; `read` is for reads that a portal does not offer to everybody. */
export const TOKEN_SCOPES = ['read', 'operate', 'admin'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** A person with a password. */
export interface UserRecord {
  /** Sign-in name, lower case; unique. */
  readonly name: string;
  readonly role: Role;
  /** As `hashPassword` makes it. */
  readonly passwordHash: string;
  readonly isDisabled: boolean;
  readonly createdAtMs: number;
}

/** One signed-in browser. */
export interface SessionRecord {
  /** SHA-256 of the cookie's value, hex: the store never holds what a thief could use. */
  readonly idHash: string;
  readonly userName: string;
  /** Must come back in a header with every write. */
  readonly csrfToken: string;
  readonly createdAtMs: number;
  readonly usedAtMs: number;
}

/** A program's key. */
export interface TokenRecord {
  /** Public part, first in the token's text. */
  readonly id: string;
  readonly label: string;
  readonly scope: TokenScope;
  /** SHA-256 of the secret part, hex; the secret has 256 random bits, so a slow hash would add nothing. */
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
  readonly usedAtMs?: number;
  readonly revokedAtMs?: number;
}

/** Who did what to which thing. Holds no password, token or camera address. */
export interface AuditEntry {
  /** Grows with every entry. */
  readonly id: number;
  readonly atMs: number;
  /** User name, `token:<id>`, or `-` for somebody unknown. */
  readonly actor: string;
  /** Verb and kind, e.g. `camera.put`, `session.refused`. */
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

/** Which deeds are wanted; a part left out does not narrow. */
export interface AuditFilter {
  readonly actor?: string;
  /** The whole action or its beginning: `camera` finds `camera.put`. */
  readonly action?: string;
  readonly target?: string;
}

/** Keeps identities. Every method throws `AnalysisError` `store-failed` when the engine fails. */
export interface IdentityStore {
  users(): Promise<readonly UserRecord[]>;
  user(name: string): Promise<UserRecord | undefined>;
  /** Adds or replaces by name. */
  putUser(user: UserRecord): Promise<void>;
  /** Adds only while there is no user at all; false when there is one. Two first admins at once are one. */
  addFirstUser(user: UserRecord): Promise<boolean>;
  session(idHash: string): Promise<SessionRecord | undefined>;
  addSession(session: SessionRecord): Promise<void>;
  /** Notes a use; a session that was deleted meanwhile stays deleted. */
  noteSessionUse(idHash: string, atMs: number): Promise<void>;
  deleteSession(idHash: string): Promise<void>;
  /** Signs a user out everywhere. */
  deleteSessionsOf(userName: string): Promise<void>;
  /** Forgets sessions that were last used, or made, before these instants. */
  deleteSessionsBefore(usedBeforeMs: number, createdBeforeMs: number): Promise<void>;
  /** Newest first. */
  tokens(): Promise<readonly TokenRecord[]>;
  token(id: string): Promise<TokenRecord | undefined>;
  addToken(token: TokenRecord): Promise<void>;
  /** Notes a use; changes nothing else, so that a token revoked meanwhile stays revoked. */
  noteTokenUse(id: string, atMs: number): Promise<void>;
  /** The first revocation stands; false when there is no such token. */
  revokeToken(id: string, atMs: number): Promise<boolean>;
  addAudit(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** Newest first, only entries with an id below `beforeId`. */
  audit(
    page: AuditFilter & { readonly limit: number; readonly beforeId?: number },
  ): Promise<readonly AuditEntry[]>;
  /**
   * Removes entries of before an instant and answers how many; where there were any, `noteOf` their number is added in the
   * same step, so that no entry ever goes unnoted.
   */
  removeAudit(beforeMs: number, noteOf: (removed: number) => Omit<AuditEntry, 'id'>): Promise<number>;
}
