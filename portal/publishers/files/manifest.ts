/** `manifest.json` of a folder of files: what there is, whole, with checksums. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { writeWholeFile } from './whole-file.ts';

/** Its name in the folder. */
export const MANIFEST_NAME = 'manifest.json';

const entrySchema = z.object({
  /** Relative to the manifest, with `/`. */
  path: z.string(),
  resource: z.string(),
  /** Local day (WIB) of the rows; absent where the file has all rows of a table. */
  day: z.string().optional(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  rows: z.int(),
  /** Table Schema of the columns, relative to the manifest. */
  schema: z.string(),
  /** When the content last changed, ISO 8601. */
  modified: z.string(),
});
const manifestSchema = z.object({
  format: z.literal('pantau-files'),
  version: z.literal(1),
  generated: z.string(),
  files: z.array(entrySchema),
});

/** One file. */
export type ManifestEntry = z.infer<typeof entrySchema>;

/** Files by path. */
export type Manifest = Map<string, ManifestEntry>;

/** Reads a folder's manifest; empty where there is none. Throws `publish-refused` for a file that is none of ours. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST_NAME);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new AnalysisError(
      'publish-refused',
      'read-manifest',
      `${file} was not written by this version of Pantau; move it away and send everything again`,
    );
  }
  return new Map(parsed.data.files.map((entry) => [entry.path, entry]));
}

/** Writes the manifest in place of the older one; files first, so that it never names what is not there. */
export async function writeManifest(folder: string, manifest: Manifest, nowMs: number): Promise<void> {
  const files = [...manifest.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const content = { format: 'pantau-files', version: 1, generated: new Date(nowMs).toISOString(), files };
  const written = await writeWholeFile(path.join(folder, MANIFEST_NAME), [
    `${JSON.stringify(content, null, 1)}\n`,
  ]);
  await written.commit();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
