/** What differs between two definitions of a camera, by name: what the audit log may say. */
import type { SiteCamera, SiteSource } from '../../pipelines/site-file.ts';

/** A camera as compared. */
export interface ComparedCamera {
  readonly definition: Omit<SiteCamera, 'source'>;
  readonly windowSeconds: number;
  readonly source: SiteSource | undefined;
}

/** `name`, `lines.utara`, `source`, …; sorted. Everything the camera has when there was none before. */
export function changedFields(before: ComparedCamera | undefined, after: ComparedCamera): readonly string[] {
  const [old, now] = [before === undefined ? new Map<string, string>() : fields(before), fields(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => old.get(name) !== now.get(name)).sort();
}

function fields({ definition, windowSeconds, source }: ComparedCamera): Map<string, string> {
  const { lines, zones, ...rest } = definition;
  const named = { ...rest, windowSeconds, source };
  return new Map([
    ...Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, text(value)] as const],
    ),
    ...lines.map((line) => [`lines.${line.id}`, text(line)] as const),
    ...zones.map((zone) => [`zones.${zone.id}`, text(zone)] as const),
  ]);
}

/** The same for the same content, whatever the order of keys. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
