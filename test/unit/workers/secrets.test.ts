import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSite } from '../../../pipelines/site-file.ts';
import { redactText } from '../../../workers/logger.ts';
import { openRegister } from '../../../workers/register/register.ts';
import { loadSecrets } from '../../../workers/secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pantau-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const URL_WITH_PASSWORD = 'rtsp://admin:rahasia@10.1.2.3/stream1';

describe('secrets', () => {
  it('makes the key file once, readable by its owner only', () => {
    const keyFile = path.join(folder, 'sub', 'pantau.key');
    const first = loadSecrets({ keyFile });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(keyFile, 'utf8');
    const second = loadSecrets({ keyFile });
    expect(readFileSync(keyFile, 'utf8')).toBe(text);
    expect(second.open(first.seal(URL_WITH_PASSWORD, 'cam-1'), 'cam-1')).toBe(URL_WITH_PASSWORD);
    expect(second.publishToken).toBe(first.publishToken);
  });

  it('seals differently each time, and nothing of the address shows', () => {
    const secrets = loadSecrets({ key: 'ab'.repeat(32), keyFile: '/nowhere' });
    const [a, b] = [secrets.seal(URL_WITH_PASSWORD, 'cam-1'), secrets.seal(URL_WITH_PASSWORD, 'cam-1')];
    expect(a).not.toBe(b);
    expect(a).not.toMatch(/rahasia|10\.1\.2\.3/);
  });

  it('lets a camera be added again after the key was lost', () => {
    const file = path.join(folder, 'register.db');
    const source = { kind: 'rtsp', url: URL_WITH_PASSWORD };
    const line = { id: 'l', from: { x: 0, y: 0 }, to: { x: 1, y: 1 } };
    const site = parseSite(JSON.stringify({ cameras: [{ id: 'cam-1', source, lines: [line] }] }), 'x');
    const changes = ['aa', 'bb', 'bb'].map((byte) => {
      const register = openRegister({ file, secrets: loadSecrets({ key: byte.repeat(32), keyFile: '' }) });
      const { changed } = register.put(site.cameras[0]!, 60);
      register.close();
      return changed;
    });
    expect(changes).toEqual([true, true, false]);
  });

  it.each([
    ['another camera', (sealed: string) => [sealed, 'cam-2'] as const],
    [
      'a flipped byte',
      (sealed: string) => [sealed.slice(0, -2) + (sealed.endsWith('A') ? 'BB' : 'AA'), 'cam-1'] as const,
    ],
    ['cut short', (sealed: string) => [sealed.slice(0, 20), 'cam-1'] as const],
    ['not sealed at all', () => ['rtsp://x', 'cam-1'] as const],
  ])('refuses %s', (_name, spoil) => {
    const secrets = loadSecrets({ key: 'ab'.repeat(32), keyFile: '/nowhere' });
    const [sealed, context] = spoil(secrets.seal(URL_WITH_PASSWORD, 'cam-1')) as [string, string];
    expect(() => secrets.open(sealed, context)).toThrow(/sealed with another key/);
  });

  it('refuses another key and a key file that is none', () => {
    const sealed = loadSecrets({ key: 'ab'.repeat(32), keyFile: '/nowhere' }).seal('x', 'cam-1');
    expect(() => loadSecrets({ key: 'cd'.repeat(32), keyFile: '/nowhere' }).open(sealed, 'cam-1')).toThrow(
      /another key/,
    );
    const keyFile = path.join(folder, 'bad.key');
    writeFileSync(keyFile, 'hello');
    expect(() => loadSecrets({ keyFile })).toThrow(/bad\.key: expected 64 hex digits, found 5/);
  });
});

describe('redactText', () => {
  it.each([
    ['rtsp://admin:rahasia@cam/1', 'rtsp://***@cam/1'],
    [
      'error opening rtsp://admin:p%40ss@10.0.0.1:554/a and http://t@b/c',
      'error opening rtsp://***@10.0.0.1:554/a and http://***@b/c',
    ],
    ['http://cam/snap.jpg?user=a&pwd=b&n=1', 'http://cam/snap.jpg?user=***&pwd=***&n=1'],
    ['{"url":"https://u:p@h/x?token=abc"}', '{"url":"https://***@h/x?token=***"}'],
    ['mail a@b.c stays', 'mail a@b.c stays'],
    ['Authorization: Digest username="admin"', 'Authorization: ***'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});
