/** Joins the publishers to what they need of the portal process: settings, secrets, journal, log and metrics. */
import path from 'node:path';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AccuracyFigures } from '../pipelines/domain/accuracy/figures.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { createPublicReader } from '../portal/privacy/public-reader.ts';
import { createCameraLookup } from '../portal/publishers/camera-lookup.ts';
import { openJournal } from '../portal/publishers/journal.ts';
import { makePublishers } from '../portal/publishers/make-publishers.ts';
import { type Publishing, startPublishing } from '../portal/publishers/publishing.ts';
import type { PublisherStatus, RunnerHooks } from '../portal/publishers/runner.ts';
import { parsePublisherSettings, type SecretReference } from '../portal/publishers/settings.ts';
import type { CameraRegister } from '../portal/reads/camera-register.ts';
import { createCatalogueState } from '../portal/reads/catalogue-state.ts';
import { dataSetPages } from '../portal/reads/data-set-rows.ts';
import type { PortalStore } from '../portal/store/store.ts';
import type { Config } from './config.ts';
import { readConfiguredFile } from './configured-file.ts';
import type { Logger } from './logger.ts';

/** What publishing takes of the portal process. */
export interface ConfiguredPublishing {
  readonly config: Pick<Config, 'dataDir' | 'publishersFile' | 'publishSecrets'>;
  readonly store: PortalStore;
  readonly register: CameraRegister;
  readonly figures: readonly AccuracyFigures[];
  /** The disclosure rule's threshold, as the portal's answers have it. */
  readonly smallCountBelow: number;
  readonly log: Logger;
}

/**
 * Starts the publishers of the publishers file; undefined when none is named. Only one portal process of a city may.
 * @throws AnalysisError `config-invalid` for a wrong file or a missing secret, `store-failed` for the journal.
 */
export function startConfiguredPublishing(options: ConfiguredPublishing): Publishing | undefined {
  const { config, store, register, figures, smallCountBelow, log } = options;
  const { publishersFile: file } = config;
  if (file === undefined) return undefined;
  const settings = parsePublisherSettings(readConfiguredFile(file, 'publishers file'), file);
  const journal = openJournal({ file: journalFile(config) });
  const source = createPublicReader({ store, smallCountBelow, figures, clock: Date.now });
  let deliveredAtMs: number | undefined;
  const catalogue = createCatalogueState({
    ...{ reader: source, register, figures, service: store },
    clock: Date.now,
    changedAtMs: () => deliveredAtMs,
  });
  const publishers = makePublishers(settings, {
    source,
    journal,
    camera: createCameraLookup(register, Date.now),
    catalogue: async () => ({ ...(await catalogue()), baseUrl: settings.portalUrl.replace(/\/+$/, '') }),
    lists: (table) => dataSetPages({ reader: source, register, clock: Date.now }, table),
    secret: (reference) => readSecret(reference, config.publishSecrets),
    clock: Date.now,
  });
  const publishing = startPublishing({
    ...{ publishers, source, journal },
    clock: Date.now,
    random: Math.random,
    hooks: logHooks(log, () => {
      deliveredAtMs = Date.now();
    }),
  });
  log.info({ publishers: publishers.map(({ publisher }) => publisher.id) }, 'publishers started');
  return {
    ...publishing,
    async close() {
      await publishing.close();
      journal.close();
    },
  };
}

/** The journal of a data folder; beside the store, because it belongs to the process that publishes. */
export function journalFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return path.join(dataDir, 'publishers.db');
}

function readSecret(reference: SecretReference, secrets: Config['publishSecrets']): string {
  if ('file' in reference) return readConfiguredFile(reference.file, 'secret').trim();
  const value = secrets[reference.secret];
  if (value !== undefined) return value;
  throw new AnalysisError(
    'config-invalid',
    'read-secret',
    `PANTAU_PUBLISH_SECRET_${reference.secret} is not set, but the publishers file names it`,
  );
}

function logHooks(log: Logger, delivered: () => void): RunnerHooks {
  return {
    onDelivered({ id, taken, refused, elapsedMs }) {
      if (taken > 0) delivered();
      if (refused > 0) log.warn({ publisher: id, refused }, 'rows refused by the far side are set aside');
      log.debug({ publisher: id, taken, elapsedMs }, 'published');
    },
    onFailure({ id, kind, reason, waitMs, failures }) {
      log.warn({ publisher: id, kind, reason, waitMs, failures }, 'publishing failed; tried again');
    },
  };
}

/** What Prometheus sees of each publisher, read at each scrape. */
export function addPublisherMetrics(
  registry: Registry,
  status: () => Promise<readonly PublisherStatus[]>,
): void {
  const gauge = (name: string, help: string, value: (one: PublisherStatus) => number | undefined) => {
    new Gauge({
      name,
      help,
      labelNames: ['publisher'],
      registers: [registry],
      async collect() {
        // The store away: the last numbers stay, /readyz tells the rest.
        for (const one of await status().catch(() => [])) {
          const now = value(one);
          if (now !== undefined) this.set({ publisher: one.id }, now);
        }
      },
    });
  };
  gauge('cctv_publisher_lag_seconds', 'Seconds since everything was last sent', (one) => one.lagSeconds);
  gauge('cctv_publisher_lag_rows', 'Rows known to wait, at least', (one) => one.lagRows);
  gauge('cctv_publisher_quarantined_rows', 'Rows the far side refuses', (one) => one.quarantined.rows);
  gauge('cctv_publisher_last_success_timestamp_seconds', 'When a batch last got through', (one) =>
    one.lastSuccessAtMs === undefined ? undefined : one.lastSuccessAtMs / 1000,
  );
  new Counter({
    name: 'cctv_publisher_failures_total',
    help: 'Failed attempts by kind',
    labelNames: ['publisher', 'kind'],
    registers: [registry],
    async collect() {
      const all = await status().catch(() => undefined);
      if (all === undefined) return;
      this.reset();
      for (const { id, failuresByKind } of all) {
        for (const [kind, count] of Object.entries(failuresByKind)) this.inc({ publisher: id, kind }, count);
      }
    },
  });
}
