import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { linkAbort } from '../../../pipelines/adapters/linked-abort.ts';

describe('a linked abort', () => {
  it('follows its source with the reason, also one that was aborted before', () => {
    const source = new AbortController();
    const linked = linkAbort(source.signal);
    expect(linked.signal.aborted).toBe(false);
    const reason = new Error('drained');
    source.abort(reason);
    expect(linked.signal.reason).toBe(reason);
    expect(linkAbort(source.signal).signal.reason).toBe(reason);
  });
  it('leaves nothing with its source once it is let go', () => {
    const source = new AbortController();
    const linked = linkAbort(source.signal);
    expect(getEventListeners(source.signal, 'abort')).toHaveLength(1);
    linked.unlink();
    expect(getEventListeners(source.signal, 'abort')).toEqual([]);
    source.abort();
    expect(linked.signal.aborted).toBe(false);
  });
  it('aborts by itself without its source', () => {
    const source = new AbortController();
    const linked = linkAbort(source.signal);
    linked.abort();
    expect([linked.signal.aborted, source.signal.aborted]).toEqual([true, false]);
  });
});
