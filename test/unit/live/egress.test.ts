import { describe, expect, it } from 'vitest';
import { parseNetwork, pinUrl, refusalOf } from '../../../pipelines/adapters/decode/egress.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';

const names: Record<string, string[]> = {
  'cam.example': ['8.8.4.4'],
  'two.example': ['8.8.4.4', '10.1.2.3'],
  'rebind.example': ['127.0.0.1'],
  'empty.example': [],
};
const lookup = async (name: string): Promise<string[]> => {
  const found = names[name];
  if (found === undefined) throw new Error('ENOTFOUND');
  return found;
};
const open = { allowedNetworks: [], lookup };
const camera = { allowedNetworks: ['10.20.0.0/16', 'fd12::/64', '192.168.7.7'], lookup };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (cause) {
    return cause instanceof AnalysisError ? cause.code : String(cause);
  }
}

describe('refusalOf', () => {
  it.each([
    // address, networks, allowed
    ['8.8.8.8', [], true],
    ['2001:4860:4860::8888', [], true],
    ['127.0.0.1', [], false],
    ['127.9.9.9', ['127.0.0.0/8'], true],
    ['::1', [], false],
    ['::1', ['127.0.0.0/8'], false],
    ['::1', ['::1/128'], true],
    ['10.20.3.4', ['10.20.0.0/16'], true],
    ['10.21.3.4', ['10.20.0.0/16'], false],
    ['172.16.0.1', [], false],
    ['192.168.1.1', [], false],
    ['192.168.7.7', ['192.168.7.7'], true],
    ['192.168.7.8', ['192.168.7.7'], false],
    ['169.254.1.1', [], false],
    ['169.254.1.1', ['169.254.0.0/16'], true],
    ['fe80::1', [], false],
    ['fd12::1', ['fd12::/64'], true],
    ['fd13::1', ['fd12::/64'], false],
    // carrier-grade NAT, documentation, benchmark and reserved ranges are not public
    ['100.64.0.1', [], false],
    ['192.0.2.1', [], false],
    ['240.0.0.1', [], false],
    // IPv4 inside IPv6 is judged as IPv4
    ['::ffff:127.0.0.1', [], false],
    ['::ffff:8.8.8.8', [], true],
    ['::127.0.0.1', [], false],
    ['::ffff:10.20.0.1', ['10.20.0.0/16'], true],
    // translations that end at an IPv4 host
    ['64:ff9b::7f00:1', [], false],
    ['2002:7f00:1::', [], false],
    ['fec0::1', [], false],
    // never, whatever is listed
    ['169.254.169.254', ['0.0.0.0/0'], false],
    ['::ffff:169.254.169.254', ['0.0.0.0/0', '::/0'], false],
    ['fd00:ec2::254', ['fd00::/8'], false],
    ['100.100.100.200', ['100.64.0.0/10'], false],
    ['0.0.0.0', ['0.0.0.0/0'], false],
    ['::', ['::/0'], false],
    ['224.0.0.1', ['0.0.0.0/0'], false],
    ['255.255.255.255', ['0.0.0.0/0'], false],
    ['ff02::1', ['::/0'], false],
    ['not an address', ['0.0.0.0/0'], false],
  ] as const)('%s with %j', (address, networks, isAllowed) => {
    expect(refusalOf(address, networks) === undefined).toBe(isAllowed);
  });

  it('names the setting that would allow it', () => {
    expect(refusalOf('10.1.1.1', [])).toContain('PANTAU_CAMERA_NETWORKS');
  });
});

describe('pinUrl', () => {
  it.each([
    ['rtsp://8.8.8.8/stream', 'rtsp', '8.8.8.8', 554],
    ['rtsps://8.8.8.8/stream', 'rtsp', '8.8.8.8', 322],
    ['rtsp://user:pw@cam.example:8554/a', 'rtsp', '8.8.4.4', 8554],
    ['https://CAM.example/a.m3u8', 'http', '8.8.4.4', 443],
    ['http://cam.example./a', 'http', '8.8.4.4', 80],
    ['rtsp://[2001:4860::1]:8554/a', 'rtsp', '2001:4860::1', 8554],
  ] as const)('%s', async (url, kind, address, port) => {
    const pinned = await pinUrl(url, kind, open);
    expect({ address: pinned.address, port: pinned.port }).toEqual({ address, port });
  });

  it.each([
    ['a scheme of another kind', 'http://8.8.8.8/', 'rtsp', 'source-refused'],
    ['a file', 'file:///etc/passwd', 'http', 'source-refused'],
    ['gopher', 'gopher://8.8.8.8/', 'http', 'source-refused'],
    ['ffmpeg’s own protocols', 'concat:a|b', 'http', 'source-refused'],
    ['a scheme named like a built-in', 'constructor://8.8.8.8/', 'http', 'source-refused'],
    ['no URL', 'camera one', 'http', 'source-refused'],
    ['decimal loopback', 'http://2130706433/', 'http', 'source-refused'],
    ['decimal loopback in rtsp', 'rtsp://2130706433/', 'rtsp', 'source-refused'],
    ['octal loopback in rtsp', 'rtsp://0177.0.0.1/', 'rtsp', 'source-refused'],
    ['hexadecimal loopback', 'rtsp://0x7f.1/', 'rtsp', 'source-refused'],
    ['mapped loopback', 'rtsp://[::ffff:127.0.0.1]/', 'rtsp', 'source-refused'],
    ['a name that leads to loopback', 'http://rebind.example/', 'http', 'source-refused'],
    ['a name with one private address of two', 'http://two.example/', 'http', 'source-refused'],
    ['metadata', 'http://169.254.169.254/latest', 'http', 'source-refused'],
    ['an unknown name', 'http://nowhere.example/', 'http', 'source-unreachable'],
    ['a name without address', 'http://empty.example/', 'http', 'source-unreachable'],
  ] as const)('refuses %s', async (_name, url, kind, code) => {
    expect(await codeOf(pinUrl(url, kind, open))).toBe(code);
  });

  it('takes a name with two addresses when both may be reached', async () => {
    const pinned = await pinUrl('http://two.example/', 'http', {
      ...camera,
      allowedNetworks: ['10.0.0.0/8'],
    });
    expect(pinned.address).toBe('8.8.4.4');
  });

  it.each([
    ['cam.example', ['cam.example'], 'ok'],
    ['cam.example', ['CAM.example'], 'ok'],
    ['cam.example', ['*.example'], 'ok'],
    ['cam.example', ['other.example'], 'source-refused'],
    // the name alone is not below itself, and a suffix is not a domain
    ['cam.example', ['*.cam.example'], 'source-refused'],
    ['cam.example', ['*.am.example'], 'source-refused'],
    // listed, but the address rule still holds
    ['rebind.example', ['rebind.example'], 'source-refused'],
  ] as const)('host %s with allowed hosts %j', async (host, allowedHosts, code) => {
    expect(await codeOf(pinUrl(`http://${host}/`, 'http', { ...open, allowedHosts }))).toBe(code);
  });

  it('never repeats a password', async () => {
    for (const url of [
      'rtsp://u:geheim@127.0.0.1/',
      'rtsp://u:geheim@no where/',
      'ftp://u:geheim@8.8.8.8/',
    ]) {
      const message = await pinUrl(url, 'rtsp', open).catch(String);
      expect(message).not.toContain('geheim');
    }
  });
});

describe('parseNetwork', () => {
  it('tells a bad entry by name', () => {
    expect(() => parseNetwork('10.0.0.0/99')).toThrow(/PANTAU_CAMERA_NETWORKS.*10\.0\.0\.0\/99/);
    expect(() => refusalOf('10.0.0.1', ['kantor'])).toThrow(/kantor/);
  });
});
