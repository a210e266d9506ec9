/** A signal that follows another one for a while. */

/** See `linkAbort`. */
export interface LinkedAbort {
  /** Aborted with the source, with its reason, or by `abort`. */
  readonly signal: AbortSignal;
  abort(): void;
  /** Lets the source go; call it whatever happened. */
  unlink(): void;
}

/**
 * For what is done again and again while `source` lives, such as each connection and each fetch of a camera. By hand, as
 * `AbortSignal.any` leaves some 70 bytes with the longest-living signal at each call, for ever (Node.js 20).
 */
export function linkAbort(source: AbortSignal): LinkedAbort {
  const own = new AbortController();
  const follow = (): void => own.abort(source.reason);
  if (source.aborted) follow();
  else source.addEventListener('abort', follow);
  return {
    signal: own.signal,
    abort: () => own.abort(),
    unlink: () => source.removeEventListener('abort', follow),
  };
}
