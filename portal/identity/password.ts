/** Passwords: their rule, their hash, their check. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** NIST SP 800-63B-4 §3.1.1: length is what counts, no rules about kinds of characters; 15 where it is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;
/** Longer texts only cost time. */
export const MAX_PASSWORD_LENGTH = 256;

/** OWASP Password Storage Cheat Sheet: scrypt N = 2^15, r = 8, p = 3; 32 MiB at a time, so that many tries at once fit. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** What is wrong with a new password, or undefined. */
export function passwordFault(password: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) {
    return `found ${length} characters; allowed are ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH}`;
  }
  return new Set(password).size < 5
    ? 'found a repetition; allowed is a text with at least 5 different characters'
    : undefined;
}

/** `scrypt$N$r$p$salt$key`, base64url; the parameters travel with the hash so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** True when the password is the one that was hashed. A hash that can't be read is nobody's. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [kind, n, r, p, salt, key] = hash.split('$');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  if (expected.length !== KEY_BYTES) return false;
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(found, expected);
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Unicode-normalised (NFKC), so that the same text typed on another keyboard is the same password. */
function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
