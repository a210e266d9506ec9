/** Batches that come while another one is being written wait, and are then written together: one commit for all of them. */

/** Options of `createGroupCommit`. */
export interface GroupCommitOptions<Item, Outcome> {
  /** Writes all or nothing; answers one outcome per item, in their order. */
  readonly write: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  /** A group is closed when it has this many items; a larger batch is a group of its own. */
  readonly mostItems: number;
}

interface Waiting<Item, Outcome> {
  readonly items: readonly Item[];
  readonly resolve: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers what writes a batch. Batches are written in the order in which they come; one that can't be written takes no
 * other with it. Nobody waits for company: a batch that comes alone is written at once.
 */
export function createGroupCommit<Item, Outcome>({ write, mostItems }: GroupCommitOptions<Item, Outcome>) {
  const waiting: Waiting<Item, Outcome>[] = [];
  let isWriting = false;

  async function writeGroup(group: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await write(group.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of group) {
        resolve(outcomes.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      const [first] = group;
      if (group.length === 1) first?.reject(error);
      else for (const one of group) await writeGroup([one]);
    }
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await writeGroup(nextGroup(waiting, mostItems));
    isWriting = false;
  }

  return (items: readonly Item[]): Promise<readonly Outcome[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!isWriting) void writeAll();
    });
}

/** Takes the first batches off the list, at least one. */
function nextGroup<Batch extends { readonly items: readonly unknown[] }>(
  waiting: Batch[],
  mostItems: number,
): Batch[] {
  let size = waiting[0]?.items.length ?? 0;
  let count = 1;
  for (; count < waiting.length; count += 1) {
    size += waiting[count]!.items.length;
    if (size > mostItems) break;
  }
  return waiting.splice(0, count);
}
