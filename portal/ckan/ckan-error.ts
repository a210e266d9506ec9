/** What CKAN's action API says when it can't do what was asked: status, `__type` and texts that its clients match on. */

/** `error.__type` of each kind of failure, with its HTTP status. */
const STATUS_OF_TYPE = {
  'Authorization Error': 403,
  'Not Found Error': 404,
  'Validation Error': 409,
  'Search Query Error': 400,
  'Internal Server Error': 500,
  'Service Unavailable': 503,
} as const;

/** A failure inside CKAN's envelope. */
export class CkanError extends Error {
  override readonly name = 'CkanError';
  readonly type: keyof typeof STATUS_OF_TYPE;
  /** What stands in `error` beside `__type`. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(type: keyof typeof STATUS_OF_TYPE, detail: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(detail));
    this.type = type;
    this.detail = detail;
  }

  get statusCode(): number {
    return STATUS_OF_TYPE[this.type];
  }
}

/** A request that no action could be found for: 400 with a bare JSON text as its body. */
export class CkanBadRequest extends Error {
  override readonly name = 'CkanBadRequest';

  constructor(reason: string) {
    super(`Bad request - ${reason}`);
  }
}

/** 404; `what` as in `Resource "x" was not found.` */
export function notFound(what?: string): CkanError {
  return new CkanError('Not Found Error', {
    message: what === undefined ? 'Not found' : `Not found: ${what}`,
  });
}

/** 409 about one parameter. */
export function invalid(parameter: string, message: string): CkanError {
  return new CkanError('Validation Error', { [parameter]: [message] });
}

/** 409 for a value that names nothing known: an unknown column or parameter. */
export function invalidValue(parameter: string, value: string): CkanError {
  return invalid(parameter, `invalid value "${value.slice(0, 200)}"`);
}
