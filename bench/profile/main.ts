/** `pantau bench --profile` as a process of its own: measures this machine and writes its profile. One argument: the file. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { remark, reportError, say } from '../../workers/cli/output.ts';
import { readConfig } from '../../workers/config.ts';
import { defaultProfileFile, writeProfile } from '../../workers/planning/profile-file.ts';
import { profileText } from '../../workers/planning/profile-text.ts';
import { checkFolders } from '../check-folders.ts';
import { openMaterial } from '../material.ts';
import { measureProfile } from './measure-profile.ts';

const stop = new AbortController();
const onSignal = (): void => stop.abort();
process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
try {
  const file = process.argv[2] ?? defaultProfileFile(readConfig().dataDir);
  await mkdir(path.dirname(file), { recursive: true });
  await checkFolders([file]);
  const profile = await measureProfile({
    material: await openMaterial(stop.signal),
    signal: stop.signal,
    progress: (text) => remark(`profil/profile: ${text}`),
  });
  await writeProfile(file, profile);
  say(profileText(profile, file));
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : reportError(error);
}
