/**
 * Many simulated cameras as one process of their own, each with an RTSP port, another place in the footage and another
 * moment for its keyframes. Prints them as one line of JSON; ends with its parent.
 *
 *   node fleet-process.js '{"clip":{…},"cameras":24}'
 */
import { createCameraSessions } from '../../test/support/rtsp-sessions.ts';
import type { CameraClip } from './camera-clip.ts';
import { readStream, rotated } from './camera-stream.ts';
import type { FleetCamera } from './cameras.ts';

/** Coprime to the 775 pictures and to the 25 of a second: places and keyframes spread evenly. */
const OFFSET_STEP = 307;

const { clip, cameras } = JSON.parse(process.argv[2] ?? '') as { clip: CameraClip; cameras: number };
const media = await readStream(clip);
const fleet: FleetCamera[] = [];
for (let index = 0; index < cameras; index++) {
  const offset = (index * OFFSET_STEP) % media.units.length;
  const faults = { isFrozen: false, flipRate: 0, redirectFrom: 1 };
  const sessions = createCameraSessions({ media: rotated(media, offset), faults, loop: true });
  const epochMs = Date.now();
  fleet.push({ url: `rtsp://127.0.0.1:${await sessions.listen(0)}/stream`, epochMs, offset });
}
process.stdout.write(`${JSON.stringify(fleet)}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
