/** When a running camera may go on with another definition. */

/**
 * Milliseconds from `nowMs` (Unix time) until windows of both lengths, in seconds, begin at one instant; more than 0, at
 * most an hour, which every length divides. A window that begins in the middle of another rule's would overlap records
 * that are there already, and longer windows of the portal leave the longer of two overlapping records out whole.
 */
export function msUntilBothBegin(nowMs: number, [a, b]: readonly [number, number]): number {
  const bothMs = ((a * b) / greatestCommonDivisor(a, b)) * 1_000;
  return bothMs - (nowMs % bothMs);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
