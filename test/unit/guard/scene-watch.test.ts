import { describe, expect, it } from 'vitest';
import {
  createSceneWatch,
  type SceneChange,
  type SceneWatch,
} from '../../../pipelines/domain/guard/scene-watch.ts';
import { referenceOf, street, walkedStreet } from './scenes.ts';

const sceneReference = referenceOf(walkedStreet());
const PICTURES = { s: street(), m: street({ shiftX: 0.1 }), c: street({ gain: 0 }) };

/** Two pictures a second: same, moved, covered. Answers + counted, - suspended, ? undecided, x not even detected. */
function watched(scenes: string, options: { windowSeconds?: number; isOver?: boolean } = {}) {
  const changes: SceneChange[] = [];
  const watch: SceneWatch = createSceneWatch({
    sceneReference,
    windowSeconds: options.windowSeconds ?? 60,
    onChange: (change) => changes.push(change),
  });
  const letThrough = [...scenes].map((scene, index) =>
    watch.see(index * 500_000, () => PICTURES[scene as keyof typeof PICTURES]),
  );
  if (options.isOver !== false) watch.end();
  const fates = letThrough.map((isLet, index) => {
    if (!isLet) return 'x';
    const isCounted = watch.isCounted(index * 500_000);
    return isCounted === undefined ? '?' : isCounted ? '+' : '-';
  });
  return { fates: fates.join(''), changes };
}

const times = (count: number, scene: string) => scene.repeat(count);

describe('createSceneWatch', () => {
  it.each([
    ['an unmoved view is counted', 'ssssss', '++++++'],
    ['a bus of 4 s does not suspend', `ss${times(8, 'm')}ssss`, times(14, '+')],
    ['at the edge of a window it does', `${times(4, 'm')}ssss${times(4, 'm')}`, '----+++-----'],
    // Moved at 1 s: judged there, certain 5 s later; what came between never counts.
    ['a move is suspended from its first picture', `ss${times(14, 'm')}`, `+${times(11, '-')}xxxx`],
    ['so is a cover', `ss${times(14, 'c')}`, `+${times(11, '-')}xxxx`],
    // The picture at 1.5 s is not judged itself, but came after the last good one.
    ['a move between judged pictures', `sss${times(13, 'm')}`, `+++${times(11, '-')}xx`],
    [
      'the view must be back for 5 s',
      `${times(12, 'm')}${times(14, 's')}`,
      `${times(10, '-')}${times(12, 'x')}++++`,
    ],
    [
      'a glimpse of it is not enough',
      `${times(12, 'm')}ssss${times(6, 'm')}`,
      `${times(10, '-')}${times(12, 'x')}`,
    ],
  ])('%s', (_name, scenes, expected) => {
    expect(watched(scenes).fates).toBe(expected);
  });

  it('waits for the next judgement, not longer', () => {
    expect(watched('sssm', { isOver: false }).fates).toBe('+++?');
    expect(watched('sssss', { isOver: false }).fates).toBe('+++++');
  });

  it('judges each window by itself', () => {
    // Windows of 10 s are twenty pictures; the second begins moved and is certain after 5 s again.
    const moved = watched(`ss${times(38, 'm')}`, { windowSeconds: 10 }).fates;
    expect(moved).toBe(`+${times(11, '-')}${times(8, 'x')}${times(10, '-')}${times(10, 'x')}`);
    const alone = watched(times(20, 'm'), { windowSeconds: 10 }).fates;
    expect(moved.slice(20)).toBe(alone);
  });

  it('windows shorter than its patience are judged within their half', () => {
    expect(watched('ssmmmmmm', { windowSeconds: 4 }).fates).toBe('++----xx');
  });

  it('settles a window that passes without pictures', () => {
    const watch = createSceneWatch({ sceneReference, windowSeconds: 60 });
    watch.see(0, () => PICTURES.s);
    watch.see(100_000, () => PICTURES.s);
    watch.passed(60_000_000);
    expect(watch.isCounted(100_000)).toBeUndefined();
    watch.passed(60_000_001);
    expect(watch.isCounted(100_000)).toBe(true);
  });

  it('tells when it suspends and when counting goes on, once each', () => {
    const { changes } = watched(`ss${times(48, 'm')}${times(14, 's')}`, { windowSeconds: 10 });
    expect(changes.map(({ state, sinceUs }) => [state, sinceUs / 1e6])).toEqual([
      ['moved', 1],
      ['same', 25],
    ]);
    expect(changes[0]?.shift?.x).toBeCloseTo(0.1, 1);
    expect(changes[0]?.likenessShare).toBeLessThan(0.67);
  });
});
