/** Quality in public: filled share, gaps, accuracy, method breaks, indicators. */
import type { ComponentChildren } from 'preact';
import { BREAK_LIST } from '../../../datasets/columns/code-lists.ts';
import type { GapEntry, IndicatorEntry, MethodBreakEntry } from '../api/answers.ts';
import {
  fetchAccuracy,
  fetchCameras,
  fetchGaps,
  fetchIndicators,
  fetchMethodBreaks,
  fetchQuality,
} from '../api/client.ts';
import { type Loaded, useLoaded } from '../api/use-loaded.ts';
import { AccuracyFigures } from '../quality/accuracy-figures.tsx';
import { FilledShares } from '../quality/filled-shares.tsx';
import { reasonText } from '../text/reasons.ts';
import { useView } from '../view.ts';

const GAPS_SHOWN = 40;

export function QualityPage() {
  const { texts } = useView();
  const quality = useLoaded({ key: 'quality', load: fetchQuality });
  const cameras = useLoaded({ key: 'cameras', load: fetchCameras });
  const gaps = useLoaded({ key: 'gaps', load: fetchGaps });
  const accuracy = useLoaded({ key: 'accuracy', load: fetchAccuracy });
  const indicators = useLoaded({ key: 'indicators', load: fetchIndicators });
  const breaks = useLoaded({ key: 'breaks', load: fetchMethodBreaks });
  const names = new Map((cameras.value ?? []).map(({ cameraId, name }) => [cameraId, name ?? cameraId]));
  return (
    <div class="prose-page">
      <header>
        <h1>{texts.qualityTitle}</h1>
        <p>{texts.qualityIntro}</p>
      </header>
      <Part title={texts.filledShare} hint={texts.filledHint} loaded={quality}>
        {(answer) => <FilledShares quality={answer} names={names} />}
      </Part>
      <Part title={texts.gaps} loaded={gaps}>
        {(list) => <GapTable gaps={list} names={names} />}
      </Part>
      <Part title={texts.accuracy} hint={texts.accuracyHint} loaded={accuracy}>
        {(statements) => <AccuracyFigures statements={statements} />}
      </Part>
      <Part title={texts.methodBreaks} hint={texts.methodBreaksHint} loaded={breaks}>
        {(list) => <BreakTable breaks={list} names={names} />}
      </Part>
      <Part title={texts.indicators} loaded={indicators}>
        {(list) => <Indicators indicators={list} />}
      </Part>
    </div>
  );
}

function Part<T>(props: {
  title: string;
  hint?: string;
  loaded: Loaded<T>;
  children: (value: T) => ComponentChildren;
}) {
  const { texts } = useView();
  const { value, failure } = props.loaded;
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
        {props.hint !== undefined && <span class="when">{props.hint}</span>}
      </header>
      {value !== undefined ? (
        props.children(value)
      ) : (
        <p class="missing">
          {failure === undefined ? texts.loading : failure === '' ? texts.failed : failure}
        </p>
      )}
    </section>
  );
}

function GapTable({ gaps, names }: { gaps: readonly GapEntry[]; names: ReadonlyMap<string, string> }) {
  const { texts, format, language } = useView();
  if (gaps.length === 0) return <p class="missing">{texts.noGaps}</p>;
  const newest = [...gaps].sort((a, b) => b.from.localeCompare(a.from)).slice(0, GAPS_SHOWN);
  const when = (iso: string) => `${format.shortDay(Date.parse(iso))}, ${format.clock(Date.parse(iso))}`;
  return (
    <Table label={texts.gaps} head={[texts.camera, texts.from, texts.to, texts.reason]}>
      {newest.map(({ cameraId, from, to, reasons }) => (
        <tr key={`${cameraId} ${from}`}>
          <th scope="row">{names.get(cameraId) ?? cameraId}</th>
          <td class="when">{when(from)}</td>
          <td class="when">{when(to)}</td>
          <td class="words">{reasons.map((reason) => reasonText(language, reason)).join(', ')}</td>
        </tr>
      ))}
    </Table>
  );
}

function BreakTable(props: { breaks: readonly MethodBreakEntry[]; names: ReadonlyMap<string, string> }) {
  const { texts, format, language } = useView();
  if (props.breaks.length === 0) return <p class="missing">{texts.noBreaks}</p>;
  const newest = [...props.breaks].sort((a, b) => b.since.localeCompare(a.since));
  const kindText = (kind: string) =>
    BREAK_LIST.codes.find(({ code }) => code === kind)?.label[language] ?? kind;
  return (
    <Table
      label={texts.methodBreaks}
      head={[texts.camera, texts.since, texts.kind, texts.before, texts.after]}
    >
      {newest.map(({ cameraId, since, kind, before, after }) => (
        <tr key={`${cameraId} ${since} ${kind}`}>
          <th scope="row">{props.names.get(cameraId) ?? cameraId}</th>
          <td>
            {format.day(Date.parse(since))}, {format.clock(Date.parse(since))}
          </td>
          <td>{kindText(kind)}</td>
          <td>
            <code>{before}</code>
          </td>
          <td>
            <code>{after}</code>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Indicators({ indicators }: { indicators: readonly IndicatorEntry[] }) {
  const { texts, format, language } = useView();
  return (
    <dl class="indicators">
      {indicators.map(({ id, name, unit, value }) => (
        <div key={id}>
          <dt>
            {name[language]} <code>{indicatorCode(id, texts.indicatorWords)}</code>
          </dt>
          <dd>
            {value === null ? (
              <small>{texts.notComputed}</small>
            ) : (
              <>
                {format.number(value, 2)} <small>{unit[language]}</small>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** An indicator's code: the API's ids tell kinds of one indicator apart by Indonesian words in brackets. */
function indicatorCode(id: string, words: Readonly<Record<string, string>>): string {
  return id.replace(/\(.*\)$/, (kinds) => kinds.replace(/\w+/g, (kind) => words[kind] ?? kind));
}

function Table(props: { label: string; head: readonly string[]; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={props.label}>
      <table class="plain">
        <thead>
          <tr>
            {props.head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </section>
  );
}
