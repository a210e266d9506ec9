import { describe, expect, it } from 'vitest';
import {
  csvRecord,
  recordsJson,
  tsvRecord,
  xmlRecord,
} from '../../../portal/ckan/datastore/record-formats.ts';

const NAMES = ['_id', 'nama', 'nilai', 'ada'];
const ROW = { _id: 7, nama: '=SUM(A1) "x"\t<&', nilai: null, ada: true };

describe('records', () => {
  it('as CSV and TSV run no formula', () => {
    expect(csvRecord([7, '=SUM(A1)', null, true])).toBe("7,'=SUM(A1),,true\r\n");
    expect(tsvRecord([7, 'a\tb\nc', null, -1.5])).toBe('7\ta b c\t\t-1.5\r\n');
  });

  it('as XML are escaped, empty cells are nil', () => {
    expect(xmlRecord(NAMES, [7, 'a <&> \u0001b', null, true])).toBe(
      '<row _id="7"><nama>a &lt;&amp;&gt; b</nama><nilai xsi:nil="true"/><ada>true</ada></row>\n',
    );
  });

  it('as JSON are objects, lists or the text of the lines', () => {
    expect(JSON.parse(`[${recordsJson([ROW], NAMES, 'objects')}]`)).toEqual([ROW]);
    expect(JSON.parse(`[${recordsJson([ROW], NAMES, 'lists')}]`)).toEqual([[7, ROW.nama, null, true]]);
    expect(JSON.parse(`"${recordsJson([ROW, ROW], ['_id', 'nilai'], 'csv')}"`)).toBe('7,\r\n7,\r\n');
  });
});
