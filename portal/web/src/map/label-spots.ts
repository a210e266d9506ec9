/** Where names are written on the map so that no mark and no other name covers them. Pure; pixels, y downwards. */

/** A rectangle by its middle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Room left around marks and names. */
const ROOM_PX = 2;
/** How far a name moves at most: farther off it would name another place. */
const REACH_PX = 120;
const STEP_PX = 8;

/**
 * The middle of each name: as near as possible to where it belongs, clear of `marks` and of the names before it.
 * A name without such a spot stays where it belongs.
 */
export function labelSpots(labels: readonly Box[], marks: readonly Box[]): { x: number; y: number }[] {
  const taken = [...marks];
  return labels.map((label) => {
    const spot = SHIFTS.map(([dx, dy]) => ({ ...label, x: label.x + dx, y: label.y + dy })).find(
      (tried) => !taken.some((other) => overlaps(tried, other)),
    );
    const { x, y } = spot ?? label;
    taken.push({ ...label, x, y });
    return { x, y };
  });
}

/** From near to far; of equally far ones below first, where the eye looks for a mark's name. */
const SHIFTS = shiftsWithin(REACH_PX);

function shiftsWithin(reachPx: number): (readonly [dx: number, dy: number])[] {
  const steps = Math.floor(reachPx / STEP_PX);
  const along = Array.from({ length: 2 * steps + 1 }, (_, index) => (steps - index) * STEP_PX);
  return along
    .flatMap((dy) => along.map((dx) => [dx, dy] as const))
    .filter(([dx, dy]) => Math.hypot(dx, dy) <= reachPx)
    .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}

function overlaps(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) < (a.widthPx + b.widthPx) / 2 + ROOM_PX &&
    Math.abs(a.y - b.y) < (a.heightPx + b.heightPx) / 2 + ROOM_PX
  );
}
