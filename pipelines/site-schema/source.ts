/** Where pictures come from, how many are taken, and when. */
import { z } from 'zod';
import { parseIsoUs } from '../domain/time.ts';
import { between, strict } from './checks.ts';
import { url } from './texts.ts';

const startRule = 'allowed is an instant with its offset, for example 2026-01-05T07:00:00+07:00';
const start = z.string({ error: startRule }).superRefine((text, context) => {
  try {
    parseIsoUs(text);
  } catch (error) {
    const message = error instanceof RangeError ? error.message : startRule;
    context.addIssue({ code: 'custom', message });
  }
});

const pathRule = 'allowed is the path of a local video file';
/** One recording or one kind of live address. */
export const source = z.discriminatedUnion(
  'kind',
  [
    strict({
      kind: z.literal('recording'),
      path: z.string({ error: pathRule }).min(1, pathRule).max(4096, pathRule),
      start: start.exactOptional(),
    }),
    strict({ kind: z.literal('rtsp'), url: url('rtsp', 'rtsps') }),
    strict({ kind: z.literal('hls'), url: url('http', 'https') }),
    strict({ kind: z.literal('mjpeg'), url: url('http', 'https') }),
    strict({ kind: z.literal('snapshot'), url: url('http', 'https') }),
  ],
  {
    error:
      'allowed is an object whose kind is one of "recording", "rtsp", "hls", "mjpeg", "snapshot" (or no source at all)',
  },
);

/** How many pictures are analysed, and which. */
export const sampling = strict({
  framesPerSecond: between(0.01, 60, ' frames per second').default(5),
  keyframesOnly: z.boolean({ error: 'allowed is true or false' }).default(false),
  keyframeIntervalS: between(0.04, 600, ' s').exactOptional(),
  motionGate: z.boolean({ error: 'allowed is true or false' }).exactOptional(),
})
  .superRefine((value, context) => {
    if (value.keyframesOnly && value.keyframeIntervalS === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['keyframeIntervalS'],
        message: 'needed with keyframesOnly: the distance of keyframes in seconds decides what is a gap',
      });
    }
  })
  // Only what differs from the default is kept: cameras that don't name the gate keep their site version.
  .transform(({ motionGate, ...rest }): typeof rest & { motionGate?: false } =>
    motionGate === false ? { ...rest, motionGate } : rest,
  );

const trafficRule = 'allowed is speedSizesPerSecond, secondsInView or both';
/**
 * How fast and how briefly road users pass, for the sampling rule (`SamplingNeed`). It changes no record by itself, so it is
 * no part of the site version.
 */
export const traffic = strict({
  speedSizesPerSecond: between(0.1, 50, ' own sizes per second').exactOptional(),
  secondsInView: between(0.1, 3600, ' s').exactOptional(),
}).refine((value) => Object.keys(value).length > 0, { error: trafficRule });

const clockRule = 'allowed is a time of day "HH:MM", from "00:00" to "24:00"';
const timeOfDay = z.string({ error: clockRule }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, clockRule);

const timeZoneRule = 'allowed is an IANA time zone, for example "Asia/Jakarta"';
/** When a camera is held; over midnight where `from` is later than `to`. */
export const operatingHours = strict({
  from: timeOfDay,
  to: timeOfDay,
  timeZone: z
    .string({ error: timeZoneRule })
    .refine(isTimeZone, { error: timeZoneRule })
    .default('Asia/Jakarta'),
}).refine(({ from, to }) => from !== to, {
  error: 'from and to are the same; leave operatingHours out for a camera that always runs',
});

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
