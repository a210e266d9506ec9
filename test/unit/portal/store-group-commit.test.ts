import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../../portal/store/group-commit.ts';

/** Writes when it is let, and remembers what was written together. */
function heldWriter(mostItems = 100) {
  const groups: number[][] = [];
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const write = createGroupCommit<number, string>({
    mostItems,
    async write(items) {
      groups.push([...items]);
      if (groups.length === 1) await held;
      if (items.includes(13)) throw new Error('13 can not be written');
      return items.map((item) => `wrote ${item}`);
    },
  });
  return { groups, write, letGo };
}

describe('group commit', () => {
  it('writes a lone batch at once, and together what waited meanwhile, each with its own outcomes', async () => {
    const { groups, write, letGo } = heldWriter();
    const answers = [write([1]), write([2, 3]), write([]), write([4])];
    letGo();
    expect(await Promise.all(answers)).toEqual([['wrote 1'], ['wrote 2', 'wrote 3'], [], ['wrote 4']]);
    expect(groups).toEqual([[1], [2, 3, 4]]);
  });

  it('lets a batch that can not be written take no other with it', async () => {
    const { groups, write, letGo } = heldWriter();
    const answers = [write([1]), write([2]), write([13]), write([4])];
    letGo();
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([[1], [2, 13, 4], [2], [13], [4]]);
    expect(await write([5])).toEqual(['wrote 5']);
  });

  it('closes a group at its size; a larger batch is one of its own', async () => {
    const { groups, write, letGo } = heldWriter(3);
    const answers = [write([1]), write([2, 3]), write([4, 5]), write([6, 7, 8, 9]), write([10])];
    letGo();
    await Promise.all(answers);
    expect(groups).toEqual([[1], [2, 3], [4, 5], [6, 7, 8, 9], [10]]);
  });
});
