/** What the API says when it cannot do what was asked, and how a failed check becomes that. */
import type { z } from 'zod';
import { isTooDeep } from './nesting.ts';

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
  const plain = isUnknownKey
    ? (allowedKeys?.join(', ') ?? 'only fields of the data contract')
    : plainly(issue, valueAt(input, path));
  const field = path.map(String).join('.');
  const index = path[0] === 'records' && typeof path[1] === 'number' ? path[1] : undefined;
  const lead = isUnknownKey ? 'unknown, allowed are: ' : 'allowed: ';
  const rule = plain === undefined ? issue.message : `${lead}${plain}`;
  const message = `${field || 'request'}: found ${found}; ${rule}`;
  return new ApiError(400, index === undefined ? 'invalid-request' : 'invalid-record', message, {
    field,
    ...(index === undefined ? {} : { index }),
    found,
    allowed: plain ?? allowedOf(issue.message),
  });
}

/** What is allowed by a rule such as `allowed is a number from 0 to 1`: `detail.allowed` has it without that lead. */
export function allowedOf(rule: string): string {
  return rule.replace(/^allowed (is|are) /, '');
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
  if (isTooDeep(value)) return 'lists or objects nested too deep';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
