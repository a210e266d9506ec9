/** Method breaks out of the store: days tell that something changed, such a day in detail tells when. */
import { parseIsoUs } from '../../pipelines/domain/time.ts';
import { type MethodBreak, type MethodTrace, methodBreaks } from '../datasets/quality/method-breaks.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { breathe } from './breathe.ts';
import { type DaySource, type SettledDays, settledDays } from './settled-days.ts';

/** What breaks are read from. */
type BreakSource = DaySource & Pick<PublicReader, 'cameras'>;

/** Every break of these cameras, camera by camera in time. */
export async function readMethodBreaks(
  reader: BreakSource,
  cameraIds: readonly string[],
): Promise<MethodBreak[]> {
  const breaks: MethodBreak[] = [];
  for await (const found of methodBreaksByCamera(reader, cameraIds)) breaks.push(...found);
  return breaks;
}

/** The same, one camera after the other as they are named. */
export async function* methodBreaksByCamera(
  reader: BreakSource,
  cameraIds: readonly string[],
): AsyncGenerator<readonly MethodBreak[]> {
  const summaries = new Map((await reader.cameras()).map((one) => [one.cameraId, one]));
  const settled = await settledDays(reader);
  for (const cameraId of cameraIds) {
    const summary = summaries.get(cameraId);
    if (summary === undefined) continue;
    const fromUs = parseIsoUs(summary.firstWindowStart);
    const days = await settled.dayMethods({ cameraId, fromUs, toUs: parseIsoUs(summary.lastWindowEnd) });
    yield methodBreaks(await inDetail(settled, cameraId, days));
    await breathe();
  }
}

/** The days with those in which the method changed replaced by their quarter hours or hours, where these are still kept. */
async function inDetail(
  settled: SettledDays,
  cameraId: string,
  days: readonly MethodTrace[],
): Promise<MethodTrace[]> {
  const traces: MethodTrace[] = [];
  let detailed: string | undefined;
  let known: MethodTrace['methods'] | undefined;
  for (const day of days) {
    const { methods, windowStart } = day;
    const isChanged = known !== undefined ? methods !== known : methods.length > 1;
    if (methods.length === 1) known = methods;
    if (detailed === windowStart) continue;
    if (!isChanged) {
      traces.push(day);
      continue;
    }
    detailed = windowStart;
    const detail = await settled.methodsInDetail({ cameraId, dayStartUs: parseIsoUs(windowStart) });
    traces.push(...(detail.length > 0 ? detail : [day]));
  }
  return traces;
}
