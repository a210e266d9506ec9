/** Every address that the catalogue names. Stable: whoever bookmarked or harvested one finds it again. */
import type { DataSet, Resource } from '../datasets/data-set.ts';

/** A form in which a resource can be had. */
export interface Format {
  /** Also the file's extension; `api` has no file. */
  readonly id: 'csv' | 'parquet' | 'json' | 'api';
  /** CKAN's `format`. */
  readonly label: string;
  readonly mediaType: string;
  /** Code in the EU file-type vocabulary. */
  readonly fileType: string;
}

/** Every form, the one that `pandas.read_csv` takes first. */
export const FORMATS: readonly Format[] = [
  { id: 'csv', label: 'CSV', mediaType: 'text/csv', fileType: 'CSV' },
  { id: 'parquet', label: 'Parquet', mediaType: 'application/vnd.apache.parquet', fileType: 'PARQUET' },
  { id: 'json', label: 'JSON', mediaType: 'application/json', fileType: 'JSON' },
  { id: 'api', label: 'API', mediaType: 'application/json', fileType: 'JSON' },
];

/** One resource in one form: a `dcat:Distribution`, and a CKAN resource. */
export interface DistributionId {
  readonly resource: Resource;
  readonly format: Format;
  /** The resource's own id for CSV, with `-<format>` for the others. */
  readonly id: string;
}

/** A resource in all its forms. */
export function distributionsOf(resource: Resource): DistributionId[] {
  return FORMATS.map((format) => ({
    resource,
    format,
    id: format.id === 'csv' ? resource.id : `${resource.id}-${format.id}`,
  }));
}

/** The addresses below one base, which has no slash at its end. */
export function createLinks(baseUrl: string) {
  const dataSet = ({ id }: Pick<DataSet, 'id'>) => `${baseUrl}/dataset/${id}`;
  const file = ({ id }: Pick<Resource, 'id'>, extension: string) => `${baseUrl}/data/${id}.${extension}`;
  const search = ({ id }: Pick<Resource, 'id'>) =>
    `${baseUrl}/api/3/action/datastore_search?resource_id=${id}`;
  return {
    home: `${baseUrl}/`,
    /** The catalogue's own name, whatever form it is read in. */
    catalogue: `${baseUrl}/catalog`,
    /** One page of it, `extension` is `jsonld`, `ttl` or `xml`. */
    cataloguePage: (extension: string, page: number) => `${baseUrl}/catalog.${extension}?page=${page}`,
    organisation: (id: string) => `${baseUrl}/organization/${id}`,
    dataSet,
    distribution: ({ resource, id }: DistributionId) =>
      `${dataSet({ id: resource.dataSetId })}/resource/${id}`,
    /** Where the bytes are: a file, or the query of the API. */
    download: ({ resource, format }: DistributionId) =>
      format.id === 'api' ? search(resource) : file(resource, format.id),
    file,
    csvw: (resource: Pick<Resource, 'id'>) => `${file(resource, 'csv')}-metadata.json`,
    dataPackage: (of: Pick<DataSet, 'id'>) => `${dataSet(of)}/datapackage.json`,
    /** Printable BPS metadata of a data set; its columns are `#kolom-<name>`. */
    metadataPage: (of: Pick<DataSet, 'id'>) => `${dataSet(of)}/metadata`,
    msVariabel: (of: Pick<DataSet, 'id'>) => `${dataSet(of)}/ms-variabel.json`,
    msKegiatan: `${baseUrl}/metadata/ms-kegiatan.json`,
    msIndikator: `${baseUrl}/metadata/ms-indikator.json`,
    stylesheet: `${baseUrl}/metadata.css`,
    icon: `${baseUrl}/icon.svg`,
    /** Root of the CKAN-shaped API; it answers its version. */
    actionApi: `${baseUrl}/api/3`,
    openApi: `${baseUrl}/api/v1/openapi.json`,
  } as const;
}

/** The addresses below one base. */
export type Links = ReturnType<typeof createLinks>;
