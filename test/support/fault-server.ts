/** An HTTP server on a free port whose next answers can be made to fail, in order. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request instead of, or after, the honest answer. */
export type Fault =
  /** Answered before anything is done. */
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** The request is carried out, its answer never comes. */
  | 'hang'
  /** Reset in the middle of the request's body: nothing is carried out. */
  | 'reset'
  /** Carried out; half of the answer, then a reset. */
  | 'half-then-reset'
  /** Carried out; half of the answer as if it were all. */
  | 'half'
  /** Carried out; the answer comes late. */
  | { readonly delayMs: number };

/** What the API answers. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** A request as the API sees it. */
export interface ApiRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A running server. */
export interface FaultServer {
  readonly url: string;
  /** Requests so far, with what was asked. */
  readonly requests: ApiRequest[];
  /** The next requests (that `matches`) meet these, one each. */
  failNext(faults: readonly Fault[], matches?: (request: ApiRequest) => boolean): void;
  /** Faults that no request has met yet. */
  faultsLeft(): number;
  /** Nothing listens any more, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts to listen on loopback. */
export async function startFaultServer(api: (request: ApiRequest) => ApiAnswer): Promise<FaultServer> {
  const requests: ApiRequest[] = [];
  const waiting: { fault: Fault; matches: (request: ApiRequest) => boolean }[] = [];

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const request = {
      path: incoming.url ?? '/',
      headers: incoming.headers,
      text: Buffer.concat(parts).toString('utf8'),
    };
    requests.push(request);
    const index = waiting.findIndex(({ matches }) => matches(request));
    const fault = index < 0 ? undefined : waiting.splice(index, 1)[0]?.fault;
    if (fault === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object' && 'status' in fault) {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    }
    const { status, body } = api(request);
    if (fault === 'hang') return;
    const text = body === undefined ? '' : JSON.stringify(body);
    if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    if (fault === 'half-then-reset') {
      response.write(text.slice(0, text.length / 2), () => incoming.socket.resetAndDestroy());
    } else response.end(fault === 'half' ? text.slice(0, text.length / 2) : text);
  };

  let server: Server | undefined;
  let port = 0;
  const up = async () => {
    const fresh = createServer((incoming, response) => {
      handle(incoming, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => fresh.listen(port, '127.0.0.1', resolve));
    port = (fresh.address() as AddressInfo).port;
    server = fresh;
  };
  const down = async () => {
    const old = server;
    if (old === undefined) return;
    server = undefined;
    old.closeAllConnections();
    await new Promise((resolve) => old.close(resolve));
  };
  await up();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    failNext(faults, matches = () => true) {
      waiting.push(...faults.map((fault) => ({ fault, matches })));
    },
    faultsLeft: () => waiting.length,
    down,
    up,
    close: down,
  };
}
