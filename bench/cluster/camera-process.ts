/**
 * The simulated camera as a process of its own, so that its work is not taken for the worker's. Prints its address;
 * ends with its parent.
 *
 *   node camera-process.js '{"file":"vtest.avi","fps":10,"gop":10}'
 */
import { type RtspServerOptions, startRtspServer } from '../../test/support/rtsp-server.ts';

const server = await startRtspServer(JSON.parse(process.argv[2] ?? '') as RtspServerOptions);
process.stdout.write(`${server.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
