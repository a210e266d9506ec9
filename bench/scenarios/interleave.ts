/** Measures several subjects in turn, so that what slows the machine slows all of them alike. */
import type { Material } from '../material.ts';
import { cutParts } from '../material.ts';
import { estimate, median, pairedRatio } from '../measure/statistics.ts';
import type { StoreSelection } from '../portal/store-selection.ts';
import type { RatioResult, SubjectResult } from '../result.ts';
import type { CpuBill, Slice, Subject } from '../subjects/subject.ts';

/** What every scenario gets. */
export interface ScenarioContext {
  readonly material: Material;
  /** Rounds of each interleaved measurement. */
  readonly rounds: number;
  /** The rounds were asked for: long scenarios then take them all. */
  readonly isRoundsAsked: boolean;
  /** Into how many parts the footage is cut; rounds go through them in order, again and again. */
  readonly parts: number;
  /** Shows that everything works, in as little time as that takes. */
  readonly isSmoke: boolean;
  /** How long the soak lasts: minutes of wall time live, hours of media for a recording. */
  readonly soak: { readonly minutes: number; readonly hours: number };
  /** Which engines the portal's store is measured on, and the folder its data are kept in or found in. */
  readonly store: StoreSelection;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
  /** Told what can't be measured here, and why. */
  readonly skip: (what: string) => void;
}

/** Rounds of a scenario whose rounds take long: `most`, unless others were asked for. */
export function roundsUpTo(most: number, context: Pick<ScenarioContext, 'rounds' | 'isRoundsAsked'>): number {
  return context.isRoundsAsked ? context.rounds : Math.min(most, context.rounds);
}

/** Every subject measures part 0, then every subject part 1, …; each round begins with another subject. */
export async function interleave(
  subjects: readonly Subject[],
  { material, rounds, parts, signal, progress }: ScenarioContext,
): Promise<SubjectResult[]> {
  const cut = cutParts(material, parts);
  const slices = subjects.map((): Slice[] => []);
  for (let round = 0; round < rounds; round++) {
    const part = cut[round % parts]!;
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + round) % subjects.length;
      const subject = subjects[index]!;
      progress(`${subject.name}: ${round + 1} of ${rounds}`);
      signal.throwIfAborted();
      slices[index]!.push(await subject.measure(part, signal));
    }
  }
  return subjects.map((subject, index) => summarise(subject, slices[index]!));
}

/** A subject's rounds as one row. */
export function summarise(
  subject: Pick<Subject, 'name' | 'what' | 'quality'>,
  slices: readonly Slice[],
): SubjectResult {
  const quality = subject.quality();
  const cpu = medianBill(slices);
  const starts = slices.flatMap(({ startMs }) => (startMs === undefined ? [] : [startMs]));
  return {
    name: subject.name,
    what: subject.what,
    framesPerSecond: estimate(slices.map(({ framesPerSecond }) => framesPerSecond)),
    ...(cpu === undefined ? {} : { cpu }),
    ...(starts.length === 0 ? {} : { startMs: median(starts) }),
    ...(quality === undefined ? {} : { quality }),
    slices,
  };
}

function medianBill(slices: readonly Slice[]): CpuBill | undefined {
  const bills = slices.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  if (bills.length === 0) return undefined;
  const of = (part: keyof CpuBill) => {
    const values = bills.flatMap((bill) => bill[part] ?? []);
    return values.length === 0 ? {} : { [part]: median(values) };
  };
  return { ...of('decode'), ...of('detect'), ...of('rest'), total: median(bills.map(({ total }) => total)) };
}

/** Two subjects of the same rounds, by name. */
export interface SubjectPair {
  readonly of: string;
  readonly to: string;
  readonly target?: string;
}

/** The ratio of two subjects' rates, round by round; none where one of them was not measured. */
export function rateRatio(results: readonly SubjectResult[], pair: SubjectPair): RatioResult[] {
  const name = `${pair.of} / ${pair.to}`;
  return sliceRatio(results, { ...pair, name }, ({ framesPerSecond }) => framesPerSecond);
}

/** The same of their rates while every process worked. */
export function busyRatio(results: readonly SubjectResult[], pair: SubjectPair): RatioResult[] {
  const name = `${pair.of} / ${pair.to}, while all work`;
  return sliceRatio(results, { ...pair, name }, ({ busyFramesPerSecond }) => busyFramesPerSecond);
}

function sliceRatio(
  results: readonly SubjectResult[],
  { of, to, name, target }: SubjectPair & { readonly name: string },
  rate: (slice: Slice) => number | undefined,
): RatioResult[] {
  const rates = (subject: string) =>
    results.find((one) => one.name === subject)?.slices.map((slice) => rate(slice));
  const [above, below] = [rates(of), rates(to)];
  if (!isWhole(above) || !isWhole(below)) return [];
  return [{ name, ...pairedRatio(above, below), ...(target === undefined ? {} : { target }) }];
}

function isWhole(rates: readonly (number | undefined)[] | undefined): rates is readonly number[] {
  return rates?.every((rate) => rate !== undefined) ?? false;
}

/** How much of the ratio `most` the ratio `of` reaches, round by round: a part of what the machine allows. */
export function shareOf([of]: readonly RatioResult[], [most]: readonly RatioResult[]): RatioResult[] {
  if (of === undefined || most === undefined) return [];
  return [{ name: `(${of.name}) / (${most.name})`, ...pairedRatio(of.rounds, most.rounds) }];
}

/**
 * What the least work costs against what a subject spends, in CPU time of one picture: the share of its work that the
 * task itself needs. On a machine that others use too it moves far less than a ratio of rates, and it is the bound of
 * that ratio when all cores are busy.
 */
export function cpuRatio(
  results: readonly SubjectResult[],
  pair: { readonly least: string; readonly of: string; readonly target?: string },
): RatioResult[] {
  const totals = (name: string) =>
    results.find((one) => one.name === name)?.slices.flatMap(({ cpu }) => cpu?.total ?? []);
  const [least, of] = [totals(pair.least), totals(pair.of)];
  if (least === undefined || of === undefined || least.length === 0 || of.length === 0) return [];
  return [
    {
      name: `CPU of ${pair.least} / CPU of ${pair.of}`,
      ...pairedRatio(least, of),
      ...(pair.target === undefined ? {} : { target: pair.target }),
    },
  ];
}
