/** What the portal keeps about its own service: publishers' cursors, visits, incidents. */
import type { Dialect } from './sql.ts';
import type { Incident, PublishingStore, ServiceStore, VisitDay } from './store.ts';

interface IncidentRow {
  id: number;
  subject: string;
  started_at_us: number;
  ended_at_us: number | null;
  is_planned: number;
  note: string;
}

/** The parts of the store that are plain rows. */
export function createService({ read, transaction, guarded }: Dialect) {
  return {
    cursor: (publisherId) =>
      guarded('read-cursor', async () => {
        const [row] = await read.all<{ sequence: number }>(
          'SELECT sequence FROM publisher_cursor WHERE publisher_id = $1',
          [publisherId],
        );
        return row?.sequence ?? 0;
      }),
    setCursor: (publisherId, sequence) =>
      transaction('write-cursor', async (sql) => {
        await sql.run(
          `INSERT INTO publisher_cursor (publisher_id, sequence) VALUES ($1, $2)
            ON CONFLICT (publisher_id) DO UPDATE SET sequence = excluded.sequence`,
          [publisherId, sequence],
        );
      }),
    addVisits: (day, visits) =>
      transaction('write-visits', async (sql) => {
        await sql.run(
          `INSERT INTO visit_day (day, visits) VALUES ($1, $2)
            ON CONFLICT (day) DO UPDATE SET visits = visit_day.visits + excluded.visits`,
          [day, visits],
        );
      }),
    visits: (fromDay, toDay) =>
      guarded('read-visits', () =>
        read.all<VisitDay>('SELECT day, visits FROM visit_day WHERE day BETWEEN $1 AND $2 ORDER BY day', [
          fromDay,
          toDay,
        ]),
      ),
    addIncident: ({ subject, startedAtUs, endedAtUs, isPlanned, note }) =>
      transaction('write-incident', async (sql) => {
        const [row] = await sql.all<{ id: number }>(
          `INSERT INTO incident (subject, started_at_us, ended_at_us, is_planned, note)
            VALUES ($1, $2, $3, $4, $5) RETURNING id`,
          [subject, startedAtUs, endedAtUs ?? null, isPlanned ? 1 : 0, note],
        );
        return row!.id;
      }),
    endIncident: (id, endedAtUs) =>
      transaction('write-incident', async (sql) => {
        await sql.run('UPDATE incident SET ended_at_us = $1 WHERE id = $2', [endedAtUs, id]);
      }),
    incidents: (fromUs, toUs) =>
      guarded('read-incidents', async () => {
        const rows = await read.all<IncidentRow>(
          `SELECT * FROM incident WHERE started_at_us < $1 AND (ended_at_us IS NULL OR ended_at_us > $2)
            ORDER BY started_at_us, id`,
          [toUs, fromUs],
        );
        return rows.map(toIncident);
      }),
    noteAlive: (subject, atUs) =>
      transaction('note-alive', async (sql) => {
        await sql.run(
          `INSERT INTO alive (subject, at_us) VALUES ($1, $2)
            ON CONFLICT (subject) DO UPDATE SET at_us = excluded.at_us`,
          [subject, atUs],
        );
      }),
    lastAliveUs: (subject) =>
      guarded('read-alive', async () => {
        const [row] = await read.all<{ at_us: number }>('SELECT at_us FROM alive WHERE subject = $1', [
          subject,
        ]);
        return row?.at_us;
      }),
  } satisfies ServiceStore & Pick<PublishingStore, 'cursor' | 'setCursor'>;
}

function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    subject: row.subject,
    startedAtUs: row.started_at_us,
    ...(row.ended_at_us === null ? {} : { endedAtUs: row.ended_at_us }),
    isPlanned: row.is_planned === 1,
    note: row.note,
  };
}
