/** A data set as CKAN's package. Pure. */
import type { CatalogueContext } from '../../catalogue/context.ts';
import { cityOf, dataSetState, descriptionOf, LICENCE, STRUCTURE_VERSION } from '../../catalogue/context.ts';
import { createLinks } from '../../catalogue/links.ts';
import type { DataSet, Resource } from '../../datasets/data-set.ts';
import { formatWib } from '../../datasets/wib.ts';

/** Whose packages they are, and how they are named. */
export interface CkanNaming {
  /** Name or id of the CKAN organization that owns the data sets. */
  readonly organization: string;
  /** Before each data set's id, where names are taken in a site of many cities. */
  readonly namePrefix: string;
  readonly isPrivate: boolean;
}

/** An extra of a package. */
export interface CkanExtra {
  readonly key: string;
  readonly value: string;
}

/** Marks a package as ours: what somebody else owns is never written. */
export const PACKAGE_MARK = 'pantau_dataset';

/** Marks a resource as ours, by its id here. */
export const RESOURCE_MARK = 'pantau_resource';

/** The package's name, `[a-z0-9_-]{2,100}`. */
export function packageName(
  { namePrefix }: Pick<CkanNaming, 'namePrefix'>,
  dataSet: Pick<DataSet, 'id'>,
): string {
  return `${namePrefix}${dataSet.id}`;
}

/** The package without its resources, for `package_create` and `package_patch`. */
export function packageOf(context: CatalogueContext, dataSet: DataSet, naming: CkanNaming) {
  const { publisher, contact } = context;
  return {
    name: packageName(naming, dataSet),
    title: dataSet.title.id,
    notes: `${descriptionOf(context, dataSet).id}\n\n${descriptionOf(context, dataSet).en}`,
    owner_org: naming.organization,
    private: naming.isPrivate,
    license_id: LICENCE.id,
    author: publisher.name,
    author_email: publisher.email ?? '',
    maintainer: contact.name,
    maintainer_email: contact.email,
    url: createLinks(context.baseUrl).dataSet(dataSet),
    version: STRUCTURE_VERSION,
    tags: dataSet.keywords.map((name) => ({ name })),
    extras: packageExtras(context, dataSet),
  };
}

/** Extras that are ours; their values may change, so they are patched from time to time. */
export function packageExtras(context: CatalogueContext, dataSet: DataSet): CkanExtra[] {
  const city = cityOf(context);
  const { first, last, modified } = dataSetState(context, dataSet);
  const [west, south, east, north] = city.bbox;
  const extras: Readonly<Record<string, string | undefined>> = {
    [PACKAGE_MARK]: dataSet.id,
    title_en: dataSet.title.en,
    frekuensi: dataSet.frequency,
    tema: dataSet.theme,
    bahasa: 'id, en',
    kode_kabupaten_kota: city.kemendagri,
    kode_bps: city.bps,
    spatial: JSON.stringify({
      type: 'Polygon',
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    }),
    temporal_start: first === undefined ? undefined : formatWib(first),
    temporal_end: last === undefined ? undefined : formatWib(last),
    modified: modified === undefined ? undefined : formatWib(modified),
    akurasi: context.accuracy.id,
    accuracy: context.accuracy.en,
    ...(context.dataSteward === undefined ? {} : { walidata: context.dataSteward }),
  };
  // CKAN refuses an extra without a value.
  return Object.entries(extras).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [{ key, value }],
  );
}

/** What a table's resource says of itself. */
export function resourceOf(resource: Resource) {
  return {
    name: resource.title.id,
    description: `${resource.description.id} ${resource.description.en}`,
    format: 'CSV',
    [RESOURCE_MARK]: resource.id,
  };
}
