/** The data sets: files, dictionary and catalogue of each, with addresses that last. */

import type { DataSet, Resource } from '../../../datasets/data-set.ts';
import { DATA_SETS } from '../../../datasets/data-sets.ts';
import { Copied } from '../series/downloads.tsx';
import { useView } from '../view.ts';
import type { PageProps } from './page-props.ts';

const FORMATS = ['csv', 'parquet', 'ndjson', 'json'] as const;

export function DataPage({ route }: PageProps) {
  const { texts } = useView();
  const links = [
    { href: 'catalog.jsonld', name: 'catalog.jsonld', hint: texts.catalogueHint },
    { href: 'catalog.ttl', name: 'catalog.ttl', hint: texts.catalogueHint },
    { href: 'api/3/action/package_search', name: 'api/3/action', hint: texts.ckanHint },
    { href: 'api/v1/openapi.json', name: 'api/v1/openapi.json', hint: texts.apiHint },
    { href: 'metadata/ms-kegiatan.json', name: 'metadata/ms-kegiatan.json', hint: texts.bpsHint },
    { href: 'metadata/ms-indikator.json', name: 'metadata/ms-indikator.json', hint: texts.bpsHint },
  ];
  return (
    <div class="prose-page">
      <header>
        <h1>{texts.dataTitle}</h1>
        <p>{texts.dataIntro}</p>
      </header>
      {DATA_SETS.map((dataSet) => (
        <DataSetCard key={dataSet.id} dataSet={dataSet} isOpen={route.choices['set'] === dataSet.id} />
      ))}
      <section class="card">
        <h2>{texts.catalogue}</h2>
        <ul class="link-list">
          {links.map(({ href, name, hint }) => (
            <li key={href}>
              <a href={href}>
                <code>{name}</code>
              </a>{' '}
              <span>{hint}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function DataSetCard({ dataSet, isOpen }: { dataSet: DataSet; isOpen: boolean }) {
  const { texts, language } = useView();
  const { resources } = dataSet;
  const first = resources[0]!;
  return (
    <section class="card data-set" id={dataSet.id}>
      <header>
        <h2>{dataSet.title[language]}</h2>
        <a class="when" href={`dataset/${dataSet.id}`}>
          <code>{dataSet.id}</code>
        </a>
      </header>
      <p>{capitalised(dataSet.description[language])}.</p>
      <ul class="resources">
        {resources.map((resource) => (
          <ResourceItem key={resource.id} resource={resource} />
        ))}
      </ul>
      <Copied
        name={`pandas ${first.id}`}
        text={`pandas.read_csv("${new URL(`data/${first.id}.csv`, document.baseURI).href}")`}
      />
      <details open={isOpen}>
        <summary>
          {texts.dictionary} · {texts.columns(first.columns.length)}
        </summary>
        <p class="link-row">
          <a href={`dataset/${dataSet.id}/metadata`}>BPS</a>
          <a href={`dataset/${dataSet.id}/datapackage.json`}>datapackage.json</a>
          <a href={`data/${first.id}.csv-metadata.json`}>CSVW</a>
          <a href={`dataset/${dataSet.id}.jsonld`}>DCAT</a>
        </p>
        <ColumnTable resource={first} />
      </details>
    </section>
  );
}

function ResourceItem({ resource }: { resource: Resource }) {
  const { texts, language } = useView();
  return (
    <li>
      <span>{resource.title[language]}</span>
      <span class="formats">
        {FORMATS.map((format) => (
          <a
            key={format}
            href={`data/${resource.id}.${format}`}
            aria-label={`${texts.downloadFile(format.toUpperCase())}: ${resource.title[language]}`}
            download
          >
            {format}
          </a>
        ))}
      </span>
    </li>
  );
}

function ColumnTable({ resource }: { resource: Resource }) {
  const { texts, language } = useView();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={texts.dictionary}>
      <table class="dictionary">
        <thead>
          <tr>
            <th scope="col">{texts.column}</th>
            <th scope="col">{texts.concept}</th>
            <th scope="col">{texts.definition}</th>
            <th scope="col">{texts.unit}</th>
          </tr>
        </thead>
        <tbody>
          {resource.columns.map(({ name, label, concept, definition, unit }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
                <small>{label[language]}</small>
              </th>
              <td>{concept[language]}</td>
              <td>{definition[language]}</td>
              <td>{unit?.name[language] ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
