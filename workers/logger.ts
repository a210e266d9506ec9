/** Structured lines on stderr. Credentials in URLs never get out, whatever was logged. */
import { pino } from 'pino';

export type Logger = pino.Logger;

/** `scheme://user:password@` in any text; the user name goes as well, since some cameras put the token there. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'\\]*@/gi;
/** Query parameters that cameras use as passwords. */
const QUERY_SECRETS =
  /([?&](?:token|key|password|passwd|pwd|pass|auth|secret|user|usr|username)=)[^&\s"'\\]*/gi;

/** Hides credentials in any text. */
export function redactText(text: string): string {
  return text.replace(URL_CREDENTIALS, '$1***@').replace(QUERY_SECRETS, '$1***');
}

/**
 * One logger per process. Redaction works on the finished line, so that it holds for messages, error texts and
 * nested objects alike.
 */
export function createLogger(options: { level: string; name: string }): Logger {
  const destination = pino.destination({ fd: 2, sync: true });
  return pino(
    { level: options.level, base: { process: options.name }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => destination.write(redactText(line)) },
  );
}
