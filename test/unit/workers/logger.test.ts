import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What a process of its own writes to stderr when it logs `fields`. */
function logged(fields: object): { readonly text: string; readonly line: Record<string, unknown> } {
  const script = `import { createLogger } from './workers/logger.ts';
    createLogger({ level: 'info', name: 'test' }).info(${JSON.stringify(fields)}, 'opened');`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { text: stderr, line: JSON.parse(stderr) as Record<string, unknown> };
}

describe('a log line', () => {
  it('is JSON without credentials, wherever they stood and however they end', () => {
    const { text, line } = logged({
      source: 'rtsp://admin:ra<ha/s@ia@cam/1',
      said: 'Authorization: Digest username="admin", response="0a1b"\nCSeq: 2',
      error: { message: 'GET "http://cam/snap?token=abc" failed', frames: 12 },
    });
    expect(line).toMatchObject({
      ...{ process: 'test', msg: 'opened' },
      source: 'rtsp://***@cam/1',
      said: 'Authorization: ***\nCSeq: 2',
      error: { message: 'GET "http://cam/snap?token=***" failed', frames: 12 },
    });
    expect(text).not.toMatch(/0a1b|abc|admin/);
    expect(text.endsWith('\n')).toBe(true);
  });
});
