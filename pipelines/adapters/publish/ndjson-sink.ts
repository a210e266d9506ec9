/** Records as NDJSON, one per line, to a stream such as stdout or to a file. */
import type { Writable } from 'node:stream';
import type { Observation } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { ObservationSink } from '../../ports.ts';
import { openAtomicFile } from './atomic-file.ts';

/** What a file sink can do beyond the port. */
export interface FileSink extends ObservationSink {
  /** Ends without the file ever appearing under its name. */
  discard(): Promise<void>;
}

/** One record as one line, keys in the record's own order, so that equal records are equal bytes. */
export function ndjsonLine(observation: Observation): string {
  return `${JSON.stringify(observation)}\n`;
}

function linesOf(observations: readonly Observation[]): string {
  return observations.map(ndjsonLine).join('');
}

/** Writes records to a file that appears under its name, whole, at `close`. */
export async function createNdjsonFileSink(options: { file: string }): Promise<FileSink> {
  const target = await openAtomicFile(options.file);
  return {
    publish: (observations) => target.append(linesOf(observations)),
    flush: () => target.sync(),
    close: () => target.commit(),
    discard: () => target.discard(),
  };
}

/** Writes records to an open stream, at the pace of its reader. The stream stays open: it is the caller's. */
export function createNdjsonStreamSink(options: { stream: Writable }): ObservationSink {
  const { stream } = options;
  return {
    publish: (observations) => {
      const lines = linesOf(observations);
      return lines === '' ? Promise.resolve() : write(stream, lines);
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) return resolve();
      reject(
        new AnalysisError(
          'publish-failed',
          'write-stream',
          `the reader of the records is gone: ${error.message}`,
          {
            cause: error,
          },
        ),
      );
    });
  });
}
