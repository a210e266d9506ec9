/** A run as one page: plots and tables, nothing loaded from anywhere, light or dark as the reader has it. */
import type { BenchResult, TimedScenario } from '../result.ts';
import { billPlot, escapeHtml, ratePlot, ratioPlot, seriesPlot, stagePlot } from './svg-plots.ts';
import { headLines, type Table, tablesOf } from './tables.ts';

/** Colours after Okabe & Ito, told apart by people of any colour vision. */
const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --page: #ffffff; --faint: #d0d0d0;
  --c0: #0072b2; --c1: #e69f00; --c2: #009e73; --c3: #cc79a7; --c4: #d55e00; --c5: #6c6c6c; --warn: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --page: #16181b; --faint: #44484d;
  --c0: #56b4e9; --c1: #f0b93a; --c2: #2fc79b; --c3: #e29cc4; --c4: #f2784b; --c5: #b0b0b0; --warn: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 1rem 0; overflow-x: auto; } figcaption { font-weight: 600; position: sticky; left: 0; }
svg { width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--text); font-size: 12px; }
.bar { stroke: var(--c0); stroke-width: 12; } .range { stroke: var(--text); stroke-width: 1.5; fill: none; }
.target { stroke: var(--warn); stroke-width: 2; stroke-dasharray: 4 2; } .axis { stroke: var(--faint); fill: none; }
.part0, .fill0 { fill: var(--c1); } .part1, .fill1 { fill: var(--c0); } .part2, .fill2 { fill: var(--c2); }
.fill3 { fill: var(--c3); } .fill4 { fill: var(--c4); } .fill5 { fill: var(--c5); } path[class^=curve] { fill: none; stroke-width: 1.8; }
.curve0 { stroke: var(--c1); } .curve1 { stroke: var(--c0); } .curve2 { stroke: var(--c2); } .curve3 { stroke: var(--c3); }
.curve4 { stroke: var(--c4); } .curve5 { stroke: var(--c5); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--faint); padding: .25rem .6rem; text-align: left; vertical-align: top; }
.missing { color: var(--warn); } .facts { font-size: 13px; }
`;

/** The whole page. */
export function resultHtml(result: BenchResult): string {
  const title = 'Pantau: kecepatan dan kesalahan hitung · speed and count error';
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    '<h2>Mesin · Machine</h2>',
    `<ul class="facts">${headLines(result).map(item).join('')}</ul>`,
    '<p>Garis tipis: rentang antarputaran; garis putus-putus: sasaran. · Thin line: range over the rounds; dashed line: target.</p>',
    ...result.scenarios.map(section),
    ...notMeasured(result.skipped),
  ];
  return `<!doctype html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escapeHtml(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

/** Indonesian first, by scenario; a name without one stands for itself. */
const TITLES: Readonly<Record<string, string>> = {
  stages: 'Tahap demi tahap · Stage by stage',
  analyze: 'Jalur terhadap batas mesin · The path against the ceiling',
  baselines: 'Terhadap cara sederhana · Against what one writes first',
  'baselines-1080p': 'Terhadap cara sederhana, 1080p · Against what one writes first, 1080p',
  queue: 'Seluruh sistem · The whole system',
  'workers-scaling': 'Dua pekerja · Two workers',
  density: 'Biaya sebuah kamera, kepadatan · Cost of a camera, density',
  flow: 'Biaya sebuah kamera, arus · Cost of a camera, flow',
  'event-loop': 'Loop peristiwa · Event loop',
  'cameras-per-core': 'Kamera per inti · Cameras per core',
  'cameras-per-core-flow': 'Kamera per inti, arus · Cameras per core, flow',
  sweep: 'Model × ukuran × utas · Model × size × threads',
  soak: 'Uji lama, kamera langsung · Soak, live cameras',
  'soak-recording': 'Uji lama, rekaman · Soak, recording',
};

function section(scenario: TimedScenario): string {
  const { name, input, loadBefore, seconds, subjects, ratios, stages = [], series = [], remarks } = scenario;
  return [
    '<section>',
    `<h2 id="${escapeHtml(name)}">${escapeHtml(TITLES[name] ?? name)}</h2>`,
    `<p class="facts">${escapeHtml(`${name}: ${input}. Load ${loadBefore.toFixed(2)}, ${seconds.toFixed(0)} s.`)}</p>`,
    ...[ratioPlot(ratios), ratePlot(subjects), billPlot(subjects), stagePlot(stages), seriesPlot(series)],
    ...tablesOf(scenario).map(htmlTable),
    ...remarks.map((remark) => `<p class="facts">${escapeHtml(remark)}</p>`),
    '</section>',
  ].join('\n');
}

function notMeasured(skipped: readonly string[]): string[] {
  if (skipped.length === 0) return [];
  return ['<h2>Tidak diukur · Not measured</h2>', `<ul class="missing">${skipped.map(item).join('')}</ul>`];
}

function item(text: string): string {
  return `<li>${escapeHtml(text)}</li>`;
}

function htmlTable({ head, rows }: Table): string {
  const cells = (row: Table['rows'][number], tag: 'th' | 'td'): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(String(cell ?? '–'))}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>`;
}
