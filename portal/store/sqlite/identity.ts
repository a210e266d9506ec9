/** Tables of identities in SQLite. */
import type { Migration } from '../../../pipelines/adapters/sqlite/sqlite-file.ts';

/** The step that brings them; ids of the audit log are never used again. */
export const IDENTITIES: Migration = {
  name: 'identities',
  sql: `
    CREATE TABLE portal_user (
      name          TEXT PRIMARY KEY,
      role          TEXT    NOT NULL,
      password_hash TEXT    NOT NULL,
      is_disabled   INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Its one row is what makes the first admin the only one.
    CREATE TABLE portal_owner (
      only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
      first_user TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE portal_session (
      id_hash       TEXT PRIMARY KEY,
      user_name     TEXT NOT NULL,
      csrf_token    TEXT    NOT NULL,
      created_at_ms INTEGER NOT NULL,
      used_at_ms    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE portal_token (
      id            TEXT PRIMARY KEY,
      label         TEXT    NOT NULL,
      scope         TEXT    NOT NULL,
      secret_hash   TEXT    NOT NULL,
      created_by    TEXT    NOT NULL,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER,
      used_at_ms    INTEGER,
      revoked_at_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit_entry (
      id     INTEGER PRIMARY KEY AUTOINCREMENT,
      at_ms  INTEGER NOT NULL,
      actor  TEXT    NOT NULL,
      action TEXT    NOT NULL,
      target TEXT    NOT NULL,
      detail TEXT    NOT NULL
    ) STRICT;
  `,
};
