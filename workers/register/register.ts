/** The camera register: the lasting record of which cameras there are. Addresses are sealed at rest. */
import path from 'node:path';
import { type Migration, openSqliteFile } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type SiteCamera, siteVersion } from '../../pipelines/site-file.ts';
import type { Publishing } from '../../portal/reads/camera-register.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { redactText } from '../logger.ts';
import { makeFolder } from '../make-folder.ts';
import type { Secrets } from '../secrets.ts';

/** "PNTR" in the file's header. */
const REGISTER_APPLICATION_ID = 0x50_4e_54_52;

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'cameras',
    sql: `CREATE TABLE cameras (
     camera_id TEXT PRIMARY KEY,
     revision INTEGER NOT NULL,
     enabled INTEGER NOT NULL,
     window_seconds INTEGER NOT NULL,
     definition TEXT NOT NULL,
     source_kind TEXT NOT NULL,
     source_shown TEXT NOT NULL,
     source_sealed TEXT,
     recording_start TEXT
   ) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'settings',
    sql: 'CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  },
  {
    name: 'issued',
    sql: "INSERT INTO settings VALUES ('issued', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
  },
];

interface Row {
  camera_id: string;
  revision: number;
  enabled: number;
  window_seconds: number;
  definition: string;
  source_kind: CameraEntry['sourceKind'];
  source_shown: string;
  source_sealed: string | null;
  recording_start: string | null;
}

export type Register = ReturnType<typeof openRegister>;

/**
 * Opens (or makes) the register.
 * @throws AnalysisError `store-failed` when the file is newer than this program.
 */
export function openRegister(options: { file: string; secrets: Secrets }) {
  const { file, secrets } = options;
  makeFolder(path.dirname(file));
  const database = openSqliteFile({ file, applicationId: REGISTER_APPLICATION_ID, migrations: MIGRATIONS });
  const select = database.prepare<[string], Row>('SELECT * FROM cameras WHERE camera_id = ?');
  const selectAll = database.prepare<[], Row>('SELECT * FROM cameras ORDER BY camera_id');
  const upsert = database.prepare<[Row]>(
    `INSERT INTO cameras VALUES (@camera_id, @revision, @enabled, @window_seconds, @definition, @source_kind, @source_shown, @source_sealed, @recording_start)
     ON CONFLICT (camera_id) DO UPDATE SET revision = excluded.revision, enabled = excluded.enabled,
       window_seconds = excluded.window_seconds, definition = excluded.definition,
       source_kind = excluded.source_kind, source_shown = excluded.source_shown, source_sealed = excluded.source_sealed,
       recording_start = excluded.recording_start`,
  );
  const remove = database.prepare<[string]>('DELETE FROM cameras WHERE camera_id = ?');

  return {
    /**
     * Adds or changes a camera; `windowSeconds` counts where the camera has none of its own. Adding the same thing
     * twice changes nothing, not even the revision.
     */
    put(camera: SiteCamera, windowSeconds: number): { entry: CameraEntry; changed: boolean } {
      return database.transaction(() => {
        const before = select.get(camera.id);
        // Adding a camera again is no resume: it stays as paused as it was.
        const row = { ...toRow(camera, windowSeconds, secrets), enabled: before?.enabled ?? 1 };
        if (before !== undefined && isSame(before, row, secrets))
          return { entry: toEntry(before), changed: false };
        // Time in µs as the first revision: a camera removed and added again never repeats an old revision.
        const next = { ...row, revision: Math.max(Date.now() * 1_000, (before?.revision ?? 0) + 1) };
        upsert.run(next);
        return { entry: toEntry(next), changed: true };
      })();
    },
    /** All of these changes, or none where one of them fails. */
    atOnce(change: () => void): void {
      database.transaction(change)();
    },
    list: (): CameraEntry[] => selectAll.all().map(toEntry),
    get(cameraId: string): CameraEntry | undefined {
      const row = select.get(cameraId);
      return row === undefined ? undefined : toEntry(row);
    },
    /** True when there was such a camera. */
    remove: (cameraId: string): boolean => remove.run(cameraId).changes > 0,
    /** Pauses or resumes a camera. */
    setEnabled(cameraId: string, enabled: boolean): CameraEntry {
      const row = select.get(cameraId);
      if (row === undefined)
        throw unknownCamera(
          cameraId,
          selectAll.all().map((known) => known.camera_id),
        );
      const next = { ...row, enabled: enabled ? 1 : 0, revision: row.revision + 1 };
      if (row.enabled !== next.enabled) upsert.run(next);
      return toEntry(row.enabled === next.enabled ? row : next);
    },
    /** The small-count rule of the site file that was added last, if one had it. */
    smallCountBelow(): number | undefined {
      const text = database
        .prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'smallCountBelow'")
        .get();
      return text === undefined ? undefined : Number(text.value);
    },
    setSmallCountBelow(below: number): void {
      database
        .prepare(
          "INSERT INTO settings VALUES ('smallCountBelow', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .run(String(below));
    },
    /** Since when the catalogue is there: when this register was made, ISO 8601. */
    issued(): string {
      const row = database
        .prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'issued'")
        .get();
      return row!.value;
    },
    /** Who answers for the data, by the site file that was added last and said so. */
    publishing(): Publishing {
      const text = database
        .prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'publishing'")
        .get();
      return text === undefined ? {} : (JSON.parse(text.value) as Publishing);
    },
    /** Keeps what is given; a file that says nothing of it changes nothing. */
    setPublishing(publishing: Publishing): void {
      const next = { ...this.publishing(), ...publishing };
      database
        .prepare(
          "INSERT INTO settings VALUES ('publishing', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .run(JSON.stringify(next));
    },
    close: (): void => {
      database.close();
    },
  };
}

/** The error for a camera id that nobody registered. */
export function unknownCamera(cameraId: string, known: readonly string[]): AnalysisError {
  const list =
    known.length === 0 ? 'there are none yet: pantau camera add --site FILE' : `known: ${known.join(', ')}`;
  return new AnalysisError('camera-unknown', 'find-camera', `no camera "${cameraId}"; ${list}`);
}

function toRow(camera: SiteCamera, windowSeconds: number, secrets: Secrets): Row {
  const { source, windowSeconds: own, ...definition } = camera;
  const address = source === undefined ? undefined : 'url' in source ? source.url : source.path;
  return {
    camera_id: camera.id,
    revision: 0,
    enabled: 1,
    window_seconds: own ?? windowSeconds,
    definition: JSON.stringify(definition),
    source_kind: source?.kind ?? 'none',
    source_shown: address === undefined ? '' : redactText(address),
    source_sealed: address === undefined ? null : secrets.seal(address, camera.id),
    recording_start: source?.kind === 'recording' ? (source.start ?? null) : null,
  };
}

/**
 * Sealing the same address twice gives different bytes, so the addresses themselves are compared. One that was sealed with a
 * lost key is no address any more: the camera is added anew.
 */
function isSame(before: Row, after: Row, secrets: Secrets): boolean {
  const address = (row: Row): string | null | undefined => {
    if (row.source_sealed === null) return null;
    try {
      return secrets.open(row.source_sealed, row.camera_id);
    } catch {
      return undefined;
    }
  };
  return (
    before.definition === after.definition &&
    before.window_seconds === after.window_seconds &&
    before.enabled === after.enabled &&
    before.source_kind === after.source_kind &&
    before.recording_start === after.recording_start &&
    address(before) === address(after)
  );
}

function toEntry(row: Row): CameraEntry {
  const definition = JSON.parse(row.definition) as SiteCamera;
  return {
    cameraId: row.camera_id,
    revision: row.revision,
    enabled: row.enabled === 1,
    windowSeconds: row.window_seconds,
    definition,
    siteVersion: siteVersion(definition, row.window_seconds),
    sourceKind: row.source_kind,
    sourceShown: row.source_shown,
    ...(row.recording_start === null ? {} : { recordingStart: row.recording_start }),
    ...(row.source_sealed === null ? {} : { sourceSealed: row.source_sealed }),
  };
}
