/** Sends answers that are made chunk by chunk: kept ones with length, parts and compression, long ones as they come. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PARQUET_TYPE } from '../formats/table.ts';
import type { AnswerChunks, AnswerShelf } from './answer-shelf.ts';
import { holdsIfRange, rangeOf } from './byte-range.ts';
import { isKnown, versionOfTag } from './conditional.ts';
import { ENCODINGS, type Encoding, type FinishedAnswer } from './finished-answer.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers that were made lately. */
    answerShelf: AnswerShelf;
  }
}

/**
 * Sends chunks. What `isStillSame` tagged is kept while it fits and sent with its length, in parts where parts are asked
 * for; what is larger, or has no tag, is streamed. The first chunk is made before the first byte leaves, so that its
 * fault still becomes an answer. A HEAD makes nothing but Parquet, whose readers need the length.
 */
export async function sendChunks(
  request: FastifyRequest,
  reply: FastifyReply,
  chunks: AnswerChunks,
): Promise<FastifyReply> {
  const tag = reply.getHeader('etag');
  const isParquet = reply.getHeader('content-type') === PARQUET_TYPE;
  if (request.method === 'HEAD' && !(isParquet && tag !== undefined)) return sendNothing(reply, chunks);
  if (typeof tag !== 'string') return sendStream(reply, await started(chunks));
  const { answerShelf: shelf } = request.server;
  const place = `${request.protocol}://${request.host}${request.url} ${String(reply.getHeader('content-type'))}`;
  const key = `${place} ${tag}`;
  const readsParts = isParquet || request.headers.range !== undefined;
  if (!readsParts) return sendMade(request, reply, { tag, made: await shelf.make(key, chunks) });
  const readsOn = request.method === 'HEAD' || request.headers.range !== undefined;
  const reading = readsOn ? shelf.lastRead(place) : undefined;
  if (reading !== undefined) {
    await chunks.return(undefined);
    return sendFinished(request, reply, reading);
  }
  const made = await shelf.finish(key, chunks);
  if (readsOn && 'digest' in made) shelf.noteRead(place, { key, tag, answer: made });
  return sendMade(request, reply, { tag, made });
}

/** Sends a text that many ask for, made once for all of them while `version` stays; its tag is its content's. */
export async function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    type,
    version,
    make,
  }: { readonly type: string; readonly version: string; readonly make: () => Promise<string> },
): Promise<FastifyReply> {
  const key = `${request.protocol}://${request.host}${request.url} ${type} ${version}`;
  const made = await request.server.answerShelf.make(key, once(make));
  reply.headers({ 'cache-control': 'public, no-cache', vary: 'Accept' }).type(type);
  if (!('digest' in made)) return sendStream(reply, made);
  const tag = `W/"${made.digest}"`;
  if (isKnown(request, tag, undefined)) return reply.header('etag', tag).code(304).send();
  return sendFinished(request, reply, { tag, answer: made });
}

async function* once(make: () => Promise<string>): AnswerChunks {
  yield await make();
}

interface Tagged {
  /** The weak tag of the answer's version. */
  readonly tag: string;
}

function sendMade(
  request: FastifyRequest,
  reply: FastifyReply,
  { tag, made }: Tagged & { readonly made: FinishedAnswer | AnswerChunks },
): Promise<FastifyReply> | FastifyReply {
  if ('digest' in made) return sendFinished(request, reply, { tag, answer: made });
  reply.header('accept-ranges', 'none');
  return request.method === 'HEAD' ? sendNothing(reply, made) : sendStream(reply, made);
}

async function sendFinished(
  request: FastifyRequest,
  reply: FastifyReply,
  { tag, answer }: Tagged & { readonly answer: FinishedAnswer },
): Promise<FastifyReply> {
  const { headers, method } = request;
  const exact = `"${versionOfTag(tag)}.${answer.digest}"`;
  reply.headers({ 'accept-ranges': 'bytes', etag: exact });
  if (method === 'HEAD') {
    return reply.header('content-length', answer.size).send(Readable.from([]));
  }
  const range = holdsIfRange(headers['if-range']?.toString(), exact)
    ? rangeOf(headers.range, answer.size)
    : undefined;
  if (range === 'none') {
    reply.removeHeader('content-disposition');
    return reply.code(416).header('content-range', `bytes */${answer.size}`).send(Buffer.alloc(0));
  }
  if (range !== undefined) {
    const { first, last } = range;
    reply.code(206).headers({
      'content-range': `bytes ${first}-${last}/${answer.size}`,
      'content-length': last - first + 1,
    });
    return reply.send(answer.read(range));
  }
  const encoding = encodingFor(request, reply, answer);
  if (encoding === undefined || answer.encoded === undefined) {
    return reply.header('content-length', answer.size).send(answer.read());
  }
  const encoded = await answer.encoded(encoding);
  // Other bytes than the plain ones: the same answer only in meaning.
  reply.headers({ etag: `W/${exact}`, 'content-encoding': encoding, vary: 'Accept, Accept-Encoding' });
  return reply.header('content-length', encoded.length).send(encoded);
}

/** Smaller ones fit into one packet anyway. */
const LEAST_ENCODED = 1024;

function encodingFor(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { size }: FinishedAnswer,
): Encoding | undefined {
  if (size < LEAST_ENCODED || reply.getHeader('content-type') === PARQUET_TYPE) return undefined;
  const accepted = String(headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.replaceAll(' ', ''))
    .filter((part) => !/;q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]);
  return ENCODINGS.find((encoding) => accepted.includes(encoding));
}

async function sendNothing(reply: FastifyReply, chunks: AnswerChunks): Promise<FastifyReply> {
  await chunks.return(undefined);
  return reply.send(Readable.from([]));
}

function sendStream(reply: FastifyReply, chunks: AnswerChunks): FastifyReply {
  return reply.send(Readable.from(chunks, { objectMode: false }));
}

/** Starts a generator at once, up to its first chunk that holds more than a header would. */
async function started(chunks: AnswerChunks): Promise<AnswerChunks> {
  const first = await chunks.next();
  const second = first.done === true ? first : await chunks.next();
  return (async function* () {
    for (const one of [first, second]) {
      if (one.done === true) return;
      yield one.value;
    }
    yield* chunks;
  })();
}
