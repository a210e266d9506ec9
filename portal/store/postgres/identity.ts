/** Tables of identities in PostgreSQL. */

/** The step that brings them; the shape of a `PostgresMigration`. */
export const IDENTITIES = {
  name: 'identities',
  sql: `
    CREATE TABLE portal_user (
      name          text COLLATE "C" PRIMARY KEY,
      role          text    NOT NULL,
      password_hash text    NOT NULL,
      is_disabled   bigint NOT NULL,
      created_at_ms bigint NOT NULL
    );
    -- Its one row is what makes the first admin the only one.
    CREATE TABLE portal_owner (
      only_row   bigint PRIMARY KEY CHECK (only_row = 1),
      first_user text NOT NULL
    );
    CREATE TABLE portal_session (
      id_hash       text COLLATE "C" PRIMARY KEY,
      user_name     text COLLATE "C" NOT NULL,
      csrf_token    text    NOT NULL,
      created_at_ms bigint NOT NULL,
      used_at_ms    bigint NOT NULL
    );
    CREATE TABLE portal_token (
      id            text COLLATE "C" PRIMARY KEY,
      label         text    NOT NULL,
      scope         text    NOT NULL,
      secret_hash   text    NOT NULL,
      created_by    text    NOT NULL,
      created_at_ms bigint NOT NULL,
      expires_at_ms bigint,
      used_at_ms    bigint,
      revoked_at_ms bigint
    );
    CREATE TABLE audit_entry (
      id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at_ms  bigint NOT NULL,
      actor  text    NOT NULL,
      action text    NOT NULL,
      target text    NOT NULL,
      detail text    NOT NULL
    );
  `,
};
