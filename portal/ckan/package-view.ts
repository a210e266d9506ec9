/** Data sets and resources as CKAN shows them: every key its clients look for, in its spelling. */
import {
  type CatalogueContext,
  dataSetState,
  LICENCE,
  type Organisation,
  stateOf,
} from '../catalogue/context.ts';
import { createLinks, type DistributionId, distributionsOf } from '../catalogue/links.ts';
import type { DataSet, Resource } from '../datasets/data-set.ts';
import { DATA_SETS } from '../datasets/data-sets.ts';
import { THEMES } from '../datasets/themes.ts';
import { packageOf } from '../publishers/ckan/ckan-package.ts';
import { groupView } from './group-view.ts';

/** CKAN's instants are UTC without saying so, with microseconds. */
export function ckanTime(iso: string): string {
  return new Date(Date.parse(iso)).toISOString().replace('Z', '000');
}

/** Of what nobody knows since when it is there. */
const UNKNOWN_SINCE = '1970-01-01T00:00:00Z';

/** Since when the catalogue, and everything in it, is there. */
export function createdAt({ issued }: CatalogueContext): string {
  return ckanTime(issued ?? UNKNOWN_SINCE);
}

/** A tag. CKAN's tags here belong to no vocabulary. */
export function tagView(name: string) {
  return { id: name, name, display_name: name, state: 'active', vocabulary_id: null };
}

/** The organization inside a package. */
export function organisationView({ publisher }: CatalogueContext, created: string) {
  return {
    id: publisher.id,
    name: publisher.id,
    title: publisher.name,
    type: 'organization',
    description: organisationText(publisher),
    image_url: '',
    created,
    is_organization: true,
    approval_status: 'approved',
    state: 'active',
  };
}

function organisationText({ name, url }: Organisation): string {
  return url === undefined ? name : `${name} (${url})`;
}

/** The organization as `organization_show` tells it. */
export function organisationDetail(context: CatalogueContext) {
  const organisation = organisationView(context, createdAt(context));
  return {
    ...organisation,
    display_name: organisation.title,
    image_display_url: '',
    package_count: DATA_SETS.length,
    num_followers: 0,
    extras: [],
    tags: [],
    groups: [],
    users: [],
  };
}

/** Changes of the rows, in CKAN's form. */
export function modifiedAt(context: CatalogueContext, dataSet: DataSet): string {
  const { modified } = dataSetState(context, dataSet);
  return modified === undefined ? createdAt(context) : ckanTime(modified);
}

/** One form of a table. Only the CSV is the DataStore's table. */
export function resourceView(context: CatalogueContext, distribution: DistributionId) {
  const { resource, format, id } = distribution;
  const { modified } = stateOf(context, resource.id);
  const changed = modified === undefined ? null : ckanTime(modified);
  return {
    id,
    package_id: resource.dataSetId,
    url: createLinks(context.baseUrl).download(distribution),
    format: format.label,
    name: `${resource.title.id} (${format.label})`,
    name_en: `${resource.title.en} (${format.label})`,
    description: `${resource.description.id} ${resource.description.en}`,
    hash: '',
    position: positionOf(distribution),
    resource_type: format.id === 'api' ? 'api' : 'file',
    mimetype: format.mediaType,
    mimetype_inner: null,
    size: null,
    created: createdAt(context),
    last_modified: changed,
    metadata_modified: changed ?? createdAt(context),
    cache_url: null,
    cache_last_updated: null,
    url_type: null,
    state: 'active',
    datastore_active: format.id === 'csv',
  };
}

function positionOf({ resource, id }: DistributionId): number {
  const dataSet = DATA_SETS.find((one) => one.id === resource.dataSetId);
  return (dataSet?.resources ?? []).flatMap(distributionsOf).findIndex((one) => one.id === id);
}

/** The distribution with CKAN's resource id; undefined when there is none. */
export function findDistribution(id: string): DistributionId | undefined {
  return DATA_SETS.flatMap(({ resources }) => resources.flatMap(distributionsOf)).find(
    (one) => one.id === id,
  );
}

/** The table behind CKAN's resource id: every form of a table leads to the same rows. */
export function findTable(id: string): Resource | undefined {
  return findDistribution(id)?.resource;
}

/** The data set as `package_show` tells it. Id and name are the same: both never change. */
export function packageView(context: CatalogueContext, dataSet: DataSet) {
  const {
    tags,
    extras,
    owner_org: _owner,
    ...described
  } = packageOf(context, dataSet, {
    organization: context.publisher.id,
    namePrefix: '',
    isPrivate: false,
  });
  const created = createdAt(context);
  const resources = dataSet.resources
    .flatMap(distributionsOf)
    .map((distribution) => resourceView(context, distribution));
  return {
    id: dataSet.id,
    ...described,
    license_title: LICENCE.title,
    license_url: LICENCE.url,
    isopen: true,
    type: 'dataset',
    owner_org: context.publisher.id,
    creator_user_id: null,
    metadata_created: created,
    metadata_modified: modifiedAt(context, dataSet),
    state: 'active',
    resources,
    num_resources: resources.length,
    tags: tags.map(({ name }) => tagView(name)),
    num_tags: tags.length,
    extras,
    groups: [groupView(THEMES[dataSet.theme])],
    organization: organisationView(context, created),
    relationships_as_subject: [],
    relationships_as_object: [],
  };
}

/** A data set as CKAN shows it. */
export type PackageView = ReturnType<typeof packageView>;
