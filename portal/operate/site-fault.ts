/** What `Operations` throws, as the API says it. */
import { AnalysisError, type ErrorCode } from '../../pipelines/errors.ts';
import { ApiError, allowedOf } from '../api/api-error.ts';

/** Faults of the asker, and of the camera behind; everything else is the portal's own. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'site-invalid': 400,
  'model-unknown': 400,
  'job-invalid': 404,
  'time-unknown': 400,
  'source-missing': 400,
  'source-refused': 400,
  'source-empty': 400,
  'source-not-video': 502,
  'source-no-video-stream': 502,
  'source-too-large': 502,
  'source-too-small': 502,
  'source-auth-failed': 502,
  'source-unreachable': 502,
  'decode-failed': 502,
  'ffmpeg-missing': 503,
  'config-invalid': 503,
};

/** ioredis' word for a Redis that is away. */
const QUEUE_AWAY = 'MaxRetriesPerRequestError';

/** The field of a body that a fault is about. */
const FIELD: Partial<Record<ErrorCode, { readonly field: string }>> = {
  'source-refused': { field: 'source' },
  'model-unknown': { field: 'model' },
  'time-unknown': { field: 'start' },
  'source-missing': { field: 'file' },
};

/** The refusal of a fault that the asker can understand; anything else as it is. `params` is what the path named. */
export function toApiError(error: unknown, params: unknown): unknown {
  if (error instanceof Error && error.name === QUEUE_AWAY) {
    return new ApiError(503, 'queue-away', 'the queue (Redis) does not answer; counting goes on, try again');
  }
  if (!(error instanceof AnalysisError)) return error;
  if (error.code === 'camera-unknown') return unknownCamera(error, params);
  const status = STATUS[error.code];
  if (status === undefined) return error;
  const detail = error.code === 'site-invalid' ? siteFault(error.message) : FIELD[error.code];
  return new ApiError(status, error.code, error.message, detail);
}

/** What the path names is not there; what a body names is wrong. */
function unknownCamera({ code, message }: AnalysisError, params: unknown): ApiError {
  const isOfPath = typeof params === 'object' && params !== null && 'id' in params;
  return new ApiError(isOfPath ? 404 : 400, code, message, { field: isOfPath ? 'id' : 'cameraId' });
}

/** The first of the listed problems: `lines[1].from.x: found 2; allowed is …`. */
export function siteFault(message: string): { field?: string; found?: string; allowed?: string } {
  for (const line of message.split('\n')) {
    const match = /^\s*(?<field>.+?): found (?<found>.*?); (?<allowed>.*)$/.exec(line);
    const { field, found, allowed } = match?.groups ?? {};
    if (field === undefined || found === undefined || allowed === undefined) continue;
    return { field, found, allowed: allowedOf(allowed) };
  }
  return {};
}
