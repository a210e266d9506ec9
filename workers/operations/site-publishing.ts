/** What a site file says of its city and of who answers for the data, as the register keeps it. */
import type { Site } from '../../pipelines/site-file.ts';
import type { Publishing } from '../../portal/reads/camera-register.ts';

/** Only what the file says; what it leaves out changes nothing. */
export function publishingOf(site: Site): Publishing {
  const { city, publisher, contact, dataSteward, activityCode, majorStreetsKm } = site;
  const said = Object.entries({ city, publisher, contact, dataSteward, activityCode, majorStreetsKm });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

/** Names of the parts of `said` that differ from what is kept. */
export function changedPublishing(kept: Publishing, said: Publishing): readonly string[] {
  const names = Object.keys(said) as (keyof Publishing)[];
  return names.filter((name) => JSON.stringify(kept[name]) !== JSON.stringify(said[name])).sort();
}
