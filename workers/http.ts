/** /metrics, /healthz and /readyz of a process that has no other HTTP server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a process says of itself. */
export interface Health {
  /** Alive: false asks the supervisor for a restart. */
  readonly live: () => boolean;
  /** Ready to work; the text says what is missing. */
  readonly ready: () => Promise<{ ok: boolean; detail: Record<string, string> }>;
  readonly metrics: () => Promise<string>;
}

/** Starts listening; `port` 0 takes a free one. */
export async function serveHealth(options: { host: string; port: number; health: Health }): Promise<{
  port: number;
  close(): Promise<void>;
}> {
  const { health } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, body: string, type = 'application/json; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    const route = async (): Promise<void> => {
      const url = request.url?.split('?')[0];
      if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, '{"error":"only GET"}');
      if (url === '/metrics')
        return answer(200, await health.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
      if (url === '/healthz') return answer(health.live() ? 200 : 503, JSON.stringify({ ok: health.live() }));
      if (url === '/readyz') {
        const ready = await health.ready();
        return answer(ready.ok ? 200 : 503, JSON.stringify(ready));
      }
      return answer(404, '{"error":"known: /metrics /healthz /readyz"}');
    };
    route().catch(() => answer(500, '{"error":"internal"}'));
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
