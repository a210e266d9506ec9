/** Downloads over https into a partial file that a later attempt, or a later process, continues. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import { AnalysisError } from '../pipelines/errors.ts';

/** What to fetch and where to gather it. */
export interface DownloadRequest {
  readonly url: string;
  /** Grows by appending; kept when the transfer breaks. */
  readonly partPath: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Bytes on disk so far, and in all where the server says so. */
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
  /** Wait before the second attempt; doubles with each. Default 1 000 ms. */
  readonly retryDelayMs?: number;
}

const ATTEMPTS = 4;
const MAX_REDIRECTS = 5;
/** Silence after which a server is given up. */
const SILENCE_MS = 30_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function failed(message: string, cause?: unknown): AnalysisError {
  return new AnalysisError('model-fetch-failed', 'download-model', message, { cause });
}

/** Where a URL leads, without the parts in which secrets travel (user, password, query). */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** https, or http on this very machine (a mirror in the same pod, tests). */
function allowedUrl(text: string, base?: string): URL {
  if (!URL.canParse(text, base)) throw failed('the address of the model is not a URL');
  const url = new URL(text, base);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!isAllowed) throw failed(`${shown(url)}: models are fetched over https only`);
  if (url.username || url.password)
    throw failed(`${shown(url)}: a user or password in the URL is not allowed`);
  return url;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function get(
  download: DownloadRequest,
  offset: number,
): Promise<{ url: URL; response: Dispatcher.ResponseData }> {
  let url = allowedUrl(download.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await request(url, {
      method: 'GET',
      headers: { 'accept-encoding': 'identity', ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) },
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      signal: download.signal ?? null,
    });
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') return { url, response };
    await response.body.dump();
    url = allowedUrl(location, url.href);
  }
  throw failed(`${shown(url)}: more than ${MAX_REDIRECTS} redirects`);
}

/** Start and total of `Content-Range: bytes 100-199/200`, or only the total of `bytes *` + `/200`. */
function parseContentRange(header: unknown): { start?: number; total?: number } {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(typeof header === 'string' ? header : '');
  const [, start, total] = match ?? [];
  return {
    ...(start === undefined ? {} : { start: Number(start) }),
    ...(total === undefined || total === '*' ? {} : { total: Number(total) }),
  };
}

interface Transfer {
  readonly file: FileHandle;
  readonly body: AsyncIterable<Uint8Array>;
  readonly offset: number;
  readonly total: number | undefined;
}

async function receive(download: DownloadRequest, { file, body, offset, total }: Transfer): Promise<void> {
  let bytes = offset;
  download.onProgress?.(bytes, total);
  for await (const chunk of body) {
    if (bytes + chunk.byteLength > download.maxBytes) {
      const message = `the download is larger than ${download.maxBytes} bytes, which is allowed for a model`;
      throw new AnalysisError('model-invalid', 'download-model', message);
    }
    await file.appendFile(chunk);
    bytes += chunk.byteLength;
    download.onProgress?.(bytes, total);
  }
  if (total !== undefined && bytes !== total)
    throw new Error(`the transfer ended at ${bytes} of ${total} bytes`);
}

/** A response that another attempt may turn into a good one. */
function isPassing(statusCode: number): boolean {
  return statusCode >= 500 || statusCode === 408 || statusCode === 429;
}

/** One request. Resolves when the part is whole; throws `AnalysisError` for what trying again can't help. */
async function attempt(download: DownloadRequest): Promise<void> {
  const offset = await sizeOf(download.partPath);
  const { url, response } = await get(download, offset);
  const { statusCode, headers, body } = response;
  const range = parseContentRange(headers['content-range']);
  if (statusCode === 416) {
    await body.dump();
    if (range.total === offset) return;
    await truncate(download.partPath);
    throw new Error('the partial file is longer than the model: starting anew');
  }
  if (statusCode !== 200 && statusCode !== 206) {
    await body.dump();
    const message = `${shown(url)} answered ${statusCode}`;
    throw isPassing(statusCode) ? new Error(message) : failed(message);
  }
  if (statusCode === 206 && range.start !== offset) {
    await body.dump();
    await truncate(download.partPath);
    throw new Error('the server sent another range than asked for: starting anew');
  }
  const length = Number(headers['content-length'] ?? Number.NaN);
  const start = statusCode === 206 ? offset : 0;
  const total = range.total ?? (Number.isNaN(length) ? undefined : start + length);
  if (start === 0) await truncate(download.partPath);
  const file = await open(download.partPath, 'a');
  try {
    await receive(download, { file, body, offset: start, total });
    await file.sync();
  } finally {
    body.destroy();
    await file.close();
  }
}

async function truncate(path: string): Promise<void> {
  await (await open(path, 'w')).close();
}

/**
 * Brings `partPath` to the full length of the resource, continuing what lies there by a Range request and
 * trying again after a break. What the bytes are is the caller's to check. Throws `model-fetch-failed`, or
 * `model-invalid` for more than `maxBytes`; the part stays for the next call. An abort rejects as it is.
 */
export async function downloadToPart(download: DownloadRequest): Promise<void> {
  allowedUrl(download.url);
  let lastFault: unknown;
  for (let round = 0; round < ATTEMPTS; round += 1) {
    if (round > 0) {
      const delayMs = (download.retryDelayMs ?? 1_000) * 2 ** (round - 1);
      await sleep(delayMs, undefined, download.signal === undefined ? {} : { signal: download.signal });
    }
    try {
      await attempt(download);
      return;
    } catch (error) {
      if (error instanceof AnalysisError || download.signal?.aborted) throw error;
      lastFault = error;
    }
  }
  const reason = lastFault instanceof Error ? lastFault.message || lastFault.name : String(lastFault);
  const place = shown(allowedUrl(download.url));
  const kept = await sizeOf(download.partPath);
  const advice = `${kept} bytes are kept and the next fetch continues there; a copy can be given with --from`;
  throw failed(`${place} can't be fetched: ${reason} (${ATTEMPTS} attempts). ${advice}`, lastFault);
}
