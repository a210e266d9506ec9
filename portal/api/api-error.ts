/** What the API says when it cannot do what was asked, and how a failed check becomes that. */
import type { z } from 'zod';

/** Tells the caller which part of the request is wrong, what was found and what is allowed. */
export interface ApiErrorDetail {
  /** Dotted path of the field. */
  readonly field?: string;
  /** Position in the batch, for a row of a batch. */
  readonly index?: number;
  /** What was found, cut short. */
  readonly found?: string;
  readonly allowed?: string;
}

/** A refusal with its HTTP status. Its message goes to the caller as it is. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  readonly code: string;
  readonly detail: ApiErrorDetail;

  constructor(statusCode: number, code: string, message: string, detail: ApiErrorDetail = {}) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.detail = detail;
  }
}

/** The first failed check of a request as a 400. `allowedKeys` is named when an unknown one was given. */
export function invalidRequest(error: z.ZodError, input: unknown, allowedKeys?: readonly string[]): ApiError {
  const issue = error.issues[0]!;
  const isUnknownKey = issue.code === 'unrecognized_keys';
  const path = isUnknownKey ? [...issue.path, issue.keys[0]!] : issue.path;
  const found = shorten(valueAt(input, path));
  const plain = plainly(issue, valueAt(input, path));
  const allowed = isUnknownKey
    ? (allowedKeys?.join(', ') ?? 'only fields of the data contract')
    : (plain ?? issue.message);
  const field = path.map(String).join('.');
  const index = path[0] === 'records' && typeof path[1] === 'number' ? path[1] : undefined;
  const lead = isUnknownKey ? 'unknown, allowed are: ' : plain === undefined ? '' : 'allowed: ';
  const message = `${field || 'request'}: found ${found}; ${lead}${allowed}`;
  return new ApiError(400, index === undefined ? 'invalid-request' : 'invalid-record', message, {
    field,
    ...(index === undefined ? {} : { index }),
    found,
    allowed,
  });
}

/** What a check allows that the schema has no words of its own for; undefined where it has. */
function plainly(issue: z.core.$ZodIssue, found: unknown): string | undefined {
  if (!/^(Invalid input|Invalid option|Too small|Too big): expected/.test(issue.message)) return undefined;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'too_small' && issue.origin === 'string') {
    return `a text of ${issue.minimum} or more characters`;
  }
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return `a text of at most ${issue.maximum} characters`;
  }
  if (issue.code === 'invalid_type' && Array.isArray(found)) return `one ${issue.expected}, not several`;
  return undefined;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function shorten(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
