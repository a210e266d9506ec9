/**
 * The metadata of one data set as a page that prints: complete HTML without script or inline style, so that it keeps
 * the portal's content security policy. Its style sheet is `METADATA_PAGE_CSS`, served at `links.stylesheet`.
 */
import type { DataSet } from '../../datasets/data-set.ts';
import { type CatalogueContext, descriptionOf, LICENCE, STRUCTURE_VERSION } from '../context.ts';
import { createLinks } from '../links.ts';
import { escapeXml } from '../rdf/rdf-xml.ts';
import { msIndikator } from './ms-indikator.ts';
import { msKegiatan } from './ms-kegiatan.ts';
import { type MsVariabel, msVariabel } from './ms-variabel.ts';

/** Longer values take the whole width of the page. */
const LONG_TEXT = 60;

/** The page of a data set: MS-Kegiatan, MS-Variabel (anchors `kolom-<name>`) and the indicators it feeds. */
export function metadataPage(context: CatalogueContext, dataSet: DataSet): string {
  const links = createLinks(context.baseUrl);
  const title = `Metadata statistik: ${dataSet.title.id}`;
  const { variabel: _all, ...activity } = msKegiatan(context);
  const variables = msVariabel(dataSet);
  const indicators = msIndikator(context).filter(({ variabel_pembangun }) =>
    variabel_pembangun.some(({ dataset }) => dataset === dataSet.id),
  );
  return `<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${escapeXml(links.icon)}">
<link rel="stylesheet" href="${escapeXml(links.stylesheet)}">
<link rel="describedby" type="application/json" href="${escapeXml(links.dataPackage(dataSet))}">
</head>
<body>
<main>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(descriptionOf(context, dataSet).id)}</p>
<p lang="en">${escapeXml(descriptionOf(context, dataSet).en)}</p>
<p>Lisensi: <a href="${escapeXml(LICENCE.url)}">${escapeXml(LICENCE.title)}</a>. Versi struktur: ${escapeXml(STRUCTURE_VERSION)}.</p>
<h2>MS-Kegiatan</h2>
${activityTables(activity)}
<h2>MS-Variabel</h2>
${overview(variables)}
${variables.map(variableSection).join('\n')}
${indicators.length === 0 ? '' : `<h2>MS-Indikator</h2>\n${indicators.map((one) => section(escapeXml(one.nama), one)).join('\n')}`}
</main>
</body>
</html>
`;
}

/** Plain answers first, then one table per part of the form. */
function activityTables(activity: object): string {
  const answers = Object.entries(activity);
  const plain = answers.filter(([, value]) => !isPart(value));
  const parts = answers.filter(([, value]) => isPart(value));
  return [
    table(rowsOf(Object.fromEntries(plain))),
    ...parts.map(([name, value]) => `<h3>${labelOf(name)}</h3>\n${table(rowsOf(value))}`),
  ].join('\n');
}

type TableRow = readonly [label: string, value: string];

/** Parts within parts become rows named by their path, so that no table stands in a table. */
function rowsOf(members: object, path = ''): TableRow[] {
  return Object.entries(members).flatMap(([name, value]): TableRow[] => {
    const label = path === '' ? labelOf(name) : `${path} › ${labelOf(name)}`;
    return isPart(value) && periodText(value) === undefined
      ? rowsOf(value, label)
      : [[label, valueText(value)]];
  });
}

function table(rows: readonly TableRow[]): string {
  const lines = rows.map(([label, value]) => `<tr><th scope="row">${label}</th><td>${value}</td></tr>`);
  return `<table><tbody>${lines.join('')}</tbody></table>`;
}

/** What the variables are at a glance, and where each is described. */
function overview(variables: readonly MsVariabel[]): string {
  const lines = variables.map(
    ({ nama, alias, satuan, tipe_data }) =>
      `<tr><td><a href="#${escapeXml(anchorOf(alias))}">${escapeXml(alias)}</a></td><td>${escapeXml(nama)}</td><td>${escapeXml(satuan)}</td><td>${escapeXml(tipe_data)}</td></tr>`,
  );
  return `<table class="ikhtisar"><thead><tr><th scope="col">Alias</th><th scope="col">Nama</th><th scope="col">Satuan</th><th scope="col">Tipe data</th></tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

function anchorOf(alias: string): string {
  return `kolom-${alias}`;
}

function variableSection(variable: MsVariabel): string {
  const heading = `${escapeXml(variable.nama)} <code>${escapeXml(variable.alias)}</code>`;
  return section(heading, variable, anchorOf(variable.alias));
}

function section(heading: string, members: object, id?: string): string {
  const anchor = id === undefined ? '' : ` id="${escapeXml(id)}"`;
  const entries = Object.entries(members).map(([name, value]) => [labelOf(name), valueText(value)] as const);
  const isLong = (at: number) => (entries[at]?.[1].length ?? Number.POSITIVE_INFINITY) > LONG_TEXT;
  const cells: string[] = [];
  let isLeft = true;
  for (const [at, [label, value]] of entries.entries()) {
    // Nothing stays half a line: what has no neighbour takes it whole.
    const isWide: boolean = isLeft && (isLong(at) || isLong(at + 1));
    cells.push(`<div${isWide ? ' class="lebar"' : ''}><dt>${label}</dt><dd>${value}</dd></div>`);
    isLeft = isWide || !isLeft;
  }
  return `<section class="kolom"${anchor}><h3>${heading}</h3><dl>${cells.join('')}</dl></section>`;
}

/** "identitas_rekomendasi_bps" as the form prints it. */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ').replace(/\bbps\b/g, 'BPS');
  return escapeXml(words.charAt(0).toUpperCase() + words.slice(1));
}

/** A part of the form with questions of its own; a coded answer is none. */
function isPart(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && codedText(value) === undefined
  );
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(listed).join('<br>');
  return listed(value);
}

function listed(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  const shown = codedText(value) ?? periodText(value) ?? Object.values(value).map(String).join(' · ');
  return escapeXml(shown);
}

/** A choice of the form as it is read: "4 Observasi". */
function codedText(value: object): string | undefined {
  if (!('kode' in value && 'nama' in value)) return undefined;
  const { kode, nama, ...rest } = value;
  return [`${String(kode)} ${String(nama)}`, ...Object.values(rest).map(String)].join('. ');
}

/** From and to in one line; a period that was never set is one dash. */
function periodText(value: object): string | undefined {
  if (!('awal' in value && 'akhir' in value)) return undefined;
  return value.awal === value.akhir ? String(value.awal) : `${String(value.awal)} – ${String(value.akhir)}`;
}
