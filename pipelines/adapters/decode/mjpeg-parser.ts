/** multipart/x-mixed-replace as cameras really send it: bounded, forgiving about line ends and boundaries. Pure. */
import { AnalysisError } from '../../errors.ts';

/** Cuts a stream of chunks into JPEGs. */
export interface MultipartParser {
  /** The pictures that this chunk completed, oldest first. Throws `source-too-large` or `source-not-video`. */
  push(chunk: Buffer): Buffer[];
}

/** Settings of `createMultipartParser`. */
export interface MultipartOptions {
  /** From the Content-Type, with or without its two leading dashes. */
  readonly boundary: string;
  readonly maxPartBytes: number;
}

/** A part's head: content type, length and perhaps a time stamp. */
const MAX_HEAD_BYTES = 8_192;

/** The boundary of a `multipart/…` content type; undefined for any other type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType)) return undefined;
  const match = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** A parser at the start of a stream. Parts with a Content-Length are cut by it, others at the next boundary. */
export function createMultipartParser(options: MultipartOptions): MultipartParser {
  // Many cameras announce the boundary with its dashes, some without, and then send either.
  const delimiter = Buffer.from(`--${options.boundary.replace(/^-+/, '')}`, 'latin1');
  let rest: Buffer = Buffer.alloc(0);
  let part: { readonly length: number | undefined } | undefined;
  /** Where the search for a delimiter went on, so that a long part is not searched anew with each chunk. */
  let searchedTo = 0;

  const readHead = (): boolean => {
    const start = rest.indexOf(delimiter, Math.max(0, searchedTo - delimiter.length));
    if (start < 0) {
      // Nothing before the first boundary is of use.
      rest = rest.subarray(Math.max(0, rest.length - delimiter.length));
      searchedTo = 0;
      return false;
    }
    const head = findHeadEnd(rest, start);
    if (head === undefined) {
      if (rest.length - start > MAX_HEAD_BYTES) throw notMultipart('a part without an end of its head');
      return false;
    }
    const length = lengthOf(rest.subarray(start, head));
    if (length !== undefined && length > options.maxPartBytes) throw tooLarge(length, options.maxPartBytes);
    part = { length };
    rest = rest.subarray(head);
    searchedTo = 0;
    return true;
  };

  const readBody = (): Buffer | undefined => {
    const length = part?.length;
    if (length !== undefined) {
      if (rest.length < length) return undefined;
      return finish(length);
    }
    const end = rest.indexOf(delimiter, Math.max(0, searchedTo - delimiter.length));
    searchedTo = rest.length;
    if (end >= 0) return finish(end);
    if (rest.length > options.maxPartBytes) throw tooLarge(rest.length, options.maxPartBytes);
    return undefined;
  };

  const finish = (length: number): Buffer => {
    // A copy, so that a kept picture doesn't keep the whole read buffer alive.
    const body = Buffer.from(trimLineEnd(rest.subarray(0, length), part?.length === undefined));
    rest = rest.subarray(length);
    part = undefined;
    searchedTo = 0;
    return body;
  };

  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const bodies: Buffer[] = [];
      for (;;) {
        if (part === undefined && !readHead()) return bodies;
        const body = readBody();
        if (body === undefined) return bodies;
        if (body.length > 0) bodies.push(body);
      }
    },
  };
}

/** The head ends at the first empty line, with CRLF or bare LF. */
function findHeadEnd(bytes: Buffer, start: number): number | undefined {
  const crlf = bytes.indexOf('\r\n\r\n', start);
  const lf = bytes.indexOf('\n\n', start);
  if (crlf < 0 && lf < 0) return undefined;
  if (lf >= 0 && (crlf < 0 || lf < crlf)) return lf + 2;
  return crlf + 4;
}

function lengthOf(head: Buffer): number | undefined {
  const match = /^content-length\s*:\s*(\d{1,12})\s*$/im.exec(head.toString('latin1'));
  return match === null ? undefined : Number(match[1]);
}

function trimLineEnd(body: Buffer, isCutAtBoundary: boolean): Buffer {
  if (!isCutAtBoundary) return body;
  let end = body.length;
  if (body[end - 1] === 0x0a) end -= 1;
  if (body[end - 1] === 0x0d) end -= 1;
  return body.subarray(0, end);
}

function tooLarge(bytes: number, allowed: number): AnalysisError {
  return new AnalysisError(
    'source-too-large',
    'mjpeg',
    `a picture of ${bytes} bytes; allowed are ${allowed}`,
  );
}

function notMultipart(what: string): AnalysisError {
  return new AnalysisError(
    'source-not-video',
    'mjpeg',
    `the camera's stream is no multipart stream: ${what}`,
  );
}
