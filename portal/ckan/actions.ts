/** Every action by name, and the names of those that CKAN has and that change something. */
import { createLinks } from '../catalogue/links.ts';
import type { Action, Actions } from './action.ts';
import { CATALOGUE_ACTIONS } from './catalogue-actions.ts';
import { notFound } from './ckan-error.ts';
import { DATASTORE_ACTIONS } from './datastore/datastore-actions.ts';
import { requiredText } from './parameters.ts';

/** The CKAN whose answers these are shaped after. */
const CKAN_VERSION = '2.11.5';

const SITE_ACTIONS: Actions = {
  status_show: {
    help: "Return a dictionary with information about the site's configuration.",
    run: (_parameters, { catalogue }) => ({
      site_title: `Pantau: ${catalogue.publisher.name}`,
      site_description: 'Data terbuka lalu lintas dan keramaian dari CCTV',
      site_url: createLinks(catalogue.baseUrl).home.replace(/\/$/, ''),
      error_emails_to: catalogue.contact.email,
      locale_default: 'id',
      extensions: ['datastore'],
      ckan_version: CKAN_VERSION,
    }),
  },
  help_show: {
    help: 'Return the help string for a particular API action.\n\n:param name: name of the action',
    run: (parameters) => {
      const action = findAction(requiredText(parameters, 'name'));
      if (action === undefined) throw notFound('Action function not found');
      return action.help;
    },
  },
};

const ACTIONS: Actions = { ...SITE_ACTIONS, ...CATALOGUE_ACTIONS, ...DATASTORE_ACTIONS };

/** The action of a name; undefined when there is none. */
export function findAction(name: string): Action | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}

/** What CKAN 2.11 writes, by thing and verb: all are refused. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  package: ['create', 'update', 'patch', 'delete', 'revise', 'resource_reorder', 'owner_org_update'],
  package_collaborator: ['create', 'delete'],
  package_relationship: ['create', 'update', 'delete'],
  dataset: ['purge'],
  resource: ['create', 'update', 'patch', 'delete'],
  resource_view: ['create', 'update', 'delete', 'reorder'],
  datastore: [
    'create',
    'upsert',
    'delete',
    'records_delete',
    'run_triggers',
    'function_create',
    'function_delete',
  ],
  organization: ['create', 'update', 'patch', 'delete', 'purge'],
  organization_member: ['create', 'delete'],
  group: ['create', 'update', 'patch', 'delete', 'purge'],
  group_member: ['create', 'delete'],
  member: ['create', 'delete'],
  tag: ['create', 'delete'],
  vocabulary: ['create', 'update', 'delete'],
  user: ['create', 'update', 'patch', 'delete', 'invite'],
  api_token: ['create', 'revoke'],
  follow: ['user', 'dataset', 'group'],
  unfollow: ['user', 'dataset', 'group'],
  bulk_update: ['private', 'public', 'delete'],
  config_option: ['update'],
  task_status: ['update', 'update_many', 'delete'],
  term_translation: ['update', 'update_many'],
  job: ['clear', 'cancel'],
};

/** True for the name of an action that writes. */
export function isWrite(name: string): boolean {
  return Object.entries(WRITES).some(([thing, verbs]) => verbs.some((verb) => `${thing}_${verb}` === name));
}
