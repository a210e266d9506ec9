import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellValue, type FlatRow, flatTable } from '../../../portal/formats/table.ts';
import { csvChunks, jsonChunks, ndjsonChunks } from '../../../portal/formats/table-text.ts';

const NAMES = ['camera_id', 'jumlah "motor"', 'é'];
const columns = NAMES.map((name) => ({ name, type: 'string' as const }));

/** Few values, so that rows resemble the ones before them; and those where a form has its own way. */
const cell: fc.Arbitrary<CellValue> = fc.oneof(
  fc.constantFrom<CellValue>(null, true, false, '', 'SMG-001', 0, -0, 7, 10, 2 ** 31 - 1, 2 ** 31, -1),
  fc.constantFrom<CellValue>(0.1, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
  fc.constantFrom<CellValue>(
    'a,b',
    'say "x"',
    'a\r\nb',
    '=1+1',
    'a;-1',
    '2026-01-01T00:00:00Z',
    'x;y',
    '\\ "',
  ),
  fc.constantFrom<CellValue>('＝1', '\t1', 'é 🚗 \u2028', '\u0000', 'panjang '.repeat(9000)),
  fc.string({ unit: 'binary' }),
  fc.double(),
);
const row: fc.Arbitrary<FlatRow> = fc
  .tuple(cell, cell, cell)
  .map((cells) => Object.fromEntries(cells.map((value, i) => [NAMES[i]!, value])));
const tablePages = fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 4 });

function tableOf(pages: readonly (readonly FlatRow[])[]) {
  return flatTable(
    columns,
    (async function* () {
      yield* pages;
    })(),
  );
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

/** A lone surrogate has no UTF-8: what every writer of bytes makes of it. */
const asUtf8 = (text: string) => Buffer.from(text).toString();

/** RFC 4180, cell by cell, with the apostrophe before what a spreadsheet would run. */
function referenceCell(value: CellValue): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const harmless = value.replace(/(^|;)(?=[=+\-@\t\r\n＝＋－＠])/g, "$1'");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

describe('tables as text', () => {
  it('are the JSON that JSON.stringify makes of the rows, whatever the pages', async () => {
    const head = { level: '1h' };
    const tail = { nextCursor: 'x' };
    await fc.assert(
      fc.asyncProperty(tablePages, async (pages) => {
        const rows = pages.flat();
        expect(await textOf(jsonChunks(tableOf(pages)))).toBe(asUtf8(JSON.stringify({ rows })));
        expect(await textOf(jsonChunks(tableOf(pages), { head, tail: () => tail }))).toBe(
          asUtf8(JSON.stringify({ ...head, rows, ...tail })),
        );
        const lines = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
        expect(await textOf(ndjsonChunks(tableOf(pages)))).toBe(asUtf8(lines));
      }),
    );
  });

  it('are CSV after RFC 4180 with formulas defused, whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(tablePages, async (pages) => {
        const lines = pages
          .flat()
          .map((one) => NAMES.map((name) => referenceCell(one[name] ?? null)).join(','));
        const expected = [NAMES.join(','), ...lines].map((line) => `${line}\r\n`).join('');
        expect(await textOf(csvChunks(tableOf(pages)))).toBe(asUtf8(expected));
      }),
    );
  });

  it('hold a cell that a row does not have as not measured', async () => {
    const table = () => tableOf([[{ camera_id: 'a' }]]);
    expect(await textOf(csvChunks(table(), { withBom: true }))).toBe(
      '\uFEFFcamera_id,jumlah "motor",é\r\na,,\r\n',
    );
    expect(await textOf(ndjsonChunks(table()))).toBe(
      '{"camera_id":"a","jumlah \\"motor\\"":null,"é":null}\n',
    );
  });

  it('gives pages that stay as they are while the next ones are made', async () => {
    const taken: Buffer[] = [];
    const texts: string[] = [];
    for await (const chunk of ndjsonChunks(tableOf([[{ é: 'satu' }], [{ é: 'dua' }], [{ é: 'tiga' }]]))) {
      taken.push(chunk);
      texts.push(chunk.toString());
    }
    expect(taken.map(String)).toEqual(texts);
    expect(texts).toHaveLength(3);
  });
});
