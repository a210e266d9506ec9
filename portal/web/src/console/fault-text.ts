/** What the portal refused, in the reader's language first. Pure. */
import type { ConsoleTexts } from './indonesian.ts';

/** The console's own words for a code, and the portal's in brackets; the portal's alone where the console has none. */
export function inOwnWords({ refusals }: ConsoleTexts, code: string, words: string): string {
  const said = refusals[code];
  return said === undefined ? words : `${said} (${words})`;
}

/** Why a job failed: workers write the code before their words. */
export function jobFaultText(texts: ConsoleTexts, reason: string): string {
  const [, code, words] = /^([a-z]+(?:-[a-z]+)+): ([\s\S]+)$/.exec(reason) ?? [];
  return code === undefined || words === undefined ? reason : inOwnWords(texts, code, words);
}

/** What is wrong with a field, to stand beside it: what is allowed, where the portal says so. */
export function fieldFaultText(
  texts: ConsoleTexts,
  fault: { readonly code: string; readonly allowed: string | undefined; readonly message: string },
): string {
  const { code, allowed, message } = fault;
  return inOwnWords(texts, code, allowed === undefined ? message : `${texts.allowed}: ${allowed}`);
}
