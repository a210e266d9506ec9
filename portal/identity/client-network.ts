/** What an address is counted by where somebody is held back, and which addresses are no strangers'. */
import { BlockList, isIPv6 } from 'node:net';

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

/** Loopback, private and link-local ranges (RFC 6890, RFC 4193): a monitor of the city's own, never a visitor of its site. */
const OWN_RANGES: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
];
const ownRanges = new BlockList();
for (const range of OWN_RANGES) ownRanges.addSubnet(...range);

/** True for an address of this machine or of a private network. */
export function isOwnNetwork(address: string): boolean {
  const plain = MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, '');
  return ownRanges.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
