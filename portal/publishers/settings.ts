/** The publishers file: which targets there are. Secrets are only named in it, never written. */
import { z } from 'zod';
import { AnalysisError } from '../../pipelines/errors.ts';
import { RESOURCES } from '../datasets/data-sets.ts';
import { ROLLED_LEVELS } from '../levels/level.ts';
import { FILE_FORMATS } from './files/files-publisher.ts';

/** Where a secret is: a variable `PANTAU_PUBLISH_SECRET_<NAME>`, or a file. */
const secretReference = z.union([
  z.strictObject({ secret: z.string().regex(/^[A-Z0-9_]{1,60}$/, 'expected A-Z, 0-9 or _') }),
  z.strictObject({ file: z.string().min(1) }),
]);

/** Addresses end up in status and logs, so they hold no credential. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
    error: 'has a user or password in it; name the token instead',
  });

const shared = {
  /** Names the cursor: a changed id starts from the beginning. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a-z, 0-9 or -'),
  /** Pause after everything was sent. */
  everySeconds: z.number().min(1).max(86_400).default(30),
};
const http = {
  url: address,
  timeoutSeconds: z.number().min(1).max(600).default(120),
};
/** Pause between two looks at the tables that are no series. */
const listsEverySeconds = z.number().min(60).max(86_400).default(900);
const resources = z
  .array(z.enum(RESOURCES.map(({ id }) => id) as [string, ...string[]]))
  .min(1)
  .optional();

const ckan = z.strictObject({
  kind: z.literal('ckan'),
  ...shared,
  ...http,
  token: secretReference,
  organization: z.string().min(1),
  /** Before each data set's name. */
  namePrefix: z
    .string()
    .regex(/^[a-z0-9_-]{0,40}$/, 'expected a-z, 0-9, _ or -')
    .default(''),
  private: z.boolean().default(false),
  batchRows: z.int().min(1).max(1000).default(500),
  listsEverySeconds,
  resources,
});
const ngsiLd = z.strictObject({
  kind: z.literal('ngsi-ld'),
  ...shared,
  ...http,
  token: secretReference.optional(),
  tenant: z
    .string()
    .regex(/^[a-z0-9_]{1,50}$/, 'expected a-z, 0-9 or _')
    .optional(),
  /** Where the broker finds the @context; the portal's own unless said. */
  contextUrl: address.optional(),
  level: z.enum(ROLLED_LEVELS).default('quarter-hour'),
  mode: z.enum(['replace', 'update']).default('replace'),
  batchEntities: z.int().min(1).max(1000).default(200),
});
const files = z.strictObject({
  kind: z.literal('files'),
  ...shared,
  folder: z.string().min(1),
  formats: z
    .array(z.enum(FILE_FORMATS))
    .min(1)
    .default([...FILE_FORMATS]),
  listsEverySeconds,
  resources,
});

const fileSchema = z.strictObject({
  /** Address under which others reach this portal; it stands in the published metadata. */
  portalUrl: address,
  publishers: z.array(z.discriminatedUnion('kind', [ckan, ngsiLd, files])).max(50),
});

/** A checked publishers file. */
export type PublisherSettings = z.infer<typeof fileSchema>;

/** One target of it. */
export type TargetSettings = PublisherSettings['publishers'][number];

/** A named secret. */
export type SecretReference = z.infer<typeof secretReference>;

/**
 * Checks the text of a publishers file.
 * @throws AnalysisError `config-invalid` that lists every problem with its place in the file.
 */
export function parsePublisherSettings(text: string, fileName: string): PublisherSettings {
  const refuse = (problems: readonly string[]): never => {
    throw new AnalysisError('config-invalid', 'read-publishers', `${fileName}:\n  ${problems.join('\n  ')}`);
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return refuse([`no JSON: ${(error as Error).message}`]);
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) {
    return refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const twice = [...targetsTwice(parsed.data.publishers)];
  if (twice.length > 0) refuse(twice);
  return parsed.data;
}

/** Two publishers with one cursor, or with one target, would undo each other's work. */
function* targetsTwice(publishers: readonly TargetSettings[]): Generator<string> {
  const seen = new Map<string, string>();
  for (const one of publishers) {
    const target =
      one.kind === 'files'
        ? `folder ${one.folder}`
        : one.kind === 'ckan'
          ? `ckan ${one.url} ${one.namePrefix}`
          : `broker ${one.url} ${one.tenant ?? ''}`;
    for (const name of [`id ${one.id}`, target]) {
      const other = seen.get(name);
      if (other !== undefined) yield `publishers: "${one.id}" and "${other}" share one ${name}`;
      seen.set(name, one.id);
    }
  }
}
