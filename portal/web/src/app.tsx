/** The page: cameras on one side, the chosen one's last hours on the other. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CameraSummary } from '../../store/store.ts';
import { type Choices, HOURS, useChoices } from './address.ts';
import { downloadUrl, fetchCameras, fetchRange, type RangeQuery } from './api.ts';
import { CameraList } from './cameras.tsx';
import { Cards } from './cards.tsx';
import { CoverageStrip } from './coverage-strip.tsx';
import { placesOf, summarise, windowRows } from './series.ts';
import { WindowTable } from './table.tsx';
import { createFormat, type Format, TEXTS, type Texts, TIME_ZONE_NAME } from './text.ts';
import { useLoaded } from './use-data.ts';

const HOUR_MS = 3_600_000;

type Change = ReturnType<typeof useChoices>[1];

export function App() {
  const [choices, change] = useChoices();
  const texts = TEXTS[choices.lang];
  const format = useMemo(() => createFormat(choices.lang), [choices.lang]);
  const cameras = useLoaded('cameras', fetchCameras);
  const list = cameras.value ?? [];
  const camera = list.find(({ cameraId }) => cameraId === choices.camera) ?? list[0];
  useEffect(() => {
    document.documentElement.lang = choices.lang;
  }, [choices.lang]);
  return (
    <>
      <button type="button" class="skip" onClick={focusContent}>
        {texts.skip}
      </button>
      <TopBar texts={texts} choices={choices} change={change} />
      {cameras.isFailed && <p class="notice">{texts.failed}</p>}
      <div class="layout">
        {list.length > 0 && (
          <CameraList
            cameras={list}
            chosenId={camera?.cameraId}
            texts={texts}
            format={format}
            onChoose={(id) => change({ camera: id, end: undefined, zone: undefined, line: undefined })}
          />
        )}
        <main id="content" tabIndex={-1}>
          {camera !== undefined && (
            <CameraView {...{ camera, choices, change, texts, format }} key={camera.cameraId} />
          )}
          {camera === undefined && cameras.value !== undefined && <EmptyState texts={texts} />}
          {cameras.value === undefined && !cameras.isFailed && <p class="loading">{texts.loading}</p>}
        </main>
      </div>
      <footer>{texts.privacy}</footer>
    </>
  );
}

/** The address belongs to the choices, so this is no link to an anchor. */
function focusContent() {
  document.getElementById('content')?.focus();
}

function TopBar({ texts, choices, change }: { texts: Texts; choices: Choices; change: Change }) {
  const other = choices.lang === 'id' ? 'en' : 'id';
  return (
    <header class="top">
      <img src="./icon.svg" alt="" width={34} height={34} />
      <div>
        <h1>Pantau</h1>
        <p>{texts.tagline}</p>
      </div>
      <button type="button" class="language" lang={other} onClick={() => change({ lang: other })}>
        {texts.otherLanguage}
      </button>
    </header>
  );
}

interface ViewProps {
  readonly camera: CameraSummary;
  readonly choices: Choices;
  readonly change: Change;
  readonly texts: Texts;
  readonly format: Format;
}

/**
 * End of the newest hours that have data: the camera's last window, but when it was blind for the whole range before
 * that, the last window in which something was seen.
 */
function newestEndMs(camera: CameraSummary, rangeMs: number): number {
  const lastMs = Date.parse(camera.lastWindowEnd);
  const seenMs = Date.parse(camera.lastAnalysedWindowEnd ?? camera.lastWindowEnd);
  return lastMs - seenMs < rangeMs ? lastMs : seenMs;
}

function CameraView(props: ViewProps) {
  const { camera, choices, texts, format } = props;
  const [chosen, setChosen] = useState<number>();
  const theme = useTheme();
  const rangeMs = choices.hours * HOUR_MS;
  const toMs = choices.end ?? newestEndMs(camera, rangeMs);
  const query: RangeQuery = { cameraId: camera.cameraId, fromMs: toMs - rangeMs, toMs };
  const range = useLoaded(JSON.stringify(query), (signal) => fetchRange(query, signal));
  const records = range.value?.observations;
  const places = useMemo(() => placesOf(records ?? []), [records]);
  const zoneId = places.zones.includes(choices.zone ?? '') ? choices.zone : places.zones[0];
  const lineId = places.lines.includes(choices.line ?? '') ? choices.line : places.lines[0];
  const rows = useMemo(() => windowRows(records ?? [], { zoneId, lineId }), [records, zoneId, lineId]);
  const summary = useMemo(() => summarise(rows), [rows]);
  const below = range.value?.smallCountBelow ?? 0;
  const shared = { rows, texts, format, language: choices.lang };
  return (
    <>
      <Controls
        {...props}
        query={query}
        zones={places.zones}
        lines={places.lines}
        zoneId={zoneId}
        lineId={lineId}
      />
      {range.isFailed && <p class="notice">{texts.failed}</p>}
      {records === undefined && !range.isFailed && <p class="loading">{texts.loading}</p>}
      {records?.length === 0 && <p class="nothing">{texts.nothingInRange}</p>}
      {rows.length > 0 && (
        <>
          <CoverageStrip {...shared} coverage={summary.coverage} />
          <Cards
            {...shared}
            {...{ summary, theme, chosen }}
            hasZone={zoneId !== undefined}
            hasLine={lineId !== undefined}
            onChoose={setChosen}
          />
          <p class="rule">{below > 1 ? texts.suppressedHint(below) : texts.rawHint}</p>
          <WindowTable {...shared} />
        </>
      )}
    </>
  );
}

interface ControlsProps extends ViewProps {
  readonly query: RangeQuery;
  readonly zones: readonly string[];
  readonly lines: readonly string[];
  readonly zoneId: string | undefined;
  readonly lineId: string | undefined;
}

function Controls(props: ControlsProps) {
  const { camera, choices, change, texts, format, query } = props;
  const rangeMs = choices.hours * HOUR_MS;
  const isNewest = choices.end === undefined;
  const firstMs = Date.parse(camera.firstWindowStart);
  const newestMs = newestEndMs(camera, rangeMs);
  const later = query.toMs + rangeMs >= newestMs ? undefined : query.toMs + rangeMs;
  return (
    <div class="controls">
      <div class="title">
        <h2>{camera.cameraId}</h2>
        <p>{periodText(Math.max(query.fromMs, firstMs), query.toMs, format)}</p>
      </div>
      <fieldset class="segments">
        <legend>{texts.range}</legend>
        {HOURS.map((hours) => (
          <button
            type="button"
            key={hours}
            aria-pressed={hours === choices.hours}
            onClick={() => change({ hours })}
          >
            {texts.hours(hours)}
          </button>
        ))}
      </fieldset>
      <div class="segments">
        <button
          type="button"
          aria-label={texts.earlier}
          title={texts.earlier}
          disabled={query.fromMs <= firstMs}
          onClick={() => change({ end: query.fromMs })}
        >
          ‹
        </button>
        <button type="button" disabled={isNewest} onClick={() => change({ end: undefined })}>
          {texts.newest}
        </button>
        <button
          type="button"
          aria-label={texts.later}
          title={texts.later}
          disabled={isNewest}
          onClick={() => change({ end: later })}
        >
          ›
        </button>
      </div>
      <Place name={texts.zone} ids={props.zones} value={props.zoneId} onChoose={(zone) => change({ zone })} />
      <Place name={texts.line} ids={props.lines} value={props.lineId} onChoose={(line) => change({ line })} />
      <div class="downloads">
        <a class="primary" href={downloadUrl(query, 'csv')} download>
          {texts.downloadCsv}
        </a>
        <a href={downloadUrl(query, 'json')} target="_blank" rel="noreferrer">
          {texts.downloadJson}
        </a>
      </div>
    </div>
  );
}

function periodText(fromMs: number, toMs: number, format: Format): string {
  const end = format.isSameDay(fromMs, toMs)
    ? format.clock(toMs)
    : `${format.day(toMs)}, ${format.clock(toMs)}`;
  return `${format.day(fromMs)}, ${format.clock(fromMs)} – ${end} ${TIME_ZONE_NAME}`;
}

/** A choice only where there is one. */
function Place(props: {
  name: string;
  ids: readonly string[];
  value: string | undefined;
  onChoose: (id: string) => void;
}) {
  if (props.ids.length < 2) return null;
  return (
    <label class="place">
      {props.name}
      <select value={props.value ?? ''} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        {props.ids.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}

function EmptyState({ texts }: { texts: Texts }) {
  return (
    <section class="empty card">
      <img src="./icon.svg" alt="" width={56} height={56} />
      <h2>{texts.emptyTitle}</h2>
      <p>{texts.emptyText}</p>
      <pre>
        <code>
          {'npm run demo\nnpx pantau enqueue rekaman.mp4 --site site.json\nnpx pantau camera add --help'}
        </code>
      </pre>
      <p>{texts.emptyAfter}</p>
    </section>
  );
}

/** Light or dark, as the reader's system says; changes redraw the charts. */
function useTheme(): string {
  const query = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), []);
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [query]);
  return isDark ? 'dark' : 'light';
}
