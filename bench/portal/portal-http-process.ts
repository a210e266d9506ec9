/** The portal alone over a filled city, for `portal-http`: `portal-http-process.ts FOLDER NOW_MS`; says where it listens. */
import { join } from 'node:path';
import { createPortal } from '../../portal/api/portal.ts';
import { createPortalStore } from '../../portal/store/portal-store.ts';
import { openEngine } from './engines.ts';

const [folder = '', nowMs = '0'] = process.argv.slice(2);
const { dialect } = await openEngine('sqlite', folder);
const app = createPortal({
  store: createPortalStore(dialect),
  publishToken: 'a-token-of-the-benchmark',
  // Not there: only the API is asked.
  webDir: join(folder, 'page'),
  clock: () => Number(nowMs),
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ address })}\n`);
// The one who measures is gone.
process.stdin.resume().once('end', () => process.exit());
