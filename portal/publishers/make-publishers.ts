/** Makes the publishers that a publishers file names. */
import type { CatalogueContext } from '../catalogue/context.ts';
import { createCkanPublisher } from './ckan/ckan-publisher.ts';
import { createFilesPublisher } from './files/files-publisher.ts';
import type { Journal } from './journal.ts';
import type { ListPages } from './list-changes.ts';
import { CONTEXT_PATH } from './ngsi-ld/context-document.ts';
import { createNgsiLdPublisher } from './ngsi-ld/ngsi-ld-publisher.ts';
import type { CameraLookup, PublicSource, Publisher } from './publisher.ts';
import type { PacedPublisher } from './publishing.ts';
import type { PublisherSettings, SecretReference, TargetSettings } from './settings.ts';

/** What publishers are made from beside their settings. */
export interface PublisherParts {
  readonly source: PublicSource;
  readonly journal: Journal;
  readonly camera: CameraLookup;
  readonly catalogue: () => Promise<CatalogueContext>;
  /** Rows of the tables that are no series. */
  readonly lists: ListPages;
  /** The secret's text. Throws `config-invalid` when it is not there. */
  readonly secret: (reference: SecretReference) => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Every publisher of the file with its pace. Nothing is sent yet. */
export function makePublishers(
  { portalUrl, publishers }: PublisherSettings,
  parts: PublisherParts,
): PacedPublisher[] {
  const base = portalUrl.replace(/\/+$/, '');
  return publishers.map((target) => ({
    publisher: makePublisher(target, base, parts),
    everyMs: target.everySeconds * 1000,
    ...('listsEverySeconds' in target ? { listsEveryMs: target.listsEverySeconds * 1000 } : {}),
  }));
}

function makePublisher(target: TargetSettings, baseUrl: string, parts: PublisherParts): Publisher {
  const { source, journal, camera, catalogue, lists, secret, clock } = parts;
  const { id } = target;
  switch (target.kind) {
    case 'ckan':
      return createCkanPublisher({
        id,
        ...{ camera, catalogue, clock },
        url: target.url,
        token: secret(target.token),
        organization: target.organization,
        namePrefix: target.namePrefix,
        isPrivate: target.private,
        batchRows: target.batchRows,
        timeoutMs: target.timeoutSeconds * 1000,
        lists: { pages: lists, sent: journal.sentRows(id) },
        ...(target.resources === undefined ? {} : { resources: target.resources }),
      });
    case 'ngsi-ld':
      return createNgsiLdPublisher({
        id,
        ...{ camera, clock },
        url: target.url,
        tenant: target.tenant,
        token: target.token === undefined ? undefined : secret(target.token),
        contextUrl: target.contextUrl ?? baseUrl + CONTEXT_PATH,
        mode: target.mode,
        level: target.level,
        batchEntities: target.batchEntities,
        timeoutMs: target.timeoutSeconds * 1000,
        provider: async () => (await catalogue()).publisher.name,
        source: `${baseUrl}/`,
        memory: journal.memory(id),
      });
    case 'files':
      return createFilesPublisher({
        id,
        ...{ source, camera, lists, clock },
        folder: target.folder,
        formats: target.formats,
        ...(target.resources === undefined ? {} : { resources: target.resources }),
      });
  }
}
