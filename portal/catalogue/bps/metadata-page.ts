/**
 * The metadata of one data set as a page that prints: complete HTML without script or inline style, so that it keeps
 * the portal's content security policy. Its style sheet is `METADATA_PAGE_CSS`, served at `links.stylesheet`.
 */
import type { DataSet } from '../../datasets/data-set.ts';
import { type CatalogueContext, descriptionOf, LICENCE, STRUCTURE_VERSION } from '../context.ts';
import { createLinks } from '../links.ts';
import { escapeXml } from '../rdf/rdf-xml.ts';
import { type MsIndikator, msIndikator } from './ms-indikator.ts';
import { msKegiatan } from './ms-kegiatan.ts';
import { type MsVariabel, msVariabel } from './ms-variabel.ts';

/** Style of the page on screen and paper. */
export const METADATA_PAGE_CSS = `:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #111; background: #fff; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.15rem; border-bottom: 2px solid #111; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #767676; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { width: 30%; font-weight: 600; background: #f2f2f2; }
table table th { width: 40%; }
@page { size: A4; margin: 15mm; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 9.5pt; }
  section.kolom, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;

/** The page of a data set: MS-Kegiatan, MS-Variabel (anchors `kolom-<name>`) and the indicators it feeds. */
export function metadataPage(context: CatalogueContext, dataSet: DataSet): string {
  const links = createLinks(context.baseUrl);
  const title = `Metadata statistik: ${dataSet.title.id}`;
  const { variabel: _all, ...activity } = msKegiatan(context);
  const indicators = msIndikator(context).filter(({ variabel_pembangun }) =>
    variabel_pembangun.some(({ dataset }) => dataset === dataSet.id),
  );
  return `<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
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
${definitionTable(activity)}
<h2>MS-Variabel</h2>
${msVariabel(dataSet).map(variableSection).join('\n')}
${indicators.length === 0 ? '' : `<h2>MS-Indikator</h2>\n${indicators.map(indicatorSection).join('\n')}`}
</main>
</body>
</html>
`;
}

function variableSection(variable: MsVariabel): string {
  const anchor = escapeXml(`kolom-${variable.alias}`);
  return `<section class="kolom" id="${anchor}"><h3>${escapeXml(variable.alias)}</h3>${definitionTable(variable)}</section>`;
}

function indicatorSection(indicator: MsIndikator): string {
  return `<section class="kolom"><h3>${escapeXml(indicator.nama)}</h3>${definitionTable(indicator)}</section>`;
}

function definitionTable(members: object): string {
  const rows = Object.entries(members).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeXml(name.replaceAll('_', ' '))}</th><td>${cell(value)}</td></tr>`,
  );
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(listed).join('<br>');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  const coded = codedText(value);
  return coded === undefined ? definitionTable(value) : escapeXml(coded);
}

/** A choice of the form as it is read: "4 Observasi". */
function codedText(value: object): string | undefined {
  if (!('kode' in value && 'nama' in value)) return undefined;
  const { kode, nama, ...rest } = value;
  return [`${String(kode)} ${String(nama)}`, ...Object.values(rest).map(String)].join('. ');
}

function listed(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return escapeXml(codedText(value) ?? Object.values(value).map(String).join(' · '));
}
