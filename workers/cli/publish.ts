/** `pantau publish`: how the publishers of the portal are, and having them stop or send again. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type Journal, openJournal } from '../../portal/publishers/journal.ts';
import { type ResendFrom, sequenceOf, unknownPublisher } from '../../portal/publishers/publishing.ts';
import { type PublisherSettings, parsePublisherSettings } from '../../portal/publishers/settings.ts';
import { openPortalStore } from '../../portal/store/open-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { readConfig } from '../config.ts';
import { journalFile } from '../publishing.ts';
import { formatTable, say } from './output.ts';

/** What the commands work on; a running portal reads the same and follows within one pause. */
interface PublishFiles {
  readonly settings: PublisherSettings;
  readonly journal: Journal;
  readonly store: PortalStore;
}

export function addPublish(program: Command): void {
  const publish = program
    .command('publish')
    .description('terbitkan ke CKAN, NGSI-LD, berkas / publishing to CKAN, NGSI-LD, files (docs/publish.md)');
  publish
    .command('status')
    .description('kemajuan tiap tujuan / how far each target is, and which rows it refuses')
    .option('--json', 'for machines')
    .action(async (options: { json?: boolean }) => {
      const rows = await withFiles(readStatus);
      say(options.json === true ? JSON.stringify(rows, null, 2) : describe(rows));
    });
  publish
    .command('resend')
    .description('kirim ulang; aman karena baris ditimpa / send again; safe, rows are replaced')
    .argument('<id>', 'the target as the publishers file names it')
    .requiredOption('--from <start|quarantine|sequence>', 'from where', parseFrom)
    .addHelpText(
      'after',
      '\nExamples:\n  pantau publish resend kota --from start\n  pantau publish resend kota --from quarantine',
    )
    .action(async (id: string, { from }: { from: ResendFrom }) => {
      const after = await withFiles(async ({ settings, journal, store }) => {
        requireTarget(settings, id);
        const sequence = await sequenceOf(from, id, { journal, source: store });
        await store.setCursor(id, sequence);
        journal.resendLists(id);
        return sequence;
      });
      say(`${id}: dikirim ulang sesudah / sent again after ${after}`);
    });
  for (const [name, isPaused, text] of [
    ['pause', true, 'jeda / paused'],
    ['resume', false, 'jalan / running'],
  ] as const) {
    publish
      .command(name)
      .description(`${text}; tetap sesudah mulai ulang / kept over restarts`)
      .argument('<id>', 'the target as the publishers file names it')
      .action(async (id: string) => {
        await withFiles(async ({ settings, journal }) => {
          requireTarget(settings, id);
          journal.setPaused(id, isPaused);
        });
        say(`${id}: ${text}`);
      });
  }
}

function parseFrom(text: string): ResendFrom {
  if (text === 'start' || text === 'quarantine') return text;
  const sequence = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(sequence)) return sequence;
  throw new InvalidArgumentError('allowed is start, quarantine or a sequence number');
}

async function withFiles<T>(work: (files: PublishFiles) => Promise<T>): Promise<T> {
  const config = readConfig();
  const { publishersFile: file } = config;
  if (file === undefined) {
    throw new AnalysisError(
      'config-invalid',
      'publish',
      'PANTAU_PUBLISHERS_FILE is not set: nothing is published; docs/publish.md shows how',
    );
  }
  const settings = parsePublisherSettings(readSettings(file), file);
  const journal = openJournal({ file: journalFile(config) });
  try {
    const store = await openPortalStore({
      file: path.join(config.dataDir, 'portal.db'),
      url: config.portalDatabaseUrl,
    });
    try {
      return await work({ settings, journal, store });
    } finally {
      await store.close();
    }
  } finally {
    journal.close();
  }
}

function readSettings(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AnalysisError('config-invalid', 'publish', `${file} can't be read (${code})`, { cause });
  }
}

function requireTarget({ publishers }: PublisherSettings, id: string): void {
  const ids = publishers.map((one) => one.id);
  if (!ids.includes(id)) throw unknownPublisher(id, ids);
}

const REFUSED_SHOWN = 10;

async function readStatus({ settings, journal, store }: PublishFiles) {
  return Promise.all(
    settings.publishers.map(async (target) => {
      const { id, kind } = target;
      const cursor = await store.cursor(id);
      const [next] = await store.changesSince(cursor, {
        limit: 1,
        ...(target.kind === 'ngsi-ld' ? { level: target.level } : {}),
      });
      const lastSuccessMs = journal.lastSuccessMs(id);
      return {
        id,
        kind,
        isPaused: journal.isPaused(id),
        cursor,
        isBehind: next !== undefined,
        ...(lastSuccessMs === undefined ? {} : { lastSuccessAt: new Date(lastSuccessMs).toISOString() }),
        refusedRows: journal.quarantineSize(id),
        refused: journal.quarantined(id, REFUSED_SHOWN),
      };
    }),
  );
}

function describe(rows: Awaited<ReturnType<typeof readStatus>>): string {
  const table = rows.map((row) => [
    row.id,
    row.kind,
    row.isPaused ? 'jeda / paused' : row.isBehind ? 'mengirim / sending' : 'terkini / up to date',
    row.cursor,
    row.lastSuccessAt,
    row.refusedRows,
  ]);
  const refused = rows.flatMap((row) => row.refused.map(({ rowKey, reason }) => [row.id, rowKey, reason]));
  return [
    formatTable(['target', 'kind', 'state', 'cursor', 'last success', 'refused'], table),
    ...(refused.length === 0 ? [] : ['', formatTable(['target', 'refused row', 'reason'], refused)]),
  ].join('\n');
}
