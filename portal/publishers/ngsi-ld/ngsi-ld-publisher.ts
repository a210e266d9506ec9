/** Keeps the newest window of every line and zone as entities of an NGSI-LD broker. */
import type { RolledLevel } from '../../levels/level.ts';
import type { PublicSeriesChange } from '../../privacy/public-reader.ts';
import type { Batch, CameraLookup, Outcome, Publisher, PublisherMemory, Refusal } from '../publisher.ts';
import { requestChunks } from '../request-chunks.ts';
import { createSuspectingSender } from '../suspects.ts';
import { type BrokerClientOptions, createBrokerClient } from './broker-client.ts';
import { type Entity, entitiesOf } from './entities.ts';

/** One broker. */
export interface NgsiLdPublisherOptions extends BrokerClientOptions {
  readonly id: string;
  /** The level whose newest window entities show. */
  readonly level: RolledLevel;
  /** Most entities of one request. */
  readonly batchEntities: number;
  readonly camera: CameraLookup;
  /** Name of who gives the data. */
  readonly provider: () => Promise<string>;
  /** Address of the portal. */
  readonly source: string;
  /** Remembers which window each camera shows. */
  readonly memory: PublisherMemory;
}

/** Orion-LD takes 1 MiB unless told otherwise. */
const MAX_BODY_BYTES = 900 * 1024;
const BATCH_CHANGES = 500;

/** A publisher that upserts entities of one broker. */
export function createNgsiLdPublisher(options: NgsiLdPublisherOptions): Publisher {
  const { id, url, memory, camera, source } = options;
  const client = createBrokerClient(options);
  let current = new AbortController().signal;
  const sender = createSuspectingSender<Entity>({
    keyOf: (entity) => entity.id,
    // A batch of nothing changes nothing; brokers take it or refuse it, when they are well.
    probe: async () => (await client.upsert([], current)).outcome !== 'failed',
  });
  return {
    id,
    kind: 'ngsi-ld',
    target: new URL(url).host + (options.tenant === undefined ? '' : ` / ${options.tenant}`),
    level: options.level,
    batchChanges: BATCH_CHANGES,
    async publish(batch, signal): Promise<Outcome> {
      current = signal;
      const newest = newestChanges(batch, memory);
      const provider = await options.provider();
      const changeOf = new Map<string, PublicSeriesChange>();
      const entities = newest.flatMap((change) => {
        const made = entitiesOf(change.rows, { camera: camera(change.cameraId), provider, source });
        for (const one of made) changeOf.set(one.id, change);
        return made;
      });
      let taken = 0;
      const refused: Refusal[] = [];
      const limits = { maxItems: options.batchEntities, maxBytes: MAX_BODY_BYTES };
      for (const chunk of requestChunks(entities, { ...limits, bodyOf: (entity) => entity })) {
        const sorted = await sender.send(chunk, (some) => client.upsert(some, signal));
        if ('outcome' in sorted) return sorted;
        taken += sorted.taken;
        for (const [one, reason] of sorted.refused) {
          refused.push({ change: changeOf.get(one.id)!, rowKey: one.id, reason });
        }
      }
      for (const change of newest) memory.set(windowName(change), String(change.windowStartUs));
      return { outcome: 'delivered', taken, refused };
    },
    close: () => client.close(),
  };
}

/**
 * The newest window of each camera and kind; none that is older than what the broker shows. An entity is the state now:
 * a late correction of an earlier window must not put it back.
 */
function newestChanges({ changes }: Batch, memory: PublisherMemory): PublicSeriesChange[] {
  const newest = new Map<string, PublicSeriesChange>();
  for (const change of changes) {
    const name = windowName(change);
    const shownUs = newest.get(name)?.windowStartUs ?? Number(memory.get(name) ?? Number.NEGATIVE_INFINITY);
    if (change.windowStartUs >= shownUs) newest.set(name, change);
  }
  return [...newest.values()];
}

function windowName({ cameraId, kind, level }: PublicSeriesChange): string {
  return `window/${level}/${kind}/${cameraId}`;
}
