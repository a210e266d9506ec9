/** What ffmpeg's last words mean for the person who has to act. */
import { AnalysisError, type ErrorCode } from '../../errors.ts';

/** Ordered: the first pattern found in any line wins, so causes stand before their consequences. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\b401\b|unauthorized|\b403\b|forbidden|authorization failed/i, 'source-auth-failed'],
  [/not on whitelist|whitelist/i, 'source-refused'],
  [/exceeds (?:specified )?max(?:imum)? pixel/i, 'source-too-large'],
  [/picture size \d+x\d+ is invalid/i, 'source-too-large'],
  [
    /connection (?:refused|reset|timed out)|no route to host|network is unreachable|name or service|failed to resolve|operation timed out|\b404\b|not found\b.*describe|input\/output error|\b5\d\d\b server/i,
    'source-unreachable',
  ],
  [/does not contain any stream|matches no streams/i, 'source-no-video-stream'],
];

/** The error that ffmpeg's stderr (already redacted) speaks of; `decode-failed` when it names none we know. */
export function failureOf(
  lines: readonly string[],
  context: { readonly operation: string; readonly what: string },
): AnalysisError {
  const meaning = MEANINGS.find(([pattern]) => lines.some((line) => pattern.test(line)));
  const said = meaning === undefined ? lines.at(-1) : lines.find((line) => meaning[0].test(line));
  const code = meaning?.[1] ?? 'decode-failed';
  const words = said === undefined ? 'without a word' : `saying: ${plain(said)}`;
  return new AnalysisError(code, context.operation, `ffmpeg gave up on ${context.what}, ${words}`);
}

/** A log line without ffmpeg's `[h264 @ 0x55…] [error]` prefixes. */
export function plain(line: string): string {
  return line
    .replace(/^(?:\[[^\]]*\]\s*)+/, '')
    .trim()
    .slice(0, 300);
}
