/** Server-sent events of one asker, ended when the asker leaves, the session ends or the portal closes. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const HEARTBEAT_MS = 15_000;
/** What a browser waits before it comes back. */
const RETRY_MS = 3_000;

/** One event; the name is ours, the data anything that JSON holds. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** What a stream may use up. */
export interface EventStreamOptions {
  readonly events: (signal: AbortSignal) => AsyncIterable<ServerEvent>;
  /** Ended then; a browser comes back by itself, and is asked anew who it is. */
  readonly longestMs: number;
  /** Aborted when the portal closes. */
  readonly closing: AbortSignal;
}

/** Hands the reply over to the stream; resolves when it is over. */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { events, longestMs, closing }: EventStreamOptions,
): Promise<void> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing, AbortSignal.timeout(longestMs)]);
  const source = events(signal)[Symbol.asyncIterator]();
  // A refusal (no such camera) is still an answer of its own; after this the headers are out.
  const first = await source.next();
  reply.hijack();
  const { raw } = reply;
  raw.on('error', () => gone.abort());
  raw.writeHead(200, {
    ...headersOf(reply),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => raw.write(': \n\n'), HEARTBEAT_MS);
  try {
    for (let next = first; next.done !== true && !signal.aborted; next = await source.next()) {
      const { event, data } = next.value;
      const isRoom = raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      // Who reads slower than once a second of small numbers is not reading: no queue for them.
      if (!isRoom && raw.writableLength > MOST_WAITING_BYTES) break;
    }
  } catch (error) {
    request.log.warn({ error: String(error) }, 'event stream ended');
  } finally {
    clearInterval(heartbeat);
    await source.return?.();
    raw.end();
  }
}

const MOST_WAITING_BYTES = 256 * 1024;

function headersOf(reply: FastifyReply): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
