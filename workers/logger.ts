/** Structured lines on stderr. Credentials in URLs never get out, whatever was logged. */
import { pino } from 'pino';
import { redact } from '../pipelines/adapters/decode/redact.ts';

export type Logger = pino.Logger;

/** Hides credentials in any text; see `redact`. */
export function redactText(text: string): string {
  return redact(text);
}

/**
 * One logger per process. Redaction works on the finished line, so that it holds for messages, error texts and
 * nested objects alike.
 */
export function createLogger(options: { level: string; name: string }): Logger {
  const destination = pino.destination({ fd: 2, sync: true });
  return pino(
    { level: options.level, base: { process: options.name }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => destination.write(redactLine(line)) },
  );
}

/** Text by text, as what ends a credential in text (a quote, the end of the line) is escaped in JSON. */
function redactLine(line: string): string {
  const hide = (_key: string, value: unknown) => (typeof value === 'string' ? redact(value) : value);
  return `${JSON.stringify(JSON.parse(line, hide))}\n`;
}
