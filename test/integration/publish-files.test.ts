import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createNdjsonFileSink,
  createNdjsonStreamSink,
  ndjsonLine,
} from '../../pipelines/adapters/publish/ndjson-sink.ts';
import { sampleFlow, sampleGap } from '../unit/portal/sample-observations.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const records = [sampleFlow(0, { people: 1 }), sampleGap(1)];

describe('file sinks', () => {
  it('give the file its name only at close', async () => {
    const file = join(folder, 'records.ndjson');
    const sink = await createNdjsonFileSink({ file });
    await sink.publish([records[0]!]);
    await sink.publish([records[1]!]);
    await sink.flush();
    expect(existsSync(file)).toBe(false);
    await sink.close();
    await sink.close();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(records);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('leave the older file alone when the run is discarded', async () => {
    const file = join(folder, 'records.ndjson');
    const first = await createNdjsonFileSink({ file });
    await first.publish(records);
    await first.close();
    const second = await createNdjsonFileSink({ file });
    await second.publish([sampleFlow(9)]);
    await second.discard();
    expect(readFileSync(file, 'utf8')).toBe(records.map(ndjsonLine).join(''));
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('say which file cannot be written', async () => {
    const file = join(folder, 'none', 'x.ndjson');
    await expect(createNdjsonFileSink({ file })).rejects.toMatchObject({
      code: 'publish-failed',
      message: expect.stringContaining(file),
    });
  });
});

describe('stream sink', () => {
  it('writes one line per record and leaves the stream open', async () => {
    const stream = new PassThrough();
    const sink = createNdjsonStreamSink({ stream });
    await sink.publish(records);
    await sink.publish([]);
    await sink.close();
    expect(String(stream.read()).trimEnd().split('\n')).toHaveLength(2);
    expect(stream.writable).toBe(true);
  });

  it('rejects when the reader has gone', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) });
    stream.on('error', () => undefined);
    await expect(createNdjsonStreamSink({ stream }).publish(records)).rejects.toMatchObject({
      code: 'publish-failed',
      message: expect.stringContaining('EPIPE'),
    });
  });
});
