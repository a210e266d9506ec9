/** What a file of tables must hold. A fault is told as `file: TABLE.field: what is wrong`. */
import { z } from 'zod';

const text = z.string().trim().min(1);
const factor = z.number().positive().max(5);
const PUBLISHED = {
  edition: text,
  source: z.strictObject({ publication: text, place: text, takenFrom: text }),
  unit: text,
  reading: text.optional(),
};

type Context = z.core.$RefinementCtx<unknown>;

function complain(context: Context, path: PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

/** Complains of the first value that is not above the one before it. */
function mustGrow(values: readonly number[], context: Context, pathOf: (i: number) => PropertyKey[]): void {
  const i = values.findIndex((value, at) => at > 0 && value <= values[at - 1]!);
  if (i > 0) complain(context, pathOf(i), `${values[i]} after ${values[i - 1]}: must grow`);
}

const edge = z.number().positive();
const levels = z
  .strictObject({ ...PUBLISHED, upperEdges: z.strictObject({ A: edge, B: edge, C: edge, D: edge, E: edge }) })
  .superRefine(({ upperEdges: { A, B, C, D, E } }, context) =>
    mustGrow([A, B, C, D, E], context, (i) => ['upperEdges', 'ABCDE'[i]!]),
  );

const ROAD_TYPES = ['2/2-TT', '4/2-TT', '4/2-T', '6/2-T', '2/1', '3/1'] as const;
/** Sums of smp are exact in hundredths only. */
const emp = z.number().positive().multipleOf(0.01);
const empRow = z.strictObject({
  id: text,
  roadTypes: z.array(z.enum(ROAD_TYPES)).min(1),
  flowFrom: z.int().nonnegative(),
  flowBelow: z.int().positive().optional(),
  widthAboveM: z.number().positive().optional(),
  widthUpToM: z.number().positive().optional(),
  emp: z.strictObject({ motorcycle: emp, car: z.literal(1), heavy: emp }),
});

function holds(row: z.infer<typeof empRow>, flow: number, widthM: number): boolean {
  const { flowFrom, flowBelow = Infinity, widthAboveM = 0, widthUpToM = Infinity } = row;
  return flow >= flowFrom && flow < flowBelow && widthM > widthAboveM && widthM <= widthUpToM;
}

/** Every edge of the ranges, and a place beyond each: a hole or an overlap holds one of them. */
function samples(edges: readonly (number | undefined)[]): number[] {
  const known = [...new Set(edges.filter((one) => one !== undefined))];
  return [...known, ...known.map((one) => one + 0.5)];
}

const empTable = z
  .strictObject({
    ...PUBLISHED,
    flowBasis: z.record(z.enum(ROAD_TYPES), z.enum(['both-directions', 'per-lane'])),
    rows: z.array(empRow).min(1),
  })
  .superRefine(({ rows }, context) => {
    for (const [i, { id }] of rows.entries()) {
      if (rows.findIndex((row) => row.id === id) < i) complain(context, ['rows', i, 'id'], `"${id}" twice`);
    }
    for (const type of ROAD_TYPES) {
      const own = rows.filter(({ roadTypes }) => roadTypes.includes(type));
      const widths = samples(own.flatMap((row) => [0.5, row.widthAboveM, row.widthUpToM]));
      const cells = samples(own.flatMap((row) => [0, row.flowFrom, row.flowBelow])).flatMap((flow) =>
        widths.map((widthM) => ({
          flow,
          widthM,
          rows: own.filter((row) => holds(row, flow, widthM)).length,
        })),
      );
      const bad = cells.find((cell) => cell.rows !== 1);
      if (bad === undefined) continue;
      const at = `${type} at ${bad.flow} vehicles/h and ${bad.widthM} m`;
      complain(context, ['rows'], `${at}: ${bad.rows} rows hold, must be 1`);
    }
  });

const curve = z
  .array(z.tuple([z.number().positive(), factor]))
  .min(2)
  .superRefine((points, context) =>
    mustGrow(
      points.map(([x]) => x),
      context,
      (i) => [i, 0],
    ),
  );
const growing = z
  .array(z.number().positive())
  .min(2)
  .superRefine((values, context) => mustGrow(values, context, (i) => [i]));
const frictionRows = z.strictObject({ SR: growing, R: growing, S: growing, T: growing, ST: growing });
const byRoad = z.strictObject({ divided: frictionRows, twoWayOrOneWay: frictionRows });
const sideFriction = z
  .strictObject({ distanceM: growing, kerb: byRoad, shoulder: byRoad })
  .superRefine(({ distanceM, ...edges }, context) => {
    for (const [edgeName, roads] of Object.entries(edges)) {
      for (const [road, rows] of Object.entries(roads)) {
        for (const [friction, factors] of Object.entries(rows)) {
          if (factors.length === distanceM.length) continue;
          const message = `${factors.length} factors for ${distanceM.length} distances`;
          complain(context, [edgeName, road, friction], message);
        }
      }
    }
  });
const limit = z.number().positive().optional();
const cityMillions = z
  .array(z.strictObject({ below: limit, upTo: limit, factor }))
  .min(2)
  .superRefine((rows, context) => {
    const limits = rows.map(({ below, upTo }) => below ?? upTo ?? Infinity);
    mustGrow(limits, context, (i) => [i]);
    if (limits.at(-1) !== Infinity) complain(context, [rows.length - 1], 'the last row must have no limit');
  });
const capacity = z.strictObject({
  ...PUBLISHED,
  base: z.strictObject({ dividedPerLane: z.int().positive(), twoWayTotal: z.int().positive() }),
  laneWidthM: curve,
  carriagewayWidthM: curve,
  directionalSplitPercent: curve,
  sideFriction,
  cityMillions,
});

/** Tables by name; the name is written into records, CSV files and addresses. */
function fileOf<Table extends z.ZodType>(table: Table) {
  return z.record(z.string().regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/), table);
}

/** The files of `pipelines/domain/tables/` and what each must hold. */
export const TABLE_FILES = {
  'capacity.json': fileOf(capacity),
  'emp.json': fileOf(empTable),
  'fruin.json': fileOf(levels),
  'level-of-service.json': fileOf(levels),
};

/** The faults of a file's content; none where it is good. */
export function tableFaults(file: keyof typeof TABLE_FILES, content: unknown): string[] {
  const { error } = TABLE_FILES[file].safeParse(content);
  return (error?.issues ?? []).map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`);
}
