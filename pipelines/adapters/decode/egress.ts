/**
 * Which addresses a camera's URL may reach. A name is resolved once, every address it has is checked, and the
 * connection is made to the address that was checked, so that a name that changes its mind (DNS rebinding) can't
 * lead elsewhere.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { AnalysisError } from '../../errors.ts';

/** The operator's word on where cameras live. */
export interface EgressPolicy {
  /** CIDR list (`PANTAU_CAMERA_NETWORKS`) of private, loopback or link-local networks that may be reached. */
  readonly allowedNetworks: readonly string[];
  /**
   * When given, only these host names: exact (`cdn.example.go.id`) or with all below (`*.example.go.id`). Addresses
   * are checked all the same.
   */
  readonly allowedHosts?: readonly string[];
  /** Name look-up; the system's resolver unless a test gives another. */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>;
}

/** A URL that passed, and the address to connect to. */
export interface PinnedUrl {
  readonly url: URL;
  /** Host as WHATWG writes it: lower case, decimal or octal IPv4 made dotted, no brackets. */
  readonly hostname: string;
  readonly port: number;
  /** IP literal that was checked; for IPv6 without brackets. */
  readonly address: string;
}

/** Schemes of each kind of connection and their default ports. */
export const SCHEMES = {
  rtsp: { 'rtsp:': 554, 'rtsps:': 322 },
  http: { 'http:': 80, 'https:': 443 },
} as const;
export type EgressKind = keyof typeof SCHEMES;

/**
 * Never reached, whatever the operator lists: they answer with a cloud machine's own credentials.
 * 169.254.169.254 (AWS, GCP, Azure and most others), fd00:ec2::254 (AWS), 100.100.100.200 (Alibaba Cloud).
 */
const METADATA_ADDRESSES = ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200'];

/** No camera has such an address, so no list opens them. */
const NEVER_RANGES = new Set(['multicast', 'broadcast', 'unspecified']);

/**
 * Checks scheme, host and every address of `text`, and pins one. Throws `source-refused` naming the address and the
 * setting, or `source-unreachable` when the name has no address. The message never holds credentials or a path.
 */
export async function pinUrl(text: string, kind: EgressKind, policy: EgressPolicy): Promise<PinnedUrl> {
  const url = parseUrl(text);
  const ports: Readonly<Record<string, number>> = SCHEMES[kind];
  const defaultPort = Object.hasOwn(ports, url.protocol) ? ports[url.protocol] : undefined;
  if (defaultPort === undefined) {
    const allowed = Object.keys(ports).map((scheme) => `${scheme}//`);
    throw refused(
      `scheme ${url.protocol} is not allowed for this kind of source; allowed: ${allowed.join(', ')}`,
    );
  }
  const hostname = canonicalHost(url);
  requireAllowedHost(hostname, policy.allowedHosts);
  const addresses = await addressesOf(hostname, policy);
  for (const address of addresses) {
    const reason = refusalOf(address, policy.allowedNetworks);
    if (reason !== undefined) {
      const named = address === hostname ? address : `${hostname} (${address})`;
      throw refused(`${named} is ${reason}`);
    }
  }
  const port = url.port === '' ? defaultPort : Number(url.port);
  return { url, hostname, port, address: addresses[0] ?? hostname };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // The text may hold a password, and URL's own message repeats it.
    throw refused('the address is not a URL; expected for example rtsp://host/path or https://host/path');
  }
}

/** WHATWG canonicalises hosts of http only; rtsp hosts go through the same rule so that `0177.0.0.1` can't hide. */
function canonicalHost(url: URL): string {
  let hostname: string;
  try {
    hostname = new URL(`http://${url.hostname}/`).hostname;
  } catch {
    throw refused('the host of the URL is not valid');
  }
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function requireAllowedHost(hostname: string, allowedHosts: readonly string[] | undefined): void {
  if (allowedHosts === undefined) return;
  const isAllowed = allowedHosts.some((allowed) => {
    const host = allowed.toLowerCase();
    return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host;
  });
  if (!isAllowed) {
    throw refused(
      `host ${hostname} is not among the allowed hosts of this source: ${allowedHosts.join(', ')}`,
    );
  }
}

async function addressesOf(hostname: string, policy: EgressPolicy): Promise<readonly string[]> {
  if (ipaddr.isValid(hostname)) return [hostname];
  const lookup = policy.lookup ?? systemLookup;
  try {
    const addresses = await lookup(hostname);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw new AnalysisError('source-unreachable', 'resolve', `the name ${hostname} can't be resolved`, {
      cause,
    });
  }
  throw new AnalysisError('source-unreachable', 'resolve', `the name ${hostname} has no address`);
}

async function systemLookup(hostname: string): Promise<readonly string[]> {
  // `verbatim: false` puts IPv4 first, which is what cameras speak.
  const found = await dnsLookup(hostname, { all: true, verbatim: false });
  return found.map(({ address }) => address);
}

/** Why `address` may not be reached, or undefined when it may. Public unicast may, the rest only by the list. */
export function refusalOf(address: string, allowedNetworks: readonly string[]): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an IP address';
  // `process` unwraps IPv4-mapped IPv6, so ::ffff:127.0.0.1 is judged as 127.0.0.1.
  const ip = ipaddr.process(address);
  if (METADATA_ADDRESSES.some((one) => ipaddr.process(one).toString() === ip.toString())) {
    return 'a cloud metadata address, which no camera has';
  }
  const range = ip.range();
  if (range === 'unicast') return undefined;
  if (NEVER_RANGES.has(range)) return `a ${range} address, which no camera has`;
  if (allowedNetworks.some((network) => isInside(ip, network))) return undefined;
  return `a ${range} address outside the camera networks; add its network to PANTAU_CAMERA_NETWORKS to allow it`;
}

function isInside(ip: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [range, bits] = parseNetwork(network);
  if (range instanceof ipaddr.IPv4) return ip instanceof ipaddr.IPv4 && ip.match(range, bits);
  return ip instanceof ipaddr.IPv6 && ip.match(range, bits);
}

/** Parses one entry of the list; a bare address means that address alone. Throws `config-invalid`. */
export function parseNetwork(network: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const text = network.trim();
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const ip = ipaddr.parse(text);
    return [ip, ip instanceof ipaddr.IPv4 ? 32 : 128];
  } catch (cause) {
    const message = `PANTAU_CAMERA_NETWORKS: ${JSON.stringify(text)} is not a network; expected e.g. 10.20.0.0/16`;
    throw new AnalysisError('config-invalid', 'egress', message, { cause });
  }
}

function refused(message: string): AnalysisError {
  return new AnalysisError('source-refused', 'egress', message);
}
