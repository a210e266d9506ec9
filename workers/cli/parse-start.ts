/** The start of a recording as a person gives it. */
import { parseIsoUs } from '../../pipelines/domain/time.ts';
import { AnalysisError } from '../../pipelines/errors.ts';

/** @throws AnalysisError `time-unknown` naming what was found and the allowed form. */
export function parseStart(text: string): number {
  try {
    return parseIsoUs(text);
  } catch (cause) {
    throw new AnalysisError('time-unknown', 'parse-start', `start time: ${(cause as Error).message}`, {
      cause,
    });
  }
}
