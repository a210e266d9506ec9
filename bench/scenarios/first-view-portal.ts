/** The portal with its page over a city's last hours, for `first-view`: `first-view-portal.ts FOLDER`; says where it listens. */
import { join } from 'node:path';
import { createPortal } from '../../portal/api/portal.ts';
import type { CameraRegister, RegisteredCamera } from '../../portal/reads/camera-register.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { PACKAGE_ROOT } from '../../workers/config.ts';
import { cameraName, LINES, minuteOfCity, ZONES } from '../portal/city-records.ts';

const CAMERAS = 100;
const MINUTES = 180;
const MINUTE_MS = 60_000;
/** Up to now: a browser holds older data for old. */
const START_MS = (Math.floor(Date.now() / MINUTE_MS) - MINUTES) * MINUTE_MS;

const folder = process.argv[2] ?? '';
const store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') }));
for (let minute = 0; minute < MINUTES; minute += 1) {
  await store.upsert(minuteOfCity((START_MS + minute * MINUTE_MS) * 1000, CAMERAS));
}
while ((await store.rollUp({ nowUs: Date.now() * 1000, limit: 1000 })) > 0);

const app = createPortal({
  store,
  register: registerOfCity(),
  publishToken: 'a-token-of-the-benchmark',
  webDir: join(PACKAGE_ROOT, 'dist', 'portal', 'web'),
  clock: Date.now,
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ address, cameras: CAMERAS })}\n`);
// The one who measures is gone.
process.stdin.resume().once('end', () => process.exit());

/** Ten streets of ten cameras each. */
function registerOfCity(): CameraRegister {
  const cameras = Array.from({ length: CAMERAS }, (_, index) => registered(index));
  return { cameras: () => cameras };
}

function registered(index: number): RegisteredCamera {
  const [street, place] = [Math.floor(index / 10), index % 10];
  const x = (line: number) => (line + 1) / (LINES + 1);
  return {
    definition: {
      id: cameraName(index),
      name: `Titik ${index + 1}`,
      location: {
        lat: -7.05 + street * 0.012,
        lon: 110.35 + place * 0.014,
        road: `Jl. Contoh ${street + 1}`,
        kecamatan: '33.74.01',
      },
      groups: ['people', 'vehicles'],
      lines: Array.from({ length: LINES }, (_, line) => ({
        id: `line-${line + 1}`,
        from: { x: x(line), y: 0.1 },
        to: { x: x(line), y: 0.9 },
      })),
      zones: Array.from({ length: ZONES }, (_, zone) => ({
        id: `zone-${zone + 1}`,
        polygon: [
          { x: 0.1, y: 0.1 },
          { x: 0.9, y: 0.1 },
          { x: 0.9, y: 0.9 },
        ],
      })),
      sampling: { framesPerSecond: 5 },
    },
    windowSeconds: 60,
    isEnabled: true,
    isLive: true,
    revision: 1,
  };
}
