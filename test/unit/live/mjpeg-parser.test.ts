import { describe, expect, it } from 'vitest';
import { boundaryOf, createMultipartParser } from '../../../pipelines/adapters/decode/mjpeg-parser.ts';

const part = (body: string, head = `Content-Length: ${body.length}\r\n`, boundary = '--cam'): string =>
  `${boundary}\r\nContent-Type: image/jpeg\r\n${head}\r\n${body}\r\n`;

function parse(chunks: readonly string[], boundary = 'cam', maxPartBytes = 1000): string[] {
  const parser = createMultipartParser({ boundary, maxPartBytes });
  return chunks
    .flatMap((chunk) => parser.push(Buffer.from(chunk, 'latin1')))
    .map((body) => body.toString('latin1'));
}

describe('createMultipartParser', () => {
  const two = part('one') + part('two');
  it.each([
    ['two parts at once', [two], 'cam', ['one', 'two']],
    ['byte by byte', two.split(''), 'cam', ['one', 'two']],
    ['boundary announced with its dashes', [two], '--cam', ['one', 'two']],
    ['a preamble', [`hello\r\n${two}`], 'cam', ['one', 'two']],
    ['no line end before the next boundary', [part('one').trimEnd() + part('two')], 'cam', ['one', 'two']],
    // without a length a part is known to end at the next boundary only
    ['no lengths', [part('one', '') + part('two', '') + part('three', '')], 'cam', ['one', 'two']],
    ['no lengths, byte by byte', (part('one', '') + part('two', '')).split(''), 'cam', ['one']],
    ['a body that holds the boundary, but has a length', [part('x--camx')], 'cam', ['x--camx']],
    ['bare line feeds', ['--cam\nContent-Length: 3\n\none\n'], 'cam', ['one']],
    ['empty parts', [part('') + part('two')], 'cam', ['two']],
    ['the closing boundary', [`${part('one')}--cam--\r\n`], 'cam', ['one']],
  ])('%s', (_name, chunks, boundary, bodies) => {
    expect(parse(chunks, boundary)).toEqual(bodies);
  });

  it.each([
    ['a declared length above the limit', [part('', 'Content-Length: 1001\r\n')], 'source-too-large'],
    ['a part without length or end', [part('', ''), 'x'.repeat(1100)], 'source-too-large'],
    ['a head without end', ['--cam\r\n', 'x'.repeat(9000)], 'source-not-video'],
  ])('bounded: %s', (_name, chunks, code) => {
    expect(() => parse(chunks)).toThrow(expect.objectContaining({ code }));
  });

  it('keeps next to nothing of a stream without boundaries', () => {
    const parser = createMultipartParser({ boundary: 'cam', maxPartBytes: 1000 });
    for (let index = 0; index < 100; index += 1) expect(parser.push(Buffer.alloc(10_000, 0x2d))).toEqual([]);
    expect(parser.push(Buffer.from(part('one')))).toHaveLength(1);
  });
});

describe('boundaryOf', () => {
  it.each([
    ['multipart/x-mixed-replace; boundary=abc', 'abc'],
    ['multipart/x-mixed-replace;boundary="a b"', 'a b'],
    ['Multipart/X-Mixed-Replace; charset=x; BOUNDARY=--abc', '--abc'],
    ['image/jpeg', undefined],
    ['multipart/x-mixed-replace', undefined],
    [undefined, undefined],
  ])('%s', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
