/** Notices that something due has not come. */

export interface Watchdog {
  /** What was waited for came. */
  touch(): void;
  hasStalled(): boolean;
  stop(): void;
}

/** Limits and what to ask and tell. */
export interface WatchdogOptions {
  /** Longest wait for the first `touch`. */
  readonly firstMs: number;
  /** Longest wait for each further one. */
  readonly stallMs: number;
  /** True while nothing can come because of ourselves: that time doesn't count. */
  readonly isHeld: () => boolean;
  /** Called once. */
  readonly onStall: () => void;
}

/** Starts at once. */
export function createWatchdog(options: WatchdogOptions): Watchdog {
  let limitMs = options.firstMs;
  let sinceMs = performance.now();
  let isStalled = false;
  const periodMs = Math.max(10, Math.min(1000, options.firstMs / 5, options.stallMs / 5));
  let lookedMs = sinceMs;
  const timer = setInterval(look, periodMs);

  function look(): void {
    const nowMs = performance.now();
    // We were asleep ourselves (blocked loop, suspended machine): what came meanwhile is still unread.
    const wasAway = nowMs - lookedMs > periodMs + 500;
    lookedMs = nowMs;
    if (wasAway || options.isHeld()) sinceMs = nowMs;
    if (nowMs - sinceMs <= limitMs) return;
    isStalled = true;
    clearInterval(timer);
    options.onStall();
  }

  return {
    touch() {
      sinceMs = performance.now();
      limitMs = options.stallMs;
    },
    hasStalled: () => isStalled,
    stop: () => clearInterval(timer),
  };
}
