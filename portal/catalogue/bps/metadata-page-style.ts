/** Style of the metadata page on screen, phone and paper. */
export const METADATA_PAGE_CSS = `:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; color: #111; background: #fff; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; border-bottom: 2px solid #111; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 0.3rem; }
h3 code { font-weight: 400; font-size: 0.9em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #767676; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { font-weight: 600; background: #f2f2f2; }
th[scope=row] { width: 34%; }
dl { display: grid; grid-template-columns: 1fr 1fr; margin: 0; border: solid #767676; border-width: 1px 0 0 1px; }
dl > div { display: grid; grid-template-columns: 11em 1fr; border: solid #767676; border-width: 0 1px 1px 0; min-width: 0; }
dl > div.lebar { grid-column: 1 / -1; }
dt { font-weight: 600; background: #f2f2f2; padding: 0.25rem 0.5rem; }
dd { margin: 0; padding: 0.25rem 0.5rem; min-width: 0; overflow-wrap: anywhere; }
.ikhtisar td:first-child { overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  body { margin-top: 1rem; }
  dl { grid-template-columns: 1fr; }
  dl > div { grid-template-columns: 8.5em 1fr; }
  .ikhtisar th:nth-child(4), .ikhtisar td:nth-child(4) { display: none; }
}
@page { size: A4; margin: 15mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 9pt; }
  dl { grid-template-columns: 1fr 1fr; }
  dl > div { grid-template-columns: 9.5em 1fr; }
  section.kolom, tr, dl > div { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`;
