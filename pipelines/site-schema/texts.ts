/** Ids, names, addresses of a site file. */
import { z } from 'zod';

const idRule = 'letters, digits, dot, dash and underscore, at most 64, a letter or digit first';
/** Ids go into natural keys, URLs, file names and Redis keys. */
export const SITE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Id of a camera, zone, line or area. */
export const id = z
  .string({ error: `allowed are ${idRule}` })
  .regex(SITE_ID_PATTERN, `allowed are ${idRule}`);

const nameRule = 'allowed is a text of 1 to 120 characters';
/** What a thing is called, one line. */
export const name = z.string({ error: nameRule }).min(1, nameRule).max(120, nameRule);

const phraseRule = 'allowed is a text of 1 to 300 characters';
/** A sentence for people. */
export const phrase = z.string({ error: phraseRule }).min(1, phraseRule).max(300, phraseRule);

const emailRule = 'allowed is an e-mail address of at most 200 characters';
/** An address that mail can be sent to. */
export const email = z
  .string({ error: emailRule })
  .max(200, emailRule)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/, emailRule);

/** Empty for what is no address of a host. */
function schemeOf(text: string): string {
  if (!URL.canParse(text)) return '';
  const { protocol, hostname } = new URL(text);
  return hostname === '' ? '' : protocol.slice(0, -1);
}

/** An absolute address with one of these schemes. It may hold a password: messages never repeat it. */
export function url(...schemes: string[]) {
  const allowed = `allowed is an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')} and a host`;
  return z
    .string({ error: allowed })
    .refine((text) => text.length <= 2048 && schemes.includes(schemeOf(text)), { error: allowed });
}
