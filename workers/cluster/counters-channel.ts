/** How live counters get from the worker that holds a camera to the portal: names, and what is said. Numbers only. */
import { z } from 'zod';

/** While this key is there, somebody listens; it ends by itself when the portal dies. */
export function wantedKey(prefix: string, cameraId: string): string {
  return `${prefix}:counters-wanted:${cameraId}`;
}

/** The Redis channel of one camera. */
export function countersChannel(prefix: string, cameraId: string): string {
  return `${prefix}:counters:${cameraId}`;
}

/** How long one asking holds; renewed at a third of it. */
export const WANTED_MS = 6_000;

const perClass = z.record(z.string(), z.int().nonnegative());
const messageSchema = z.strictObject({
  /** When the worker began to count for listeners; with another one all sums begin anew. */
  sinceMs: z.number(),
  atMs: z.number(),
  lines: z.array(z.strictObject({ lineId: z.string(), in: perClass, out: perClass })),
  zones: z.array(
    z.strictObject({ zoneId: z.string(), people: z.int().nonnegative(), vehicles: z.int().nonnegative() }),
  ),
});

/** Sums of passages since `sinceMs`, and who is present now. */
export type CountersMessage = z.infer<typeof messageSchema>;

/** The message of a channel; undefined for what no worker of this version would say. */
export function readCounters(text: string): CountersMessage | undefined {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
