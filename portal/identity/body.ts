/** Reads bodies that may hold a secret: what was found is told, but never a password. */
import { z } from 'zod';
import { ApiError, allowedOf, invalidRequest } from '../api/api-error.ts';
import { passwordFault } from './password.ts';

const SECRET_FIELDS = ['password', 'currentPassword', 'newPassword', 'oneTimeToken'];

const nameRule = 'allowed are a-z, 0-9, dot, dash and underscore, at most 64, a letter or digit first';

/** A sign-in name; upper case is made lower case. */
export const userName = z
  .string({ error: nameRule })
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, nameRule));

/** The body by its schema; throws `ApiError` 400 naming the field, with secrets left out. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
  throw invalidRequest(parsed.error, withoutSecrets(body), keys);
}

/** Throws `ApiError` 400 for a new password that is too weak; tells its length at most. */
export function requirePassword(password: string, field = 'password'): void {
  const fault = passwordFault(password);
  if (fault === undefined) return;
  const [found = '', allowed = ''] = fault.split('; ');
  throw new ApiError(400, 'invalid-request', `${field}: ${fault}`, {
    field,
    found: found.replace(/^found /, ''),
    allowed: allowedOf(allowed),
  });
}

function withoutSecrets(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, SECRET_FIELDS.includes(key) ? '(hidden)' : value]),
  );
}
