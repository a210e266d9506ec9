/** The catalogue of what can go wrong on the path, and whether trying again can help. */
export const ERROR_CODES = {
  // decode
  'source-missing': { retryable: false },
  'source-empty': { retryable: false },
  'source-not-video': { retryable: false },
  'source-no-video-stream': { retryable: false },
  'source-too-large': { retryable: false },
  'source-too-small': { retryable: false },
  'source-refused': { retryable: false },
  'source-auth-failed': { retryable: false },
  'source-unreachable': { retryable: true },
  'decode-failed': { retryable: true },
  'ffmpeg-missing': { retryable: false },
  // detect
  'model-unknown': { retryable: false },
  'model-missing': { retryable: false },
  'model-invalid': { retryable: false },
  'model-licence': { retryable: false },
  'model-fetch-failed': { retryable: true },
  'detector-lost': { retryable: true },
  // site, job and publish
  'config-invalid': { retryable: false },
  'site-invalid': { retryable: false },
  'job-invalid': { retryable: false },
  'camera-unknown': { retryable: false },
  'time-unknown': { retryable: false },
  'publish-failed': { retryable: true },
  'publish-refused': { retryable: false },
  'store-failed': { retryable: true },
} as const satisfies Record<string, { retryable: boolean }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A known fault. `message` is written for the person who has to act: what was found, where, and what is allowed.
 * It never holds a credential.
 */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
  readonly code: ErrorCode;
  /** What was being done, e.g. `probe`, `load-model`. */
  readonly operation: string;
  readonly retryable: boolean;

  constructor(code: ErrorCode, operation: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.operation = operation;
    this.retryable = ERROR_CODES[code].retryable;
  }
}
