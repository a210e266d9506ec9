import { describe, expect, it } from 'vitest';
import { csvCell, csvHeader, csvRow } from '../../../pipelines/adapters/publish/csv.ts';
import { OBSERVATION_COLUMNS } from '../../../pipelines/domain/observation-columns.ts';
import { sampleFlow, sampleGap, samplePresence, sampleVehicleFlow } from '../portal/sample-observations.ts';

describe('csvCell', () => {
  it.each([
    { value: undefined, cell: '', why: 'absent is empty' },
    { value: 0, cell: '0', why: 'zero is zero' },
    { value: 0.25, cell: '0.25', why: 'a point, whatever the locale' },
    { value: 'a,b', cell: '"a,b"', why: 'the separator is quoted' },
    { value: 'say "x"', cell: '"say ""x"""', why: 'quotes are doubled' },
    { value: 'a\nb', cell: '"a\nb"', why: 'line ends are quoted' },
    { value: '=1+1', cell: "'=1+1", why: 'formula' },
    { value: '+62', cell: "'+62", why: 'formula' },
    { value: '-1', cell: "'-1", why: 'formula, as a text' },
    { value: '@SUM(A1)', cell: "'@SUM(A1)", why: 'formula' },
    { value: 'a;=1+1', cell: "a;'=1+1", why: 'formula where semicolons part the cells' },
    { value: '＝1+1', cell: "'＝1+1", why: 'formula in full-width letters' },
    { value: '\tx', cell: "'\tx", why: 'formula after a tab' },
    { value: '=HYPERLINK("http://x","y")', cell: `"'=HYPERLINK(""http://x"",""y"")"`, why: 'both at once' },
  ])('$value: $why', ({ value, cell }) => {
    expect(csvCell(value)).toBe(cell);
  });
});

/** Reads a row back by the header, as pandas would (the sample holds no quoted cell). */
function cellsByName(row: string): Record<string, string> {
  const names = csvHeader().trimEnd().split(',');
  const cells = row.replace(/\r\n$/, '').split(',');
  expect(cells.length).toBe(names.length);
  return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
}

describe('columns', () => {
  it('have unique snake_case names and a label in both languages', () => {
    const names = OBSERVATION_COLUMNS.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, label } of OBSERVATION_COLUMNS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(label.id.length * label.en.length).toBeGreaterThan(0);
    }
  });

  it('start with the key, which readers rely on', () => {
    expect(csvHeader()).toMatch(
      /^kind,camera_id,line_id,zone_id,direction,window_start,window_end,coverage,status,reasons,/,
    );
  });

  it('carry a flow record', () => {
    expect(cellsByName(csvRow(sampleFlow(0, { people: 7, cars: 3 })))).toMatchObject({
      kind: 'flow',
      camera_id: 'cam-1',
      line_id: 'line-1',
      zone_id: '',
      direction: 'in',
      window_start: '2026-01-31T05:00:00.000Z',
      count_person: '7',
      count_car: '3',
      volume: '3',
      flow_rate_per_hour: '180',
      pcu_per_hour: '',
      people_present_mean: '',
    });
  });

  it('carry a presence record', () => {
    expect(cellsByName(csvRow(samplePresence(0, { mean: 1.5, max: 3 })))).toMatchObject({
      zone_id: 'zone-1',
      line_id: '',
      direction: '',
      people_present_mean: '1.5',
      people_present_max: '3',
      entered_person: '2',
      time_occupancy: '0',
      volume: '',
    });
  });

  it('leave every measure of a gap empty, never 0', () => {
    const cells = cellsByName(csvRow(sampleGap(0)));
    expect(cells).toMatchObject({ coverage: '0', status: 'disrupted', reasons: 'source-down' });
    const measures = Object.entries(cells).filter(([name]) =>
      /present|entered|left|count_|volume/.test(name),
    );
    expect(measures.map(([, cell]) => cell).join('')).toBe('');
  });

  it('leave the cells of a class group that is not counted empty, never 0', () => {
    expect(cellsByName(csvRow(sampleVehicleFlow(0, 3)))).toMatchObject({
      ...{ count_person: '', people_volume: '', people_flow_rate_per_hour: '' },
      ...{ count_bicycle: '0', count_car: '3', volume: '3' },
    });
  });

  it('show what is withheld as empty, with its name', () => {
    const { count, peopleVolume: _volume, ...rest } = sampleFlow(0, { people: 2 });
    const { person: _person, ...others } = count!;
    const cells = cellsByName(csvRow({ ...rest, count: others, suppressed: ['count.person'] }));
    expect(cells).toMatchObject({ count_person: '', people_volume: '', suppressed: 'count.person' });
  });
});
