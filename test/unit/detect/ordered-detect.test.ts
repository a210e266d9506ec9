import { describe, expect, it } from 'vitest';
import { detectInOrder } from '../../../pipelines/adapters/detect/ordered-detect.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import type { Detector, Frame, SourceEnd, SourceEvent } from '../../../pipelines/ports.ts';

/** Frames that count how often each was released. */
function createFrames() {
  const releases = new Map<number, number>();
  function picture(atUs: number): SourceEvent {
    releases.set(atUs, 0);
    const frame: Frame = {
      capturedAtUs: atUs,
      data: Buffer.alloc(0),
      release: () => releases.set(atUs, releases.get(atUs)! + 1),
    };
    return { kind: 'frame', frame };
  }
  return { picture, released: () => [...releases.values()] };
}

/** A detector whose answers the test gives by hand. */
function createManualDetector(concurrency: number) {
  const open = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const detector: Detector = {
    modelId: 'manual',
    modelSha256: '0'.repeat(64),
    format: { widthPx: 1, heightPx: 1, pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 },
    concurrency,
    detect: ({ capturedAtUs }) =>
      new Promise((resolve, reject) => {
        open.set(capturedAtUs, { resolve: () => resolve([]), reject });
      }),
    close: () => Promise.resolve(),
  };
  function take(atUs: number) {
    const call = open.get(atUs);
    if (call === undefined)
      throw new Error(`${atUs} is not under way; under way: ${[...open.keys()].join()}`);
    open.delete(atUs);
    return call;
  }
  return {
    detector,
    underWay: () => [...open.keys()],
    answer: (atUs: number) => take(atUs).resolve(),
    lose: (atUs: number) => take(atUs).reject(new AnalysisError('detector-lost', 'detect', 'lost')),
    fail: (atUs: number) => take(atUs).reject(new AnalysisError('model-invalid', 'detect', 'broken')),
  };
}

/** A source that the test feeds by hand, and that notices how it was ended. */
function createManualSource() {
  const ready: (SourceEvent | SourceEnd | Error)[] = [];
  let wake = (): void => undefined;
  const seen = { isReturned: false, delivered: 0 };
  function give(item: SourceEvent | SourceEnd | Error): void {
    ready.push(item);
    wake();
  }
  async function* events(): AsyncGenerator<SourceEvent, SourceEnd, void> {
    try {
      for (;;) {
        if (ready.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const item = ready.shift()!;
        if (item instanceof Error) throw item;
        if ('outcome' in item) return item;
        if (item.kind === 'frame') seen.delivered += 1;
        yield item;
      }
    } finally {
      seen.isReturned = true;
    }
  }
  return { give, events, seen };
}

/** Lets everything that can happen now happen. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Consumes as fast as it can and writes down what came, in short. */
function consume(timeline: AsyncGenerator<TimelineEvent, SourceEnd, void>) {
  const got: string[] = [];
  const done = (async () => {
    for (;;) {
      const step = await timeline.next();
      if (step.done === true) return step.value;
      const event = step.value;
      got.push(
        event.kind === 'frame' ? `${event.capturedAtUs}` : `${event.fromUs}-${event.toUs} ${event.reason}`,
      );
    }
  })();
  done.catch(() => undefined);
  return { got, done };
}

function createScene(concurrency: number, dropWhenBusy: boolean) {
  const source = createManualSource();
  const manual = createManualDetector(concurrency);
  const frames = createFrames();
  const timeline = detectInOrder(source.events(), manual.detector, {
    dropWhenBusy,
    framesPerSecond: 10,
  });
  return {
    source,
    manual,
    frames,
    timeline,
    give: (atUs: number) => source.give(frames.picture(atUs)),
  };
}

const END: SourceEnd = { outcome: 'end' };

describe('detectInOrder, recording', () => {
  it('yields in time order although answers come out of order', async () => {
    const { source, manual, frames, timeline, give } = createScene(3, false);
    const { got, done } = consume(timeline);
    for (const atUs of [1, 2, 3]) give(atUs);
    source.give(END);
    await settle();
    expect(manual.underWay()).toEqual([1, 2, 3]);
    manual.answer(3);
    manual.answer(2);
    await settle();
    expect(got).toEqual([]);
    manual.answer(1);
    expect(await done).toEqual(END);
    expect(got).toEqual(['1', '2', '3']);
    expect(frames.released()).toEqual([1, 1, 1]);
  });

  it('never pulls more than the detector takes', async () => {
    const { source, manual, timeline, give } = createScene(2, false);
    const { got, done } = consume(timeline);
    for (const atUs of [1, 2, 3, 4]) give(atUs);
    await settle();
    expect(manual.underWay()).toEqual([1, 2]);
    manual.answer(1);
    await settle();
    expect(got).toEqual(['1']);
    expect(manual.underWay()).toEqual([2, 3]);
    for (const atUs of [2, 3]) manual.answer(atUs);
    source.give(END);
    await settle();
    manual.answer(4);
    await done;
    expect(got).toEqual(['1', '2', '3', '4']);
  });

  it('passes gaps through in their place', async () => {
    const { source, manual, timeline, give } = createScene(2, false);
    const { got, done } = consume(timeline);
    give(1);
    source.give({ kind: 'gap', fromUs: 2, toUs: 5, reason: 'media-damaged' });
    await settle();
    expect(got).toEqual([]);
    manual.answer(1);
    await settle();
    give(5);
    source.give({ outcome: 'loss', reason: 'media-damaged', detail: 'cut' });
    await settle();
    manual.answer(5);
    expect(await done).toMatchObject({ outcome: 'loss' });
    expect(got).toEqual(['1', '2-5 media-damaged', '5']);
  });

  it('throws when a frame is lost, after what was before it', async () => {
    const { manual, frames, timeline, give } = createScene(2, false);
    const { got, done } = consume(timeline);
    for (const atUs of [1, 2]) give(atUs);
    await settle();
    manual.lose(2);
    manual.answer(1);
    await expect(done).rejects.toMatchObject({ code: 'detector-lost' });
    expect(got).toEqual(['1']);
    expect(frames.released()).toEqual([1, 1]);
  });

  it('throws what the source throws, after every frame it gave', async () => {
    const { source, manual, frames, timeline, give } = createScene(2, false);
    const { got, done } = consume(timeline);
    give(1);
    source.give(new AnalysisError('decode-failed', 'decode', 'broken'));
    await settle();
    manual.answer(1);
    await expect(done).rejects.toMatchObject({ code: 'decode-failed' });
    expect(got).toEqual(['1']);
    expect(frames.released()).toEqual([1]);
  });
});

describe('detectInOrder, live', () => {
  it('keeps the newest picture while the detector is full, and tells the gap', async () => {
    const { source, manual, frames, timeline, give } = createScene(1, true);
    const { got, done } = consume(timeline);
    for (const atUs of [10, 20, 30, 40]) give(atUs);
    await settle();
    expect(manual.underWay()).toEqual([10]);
    manual.answer(10);
    await settle();
    expect(got).toEqual(['10', '20-30 backlog', '30-40 backlog']);
    expect(manual.underWay()).toEqual([40]);
    source.give(END);
    manual.answer(40);
    expect(await done).toEqual(END);
    expect(got.at(-1)).toBe('40');
    expect(frames.released()).toEqual([1, 1, 1, 1]);
  });

  it('ends the gap of a dropped picture where the source already told one', async () => {
    const { source, manual, timeline, give } = createScene(1, true);
    const { got } = consume(timeline);
    for (const atUs of [10, 20]) give(atUs);
    source.give({ kind: 'gap', fromUs: 25, toUs: 30, reason: 'source-down' });
    give(30);
    await settle();
    manual.answer(10);
    await settle();
    expect(got).toEqual(['10', '20-25 backlog', '25-30 source-down']);
    source.give(END);
    await settle();
    manual.answer(30);
  });

  it('turns a lost picture into a gap up to the next event', async () => {
    const { source, manual, frames, timeline, give } = createScene(2, true);
    const { got, done } = consume(timeline);
    for (const atUs of [10, 20]) give(atUs);
    await settle();
    manual.lose(10);
    await settle();
    expect(got).toEqual(['10-20 worker-down']);
    manual.answer(20);
    source.give(END);
    await done;
    expect(frames.released()).toEqual([1, 1]);
  });

  it('gives a lost picture one sampling interval when nothing follows', async () => {
    const { source, manual, timeline, give } = createScene(2, true);
    const { got, done } = consume(timeline);
    give(1_000_000);
    await settle();
    manual.lose(1_000_000);
    await settle();
    expect(got).toEqual([]);
    source.give(END);
    await done;
    expect(got).toEqual(['1000000-1100000 worker-down']);
  });

  it('throws what will not heal', async () => {
    const { manual, frames, timeline, give } = createScene(1, true);
    const { done } = consume(timeline);
    for (const atUs of [10, 20]) give(atUs);
    await settle();
    manual.fail(10);
    await settle();
    // The picture in the mailbox is tried too; its answer no longer matters.
    for (const atUs of manual.underWay()) manual.answer(atUs);
    give(30);
    await expect(done).rejects.toMatchObject({ code: 'model-invalid' });
    expect(frames.released().slice(0, 2)).toEqual([1, 1]);
  });
});

describe('detectInOrder, ended early', () => {
  it.each([
    ['recording', false],
    ['live', true],
  ])('releases every frame and ends the source: %s', async (_name, dropWhenBusy) => {
    const { source, manual, frames, timeline, give } = createScene(1, dropWhenBusy);
    for (const atUs of [1, 2, 3]) give(atUs);
    const first = timeline.next();
    await settle();
    manual.answer(1);
    expect((await first).value).toMatchObject({ capturedAtUs: 1 });
    const returned = timeline.return(END);
    await settle();
    for (const atUs of manual.underWay()) manual.answer(atUs);
    // A pull that was under way still gets its picture.
    give(4);
    await returned;
    expect(source.seen.isReturned).toBe(true);
    const { delivered } = source.seen;
    expect(delivered).toBeGreaterThan(0);
    expect(frames.released()).toEqual([1, 2, 3, 4].map((nth) => (nth <= delivered ? 1 : 0)));
  });
});
