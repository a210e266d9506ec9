/** What an address is counted by where somebody is held back. */
import { isIPv6 } from 'node:net';

/** An IPv4 address written as IPv6, as sockets that take both report it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * An IPv4 address itself; of an IPv6 address the first 64 bits, written `2001:db8:0:1::/64`: whoever has one address of such
 * a network has all 2^64 of them (RFC 6177), and could ask from a fresh one each time.
 */
export function clientNetwork(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted quad at the end stands for two groups.
  const backLength = back.length + (back.at(-1)?.includes('.') === true ? 1 : 0);
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - backLength);
  const groups = [...front, ...Array.from({ length: gap }, () => '0'), ...back].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
