/** A queue that is fair over lanes, however deep one of them is. */

/** See `createFairQueue`. */
export interface FairQueue<Item> {
  readonly size: number;
  push(lane: LaneOf, item: Item): void;
  /** Puts an item back at the head of its lane. */
  unshift(lane: LaneOf, item: Item): void;
  /** The next item whose lane's head is accepted; other lanes keep their turn. */
  take(accepts: (item: Item) => boolean): Item | undefined;
  /** Takes out everything that matches. */
  remove(matches: (item: Item) => boolean): Item[];
}

/** Whose turn an item takes, and how many turns that lane gets where another gets `weight` 1. */
export interface LaneOf {
  readonly key: string;
  readonly weight: number;
}

interface Lane<Item> {
  readonly key: string;
  readonly weight: number;
  items: Item[];
  /** Virtual time of the lane's next turn. */
  turn: number;
}

/**
 * Stride scheduling (Waldspurger & Weihl, 1995): each lane has a virtual time that grows by 1/weight per served item,
 * and the lane with the least is served next. Equal weights are a round-robin; an idle lane saves up nothing and owes
 * nothing.
 */
export function createFairQueue<Item>(): FairQueue<Item> {
  const lanes = new Map<string, Lane<Item>>();
  let size = 0;
  let now = 0;

  function laneFor({ key, weight }: LaneOf): Lane<Item> {
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { key, weight, items: [], turn: now };
      lanes.set(key, lane);
    }
    if (lane.items.length === 0) lane.turn = Math.max(lane.turn, now);
    return lane;
  }

  function nextLane(accepts: (item: Item) => boolean): Lane<Item> | undefined {
    let next: Lane<Item> | undefined;
    for (const lane of lanes.values()) {
      if (lane.items.length === 0) forgetIdle(lane);
      else if ((next === undefined || lane.turn < next.turn) && accepts(lane.items[0]!)) next = lane;
    }
    return next;
  }

  /** An empty lane whose turn has come round is the same as a new one. */
  function forgetIdle(lane: Lane<Item>): void {
    if (lane.turn <= now) lanes.delete(lane.key);
  }

  return {
    get size() {
      return size;
    },
    push(lane, item) {
      laneFor(lane).items.push(item);
      size += 1;
    },
    unshift(lane, item) {
      laneFor(lane).items.unshift(item);
      size += 1;
    },
    take(accepts) {
      const lane = nextLane(accepts);
      if (lane === undefined) return undefined;
      now = lane.turn;
      lane.turn += 1 / lane.weight;
      size -= 1;
      return lane.items.shift();
    },
    remove(matches) {
      const removed: Item[] = [];
      for (const lane of lanes.values()) {
        removed.push(...lane.items.filter(matches));
        lane.items = lane.items.filter((item) => !matches(item));
      }
      size -= removed.length;
      return removed;
    },
  };
}
