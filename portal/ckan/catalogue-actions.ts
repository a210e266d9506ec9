/** Actions that read the catalogue: packages, resources, organization, groups, tags, licences. */
import type { CatalogueContext } from '../catalogue/context.ts';
import type { DataSet } from '../datasets/data-set.ts';
import { DATA_SETS, findDataSet } from '../datasets/data-sets.ts';
import { themeOfGroup } from '../datasets/themes.ts';
import type { Actions } from './action.ts';
import { notFound } from './ckan-error.ts';
import { groupDetail, listedThemes } from './group-view.ts';
import { licenceViews } from './licences.ts';
import { searchPackages } from './package-search.ts';
import {
  createdAt,
  findDistribution,
  organisationDetail,
  packageView,
  resourceView,
  tagView,
} from './package-view.ts';
import { flag, listOf, naturalNumber, type Parameters, requiredText, textOf } from './parameters.ts';

function slice<T>(items: readonly T[], parameters: Parameters): readonly T[] {
  const offset = naturalNumber(parameters, 'offset') ?? 0;
  const limit = naturalNumber(parameters, 'limit');
  return items.slice(offset, limit === undefined ? undefined : offset + limit);
}

function dataSetOf(parameters: Parameters): DataSet {
  const id = textOf(parameters, 'id') ?? requiredText(parameters, 'name_or_id');
  const dataSet = findDataSet(id);
  if (dataSet === undefined) throw notFound();
  return dataSet;
}

function byName(): readonly DataSet[] {
  return [...DATA_SETS].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function tagNames(): readonly string[] {
  return [...new Set(DATA_SETS.flatMap(({ keywords }) => keywords))].sort();
}

function organisationOf(context: CatalogueContext, id: string) {
  if (id !== context.publisher.id) throw notFound();
  return organisationDetail(context);
}

/** The catalogue's actions. */
export const CATALOGUE_ACTIONS: Actions = {
  package_list: {
    help: "Return a list of the names of the site's datasets (packages).\n\n:param limit: maximum number of names\n:param offset: names to pass over first, when limit is given",
    run: (parameters) => slice(byName(), parameters).map(({ id }) => id),
  },
  package_show: {
    help: 'Return the metadata of a dataset (package) and its resources.\n\n:param id: the id or name of the dataset',
    run: (parameters, { catalogue }) => packageView(catalogue, dataSetOf(parameters)),
  },
  current_package_list_with_resources: {
    help: "Return a list of the site's datasets (packages) and their resources, newest change first.\n\n:param limit: maximum number of datasets\n:param offset: datasets to pass over first",
    run: (parameters, { catalogue }) => {
      const sorted = searchPackages(catalogue, { rows: DATA_SETS.length }).results;
      return slice(sorted, parameters);
    },
  },
  package_search: {
    help: 'Searches for packages satisfying a given search criteria.\n\n:param q: words, "phrases" and field:value\n:param fq: filters, e.g. organization:name, tags:"x", res_format:CSV, metadata_modified:[2026-01-01T00:00:00Z TO *]\n:param sort: e.g. "id asc", "name asc", "metadata_modified desc"\n:param rows: datasets of one page, default 10, at most 1000\n:param start: datasets to pass over first\n:param facet.field: list of organization, groups, tags, res_format, license_id\n:param facet.limit: most values of one facet, default 50\n:param facet.mincount: least datasets of a value',
    run: (parameters, { catalogue }) => searchPackages(catalogue, parameters),
  },
  resource_show: {
    help: 'Return the metadata of a resource.\n\n:param id: the id of the resource',
    run: (parameters, { catalogue }) => {
      const distribution = findDistribution(requiredText(parameters, 'id'));
      if (distribution === undefined) throw notFound();
      return resourceView(catalogue, distribution);
    },
  },
  organization_list: {
    help: "Return a list of the names of the site's organizations.\n\n:param all_fields: whole organizations instead of names\n:param limit: maximum number\n:param offset: how many to pass over first",
    run: (parameters, { catalogue }) => {
      const organisations = slice([organisationDetail(catalogue)], parameters);
      return flag(parameters, 'all_fields', false) ? organisations : organisations.map(({ name }) => name);
    },
  },
  organization_show: {
    help: 'Return the details of an organization.\n\n:param id: the id or name of the organization\n:param include_datasets: also its datasets',
    run: (parameters, { catalogue }) => {
      const organisation = organisationOf(catalogue, requiredText(parameters, 'id'));
      if (!flag(parameters, 'include_datasets', false)) return organisation;
      return { ...organisation, packages: byName().map((dataSet) => packageView(catalogue, dataSet)) };
    },
  },
  group_list: {
    help: "Return a list of the names of the site's groups: the themes of its datasets.\n\n:param groups: only these names\n:param all_fields: whole groups instead of names\n:param limit: maximum number\n:param offset: how many to pass over first",
    run: (parameters, { catalogue }) => {
      const only = listOf(parameters, 'groups');
      const themes = listedThemes().filter(({ groupName }) => only?.includes(groupName) ?? true);
      const wanted = slice(themes, parameters);
      return flag(parameters, 'all_fields', false)
        ? wanted.map((theme) => groupDetail(theme, createdAt(catalogue)))
        : wanted.map(({ groupName }) => groupName);
    },
  },
  group_show: {
    help: 'Return the details of a group: a theme.\n\n:param id: the id or name of the group\n:param include_datasets: also its datasets',
    run: (parameters, { catalogue }) => {
      const theme = themeOfGroup(requiredText(parameters, 'id'));
      if (theme === undefined) throw notFound();
      const group = groupDetail(theme, createdAt(catalogue));
      if (!flag(parameters, 'include_datasets', false)) return group;
      const own = byName().filter((dataSet) => dataSet.theme === theme.code);
      return { ...group, packages: own.map((dataSet) => packageView(catalogue, dataSet)) };
    },
  },
  tag_list: {
    help: "Return a list of the site's tags.\n\n:param query: only tags that hold this text\n:param all_fields: whole tags instead of names",
    run: (parameters) => {
      const query = textOf(parameters, 'query')?.toLowerCase() ?? '';
      const names = tagNames().filter((name) => name.toLowerCase().includes(query));
      return flag(parameters, 'all_fields', false) ? names.map(tagView) : names;
    },
  },
  license_list: {
    help: 'Return the list of licenses available for datasets on the site.',
    run: () => licenceViews(),
  },
};
