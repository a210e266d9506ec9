/**
 * Takes credentials out of text: what ffmpeg or another child printed, log lines, messages. ffmpeg writes the whole
 * input URL, password included, into its own error lines, so every line of a child passes here before it is kept.
 */

const MASK = '***';

/**
 * Anything between `scheme://` and the last `@` of the same word. Greedy, as cameras' passwords often hold an
 * unescaped `@`, `:` or `/`; hiding a little too much of a URL is the safe mistake. The user name goes as well, since
 * some cameras put the token there.
 */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s'"]*@/gi;

/** `password=…`, `access_token=…` and their relatives, in query strings and in other text. */
const SECRET_PARAMETER =
  /\b((?:[a-z0-9]+[-_])*(?:pass(?:word|wd)?|pwd|user(?:name)?|usr|token|secret|api[-_]?key|auth|signature|sig|key))=[^\s&'"]+/gi;

/** HTTP and RTSP `Authorization: Basic …` and `Digest …` headers, to the end of the line. */
const AUTHORIZATION_HEADER = /\b((?:proxy-)?authorization\s*:\s*)[^\r\n]+/gi;

/**
 * `text` without credentials. `secrets` are literal strings (a camera's user name or password) that are
 * removed wherever they stand, also percent-encoded; ones shorter than 4 characters are left to the patterns,
 * as they would hit ordinary words.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(SECRET_PARAMETER, `$1=${MASK}`)
    .replace(AUTHORIZATION_HEADER, `$1${MASK}`);
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, MASK).replaceAll(encodeURIComponent(secret), MASK);
  }
  return clean;
}
