import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';
import { release, releaseOf } from '../../../portal/api/release.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-release-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('names a program by its files', () => {
  const program = path.join(folder, 'portal');
  mkdirSync(path.join(program, 'api'), { recursive: true });
  writeFileSync(path.join(program, 'api/a.js'), 'one');
  const first = releaseOf([program]);
  writeFileSync(path.join(program, 'api/a.js.map'), '{}');
  expect(releaseOf([program])).toBe(first);
  writeFileSync(path.join(program, 'api/a.js'), 'two');
  expect(releaseOf([program])).not.toBe(first);
  expect(release()).toMatch(/^[\w-]{16}$/);
});

/** What a reader is told who asks `other` again with the tag of an answer of this release. */
async function askedAgain(other: string): Promise<boolean> {
  const tags: string[] = [];
  for (const current of [release(), other]) {
    vi.resetModules();
    vi.doMock('../../../portal/api/release.ts', () => ({ release: () => current }));
    const { isStillSame } = await import('../../../portal/api/conditional.ts');
    const headers = tags[0] === undefined ? {} : { 'if-none-match': tags[0] };
    const request = { url: '/api/v1/series', headers } as FastifyRequest;
    const reply = {
      headers: ({ etag }: { etag: string }) => tags.push(etag),
      header: () => reply,
      code: () => reply,
    } as unknown as FastifyReply;
    if (isStillSame(request, reply, { version: '7' })) return true;
  }
  return false;
}

it('tells nobody "still the same" who has the answer of another release', async () => {
  expect(await askedAgain(release())).toBe(true);
  expect(await askedAgain('another-release')).toBe(false);
});
