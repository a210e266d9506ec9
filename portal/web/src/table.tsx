/** The last windows as a table: the same numbers as the charts, for reading, copying and screen readers. */
import { useState } from 'preact/hooks';
import type { WindowRow } from './series.ts';
import { type Format, type Language, reasonText, type Texts } from './text.ts';

const FIRST_ROWS = 30;

export function WindowTable(props: {
  rows: readonly WindowRow[];
  texts: Texts;
  format: Format;
  language: Language;
}) {
  const { rows, texts } = props;
  const [isWhole, setWhole] = useState(false);
  const newestFirst = [...rows].reverse();
  const shown = isWhole ? newestFirst : newestFirst.slice(0, FIRST_ROWS);
  return (
    <section class="card table-card">
      <header>
        <h3>{texts.table}</h3>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={texts.table}>
        <table>
          <thead>
            <tr>
              <th rowSpan={2} scope="col">
                {texts.time}
              </th>
              <th rowSpan={2} scope="col">
                {texts.coverage}
              </th>
              <th colSpan={2} scope="colgroup">
                {texts.peoplePresent}
              </th>
              <th colSpan={2} scope="colgroup">
                {texts.vehiclesPresent}
              </th>
              <th colSpan={2} scope="colgroup">
                {texts.peopleCrossings}
              </th>
              <th colSpan={2} scope="colgroup">
                {texts.vehicleCrossings}
              </th>
            </tr>
            <tr>
              {[texts.mean, texts.max, texts.mean, texts.max, texts.in, texts.out, texts.in, texts.out].map(
                (name, index) => (
                  <th key={index} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.startMs} {...props} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < rows.length && (
        <button type="button" class="more" onClick={() => setWhole(true)}>
          {texts.showAll(rows.length)}
        </button>
      )}
    </section>
  );
}

function Row(props: { row: WindowRow; texts: Texts; format: Format; language: Language }) {
  const { row, texts, format, language } = props;
  const reasons = row.isRecorded
    ? row.reasons.map((reason) => reasonText(language, reason)).join(', ')
    : texts.unrecorded;
  const state = row.coverage === 0 ? 'gap' : row.coverage === 1 ? 'complete' : 'partial';
  return (
    <tr class={state}>
      <th scope="row">{format.clock(row.startMs)}</th>
      <td class="cover">
        <meter min={0} max={1} value={row.coverage} aria-label={texts.coverage} />
        <span>{format.percent(row.coverage)}</span>
        {reasons !== '' && <small>{reasons}</small>}
        {row.isSuppressed && <small>{texts.suppressed}</small>}
      </td>
      <td>{format.mean(row.people?.mean)}</td>
      <td>{format.count(row.people?.max)}</td>
      <td>{format.mean(row.vehicles?.mean)}</td>
      <td>{format.count(row.vehicles?.max)}</td>
      <td>{format.count(row.crossings.in?.people)}</td>
      <td>{format.count(row.crossings.out?.people)}</td>
      <td>{format.count(row.crossings.in?.vehicles)}</td>
      <td>{format.count(row.crossings.out?.vehicles)}</td>
    </tr>
  );
}
