/** The address that documents name themselves by. */
import type { FastifyRequest } from 'fastify';

/** A name, an IPv4 or a bracketed IPv6 address, and a port: nothing that could carry markup or a path. */
const SAFE_HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,253})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * `publicUrl` where it is set, else what the request was addressed to. The Host header is the reader's own word, so only
 * a plain host is taken from it; forwarded ones count where the proxy is trusted (`trustProxy`).
 */
export function baseUrlOf(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  const host = SAFE_HOST.test(request.host) ? request.host : `localhost:${request.socket.localPort ?? 80}`;
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  return `${scheme}://${host}`;
}
