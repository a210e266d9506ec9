/** Sends answers that are made chunk by chunk: kept ones with length, parts and compression, long ones as they come. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PARQUET_TYPE } from '../formats/table.ts';
import type { AnswerChunks, AnswerShelf } from './answer-shelf.ts';
import { holdsIfRange, rangeOf } from './byte-range.ts';
import { knownTag, VARY, versionOfTag } from './conditional.ts';
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
 * fault still becomes an answer. A HEAD makes the answer as well: its tag and length are those of a GET.
 */
export async function sendChunks(
  request: FastifyRequest,
  reply: FastifyReply,
  chunks: AnswerChunks,
): Promise<FastifyReply> {
  const { headers, method } = request;
  const tag = reply.getHeader('etag');
  if (typeof tag !== 'string') {
    return method === 'HEAD' ? sendNothing(reply, chunks) : sendStream(reply, await started(chunks));
  }
  const { answerShelf: shelf } = request.server;
  const type = String(reply.getHeader('content-type'));
  const place = `${request.protocol}://${request.host}${request.url} ${type}`;
  const key = `${place} ${tag}`;
  const isParquet = type === PARQUET_TYPE;
  const readsOn = headers.range !== undefined || (isParquet && method === 'HEAD');
  if (!isParquet && !readsOn) return sendMade(request, reply, { tag, made: await shelf.make(key, chunks) });
  const reading = readsOn ? shelf.lastRead(place) : undefined;
  // Who goes on with another one than the last reading's may have the newest.
  if (reading !== undefined && holdsIfRange(headers['if-range']?.toString(), exactTag(reading))) {
    await chunks.return(undefined);
    return sendFinished(request, reply, reading);
  }
  const made = await shelf.finish(key, chunks);
  if (readsOn && reading === undefined && 'digest' in made) shelf.noteRead(place, { key, tag, answer: made });
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
  reply.headers({ 'cache-control': 'public, no-cache', vary: VARY }).type(type);
  if (!('digest' in made)) return sendStream(reply, made);
  const tag = `W/"${made.digest}"`;
  const known = knownTag(request, tag);
  if (known !== undefined) return reply.header('etag', known).code(304).send();
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

/** Of these very bytes: the version's tag, then the content's digest. */
function exactTag({ tag, answer }: Tagged & { readonly answer: FinishedAnswer }): string {
  return `"${versionOfTag(tag)}.${answer.digest}"`;
}

async function sendFinished(
  request: FastifyRequest,
  reply: FastifyReply,
  { tag, answer }: Tagged & { readonly answer: FinishedAnswer },
): Promise<FastifyReply> {
  const { headers, method } = request;
  const exact = exactTag({ tag, answer });
  reply.headers({ 'accept-ranges': 'bytes', etag: exact });
  if (!reply.raw.destroyed) reply.raw.once('close', request.server.answerShelf.lend(answer));
  const isPart = method !== 'HEAD' && holdsIfRange(headers['if-range']?.toString(), exact);
  const range = isPart ? rangeOf(headers.range, answer.size) : undefined;
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
  // Other bytes than the plain ones: the same answer only in meaning.
  if (encoding !== undefined) reply.header('etag', `W/${exact}`);
  if (encoding !== undefined && answer.encoded !== undefined) {
    const encoded = await answer.encoded(encoding);
    return reply.headers({ 'content-encoding': encoding, 'content-length': encoded.length }).send(encoded);
  }
  reply.header('content-length', answer.size);
  // A file is not read for its length; of a buffer the framework sends none itself.
  const isLengthOnly = method === 'HEAD' && answer.encoded === undefined;
  return reply.send(isLengthOnly ? Readable.from([]) : answer.read());
}

/** Smaller ones fit into one packet anyway. */
const LEAST_ENCODED = 1024;

function encodingFor(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { size }: FinishedAnswer,
): Encoding | undefined {
  if (size < LEAST_ENCODED || reply.getHeader('content-type') === PARQUET_TYPE) return undefined;
  const qualities = new Map(
    String(headers['accept-encoding'] ?? '')
      .toLowerCase()
      .replaceAll(' ', '')
      .replaceAll('x-gzip', 'gzip')
      .split(',')
      .map((part) => {
        const [name = '', quality = 'q=1'] = part.split(';');
        return [name, Number(quality.slice('q='.length))] as const;
      }),
  );
  return ENCODINGS.find((encoding) => (qualities.get(encoding) ?? qualities.get('*') ?? 0) > 0);
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
