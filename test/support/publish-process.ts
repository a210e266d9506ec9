/** A process that publishes a city's folder until it is killed: `node --import tsx publish-process.ts FOLDER KIND TARGET`. */
import { join } from 'node:path';
import { createPublicReader } from '../../portal/privacy/public-reader.ts';
import { createCkanPublisher } from '../../portal/publishers/ckan/ckan-publisher.ts';
import { createFilesPublisher } from '../../portal/publishers/files/files-publisher.ts';
import { openJournal } from '../../portal/publishers/journal.ts';
import { createNgsiLdPublisher } from '../../portal/publishers/ngsi-ld/ngsi-ld-publisher.ts';
import { startPublishing } from '../../portal/publishers/publishing.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { FAKE_CKAN_TOKEN } from './fake-ckan.ts';
import { CONTEXT } from './portal-data.ts';
import { CITY_NOW_MS, cityCamera, QUICK } from './publishing-city.ts';

const [folder, kind, target] = process.argv.slice(2) as [string, string, string];
const store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') }));
const source = createPublicReader({ store, smallCountBelow: 0, clock: () => CITY_NOW_MS });
const journal = openJournal({ file: join(folder, 'publishers.db') });
const shared = { id: 'child', camera: cityCamera, clock: Date.now };

function makePublisher() {
  switch (kind) {
    case 'ckan':
      return createCkanPublisher({
        ...shared,
        url: target,
        token: FAKE_CKAN_TOKEN,
        organization: 'dishub',
        namePrefix: '',
        isPrivate: false,
        batchRows: 7,
        timeoutMs: 5000,
        catalogue: async () => CONTEXT,
      });
    case 'ngsi-ld':
      return createNgsiLdPublisher({
        ...shared,
        url: target,
        contextUrl: `${CONTEXT.baseUrl}/context/pantau.jsonld`,
        mode: 'replace',
        level: 'quarter-hour',
        batchEntities: 3,
        timeoutMs: 5000,
        provider: async () => 'Dishub',
        source: CONTEXT.baseUrl,
        memory: journal.memory('child'),
      });
    default:
      return createFilesPublisher({ ...shared, folder: target, formats: ['csv', 'parquet'], source });
  }
}

startPublishing({
  publishers: [{ publisher: makePublisher(), everyMs: 20 }],
  ...{ source, journal },
  clock: Date.now,
  random: () => 0.5,
  backoff: QUICK,
});
process.stdout.write('started\n');
