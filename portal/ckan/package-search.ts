/** `package_search`: the catalogue's few data sets, filtered, sorted, paged and counted by facet as Solr would. */
import type { CatalogueContext } from '../catalogue/context.ts';
import { DATA_SETS, findDataSet } from '../datasets/data-sets.ts';
import { CkanError } from './ckan-error.ts';
import { type PackageView, packageView } from './package-view.ts';
import { listOf, naturalNumber, type Parameters, parsedIfJson, textOf } from './parameters.ts';
import { parseSearch, type SearchDocument, TEXT_FIELD } from './search-terms.ts';

/** As `ckan.search.rows_max` and its default. */
const DEFAULT_ROWS = 10;
const MAX_ROWS = 1000;
const DEFAULT_SORT = 'score desc, metadata_modified desc';

/** Values that each field has in a package. */
const FACETS: Readonly<
  Record<string, (one: PackageView) => readonly (readonly [name: string, title: string])[]>
> = {
  organization: ({ organization }) => [[organization.name, organization.title]],
  groups: ({ groups }) => groups.map(({ name, title }) => [name, title] as const),
  tags: ({ tags }) => tags.map(({ name }) => [name, name] as const),
  res_format: ({ resources }) =>
    [...new Set(resources.map(({ format }) => format))].map((one) => [one, one] as const),
  license_id: ({ license_id: id, license_title: title }) => [[id, title]],
};

/** The answer of `package_search`. */
export function searchPackages(context: CatalogueContext, parameters: Parameters) {
  const rows = Math.min(naturalNumber(parameters, 'rows') ?? DEFAULT_ROWS, MAX_ROWS);
  const start = naturalNumber(parameters, 'start') ?? 0;
  const sort = textOf(parameters, 'sort') ?? DEFAULT_SORT;
  const matches = queriesOf(parameters).map(parseSearch);
  const found = DATA_SETS.map((dataSet) => packageView(context, dataSet)).filter((one) => {
    const document = searchDocument(one);
    return matches.every((match) => match(document));
  });
  const sorted = found.sort(comparePackages(sort));
  return {
    count: sorted.length,
    sort,
    results: sorted.slice(start, start + rows),
    ...facetsOf(sorted, parameters),
  };
}

/** `q`, `fq` and the members of `fq_list`, without those that ask for everything. */
function queriesOf(parameters: Parameters): string[] {
  const filters = [parameters.fq, parameters.fq_list]
    .map((value) => parsedIfJson(value, '['))
    .flatMap((value) => (Array.isArray(value) ? value : [value]));
  return [textOf(parameters, 'q'), ...filters.map((fq) => textOf({ fq }, 'fq'))]
    .map((query) => query?.trim() ?? '')
    .filter((query) => query !== '' && query !== '*' && query !== '*:*');
}

function searchDocument(one: PackageView): SearchDocument {
  const tags = one.tags.map(({ name }) => name);
  const formats = one.resources.map(({ format }) => format);
  const extras = one.extras.map(({ key, value }) => [key, [value]] as const);
  return {
    ...Object.fromEntries(extras),
    id: [one.id],
    name: [one.name],
    title: [one.title],
    notes: [one.notes],
    author: [one.author],
    tags,
    organization: [one.organization.name],
    owner_org: [one.owner_org],
    groups: one.groups.map(({ name }) => name),
    res_format: formats,
    license_id: [one.license_id],
    metadata_modified: [one.metadata_modified],
    metadata_created: [one.metadata_created],
    state: [one.state],
    dataset_type: [one.type],
    type: [one.type],
    capacity: ['public'],
    private: ['false'],
    [TEXT_FIELD]: [
      ...[one.name, one.title, one.notes, one.author, one.organization.title, ...tags, ...formats],
      ...one.groups.map(({ title }) => title),
      ...one.resources.flatMap(({ name, description }) => [name, description]),
      ...one.extras.filter(({ key }) => key !== 'spatial').map(({ value }) => value),
      ...columnWords(one.id),
    ],
  };
}

/** Names and labels of a data set's measures: who looks for a variable finds the data set that has it. */
function columnWords(dataSetId: string): string[] {
  const columns = findDataSet(dataSetId)?.resources.flatMap((resource) => resource.columns) ?? [];
  const measures = columns.filter(({ role }) => role === 'measure');
  return [...new Set(measures.flatMap(({ name, label }) => [name, label.id, label.en]))];
}

const SORT_FIELDS: Readonly<Record<string, (one: PackageView) => string>> = {
  // Nothing here is more relevant than the rest: the next field of the sort decides.
  score: () => '',
  id: ({ id }) => id,
  name: ({ name }) => name,
  title: ({ title }) => title,
  title_string: ({ title }) => title,
  metadata_modified: (one) => one.metadata_modified,
  metadata_created: (one) => one.metadata_created,
};

function comparePackages(sort: string): (a: PackageView, b: PackageView) => number {
  const keys = sort.split(',').map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    const of = Object.hasOwn(SORT_FIELDS, name) ? SORT_FIELDS[name] : undefined;
    if (of === undefined || rest.length > 0 || !/^(asc|desc)$/i.test(direction)) {
      throw new CkanError('Search Query Error', {
        message: `Invalid "sort" parameter: ${JSON.stringify(part.trim().slice(0, 100))}; allowed are ${Object.keys(SORT_FIELDS).join(', ')} with asc or desc`,
      });
    }
    return { of, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { of, sign } of keys) {
      const [left, right] = [of(a), of(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return a.id < b.id ? -1 : 1;
  };
}

function facetsOf(found: readonly PackageView[], parameters: Parameters) {
  const limit = naturalNumber(parameters, 'facet.limit') ?? 50;
  const least = Math.max(1, naturalNumber(parameters, 'facet.mincount') ?? 1);
  const facets: Record<string, Record<string, number>> = {};
  const search_facets: Record<string, { title: string; items: object[] }> = {};
  for (const field of listOf(parameters, 'facet.field') ?? []) {
    const items = new Map<string, { name: string; display_name: string; count: number }>();
    const valuesIn = Object.hasOwn(FACETS, field) ? FACETS[field] : undefined;
    for (const [name, title] of found.flatMap((one) => valuesIn?.(one) ?? [])) {
      const item = items.get(name) ?? { name, display_name: title, count: 0 };
      items.set(name, { ...item, count: item.count + 1 });
    }
    const shown = [...items.values()]
      .filter(({ count }) => count >= least)
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
      .slice(0, limit === 0 ? undefined : limit);
    facets[field] = Object.fromEntries(shown.map(({ name, count }) => [name, count]));
    search_facets[field] = { title: field, items: shown };
  }
  return { facets, search_facets };
}
