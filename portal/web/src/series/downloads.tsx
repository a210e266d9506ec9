/** The series as a file and as a link: whoever has the link has the numbers. */
import { useRef, useState } from 'preact/hooks';
import { type SeriesQuery, seriesUrl } from '../api/client.ts';
import { Segments } from '../parts/segments.tsx';
import { hrefOf } from '../route.ts';
import { useView } from '../view.ts';
import type { Selection } from './selection.ts';

const FORMATS = ['csv', 'parquet', 'ndjson', 'json'] as const;
const TOOLS = ['pandas', 'duckdb', 'curl'] as const;
type Tool = (typeof TOOLS)[number];

export function Downloads({ query, selection }: { query: SeriesQuery; selection: Selection }) {
  const { texts } = useView();
  const [tool, setTool] = useState<Tool>('pandas');
  const link = absolute(seriesUrl(query, 'csv'));
  const dataSet = selection.topic === 'traffic' ? 'kepadatan-lalu-lintas' : 'tingkat-keramaian';
  return (
    <section class="card downloads">
      <header>
        <h2>{texts.download}</h2>
        <span class="when">{texts.downloadHint}</span>
      </header>
      <p class="files">
        {FORMATS.map((format) => (
          <a key={format} class="button" href={seriesUrl(query, format)} download>
            {texts.downloadFile(format.toUpperCase())}
          </a>
        ))}
        <a class="plain" href={hrefOf('data', { set: dataSet })}>
          {texts.documented}
        </a>
      </p>
      <Copied name={texts.link} text={link} />
      <div class="one-liner">
        <Segments<Tool>
          name={texts.oneLiner}
          value={tool}
          segments={TOOLS.map((value) => ({ value, name: value }))}
          onChoose={setTool}
        />
        <Copied name={`${texts.oneLiner} ${tool}`} text={oneLiner(tool, query)} />
      </div>
    </section>
  );
}

function absolute(relative: string): string {
  return new URL(relative, document.baseURI).href;
}

/** One line that reads the series; the link stands in quotes, so its `&` are safe. */
function oneLiner(tool: Tool, query: SeriesQuery): string {
  const csv = absolute(seriesUrl(query, 'csv'));
  if (tool === 'pandas') return `pandas.read_csv("${csv}", parse_dates=["window_start", "window_end"])`;
  if (tool === 'curl') return `curl -o pantau.csv "${csv}"`;
  // By its name alone DuckDB knows only what ends in .parquet.
  return `duckdb -c "from read_parquet('${absolute(seriesUrl(query, 'parquet'))}')"`;
}

/** A text with a button that copies it; over plain HTTP, where browsers allow no copying, it is chosen for the reader. */
export function Copied({ name, text }: { name: string; text: string }) {
  const { texts } = useView();
  const box = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<'copied' | 'failed'>();
  const copy = async () => {
    box.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  return (
    <div class="copied">
      <input
        ref={box}
        readOnly
        value={text}
        aria-label={name}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" onClick={() => void copy()}>
        {state === 'copied' ? texts.copied : texts.copyLink}
      </button>
      <span class="unseen" role="status">
        {state === 'copied' ? texts.copied : state === 'failed' ? texts.copyFailed : ''}
      </span>
    </div>
  );
}
