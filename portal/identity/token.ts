/** API tokens: `ptu_<id>_<secret>`, of which only the id and the secret's digest are kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenRecord } from './identity-store.ts';

/** Lets secret scanners find a token that was published by mistake. */
const PREFIX = 'ptu';
const ID_BYTES = 6;
const SECRET_BYTES = 32;

/** A new token's id, the digest to keep, and the text that is shown once. */
export function newToken(): { readonly id: string; readonly secretHash: string; readonly text: string } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  return { id, secretHash: digest(secret), text: `${PREFIX}_${id}_${secret}` };
}

/** Id and secret of a token's text; undefined when it is none. */
export function parseToken(text: string): { readonly id: string; readonly secret: string } | undefined {
  const match = /^ptu_([0-9a-f]{12})_([0-9a-f]{64})$/.exec(text);
  return match === null ? undefined : { id: match[1]!, secret: match[2]! };
}

/** True while the token is the right one, not revoked and not over. */
export function isTokenValid(token: TokenRecord, secret: string, nowMs: number): boolean {
  const isRight = timingSafeEqual(Buffer.from(digest(secret), 'hex'), Buffer.from(token.secretHash, 'hex'));
  const isOver = token.expiresAtMs !== undefined && token.expiresAtMs <= nowMs;
  return isRight && !isOver && token.revokedAtMs === undefined;
}

/** SHA-256 in hex of a text with enough randomness of its own. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
