/** The licences of `license_list`: what CKAN ships, in its shape and order (ckan/model/license.py). */
import { LICENCE } from '../catalogue/context.ts';

interface Licence {
  readonly id: string;
  readonly title: string;
  readonly url?: string;
  readonly domain?: 'content' | 'data' | 'both';
  /** Conforms to the Open Definition. */
  readonly isOpen?: true;
  /** Stands for licences that have no entry of their own. */
  readonly isGeneric?: true;
}

const definition = (id: string) => `http://www.opendefinition.org/licenses/${id}`;

const LICENCES: readonly Licence[] = [
  { id: 'notspecified', title: 'License not specified', isGeneric: true },
  {
    id: 'odc-pddl',
    title: 'Open Data Commons Public Domain Dedication and License (PDDL)',
    url: definition('odc-pddl'),
    domain: 'data',
    isOpen: true,
  },
  {
    id: 'odc-odbl',
    title: 'Open Data Commons Open Database License (ODbL)',
    url: definition('odc-odbl'),
    domain: 'data',
    isOpen: true,
  },
  {
    id: 'odc-by',
    title: 'Open Data Commons Attribution License',
    url: definition('odc-by'),
    domain: 'data',
    isOpen: true,
  },
  {
    id: 'cc-zero',
    title: 'Creative Commons CCZero',
    url: definition('cc-zero'),
    domain: 'both',
    isOpen: true,
  },
  // Ours, with the version and address that our data sets have.
  { id: LICENCE.id, title: LICENCE.title, url: LICENCE.url, domain: 'both', isOpen: true },
  {
    id: 'cc-by-sa',
    title: 'Creative Commons Attribution Share-Alike',
    url: definition('cc-by-sa'),
    domain: 'content',
    isOpen: true,
  },
  {
    id: 'gfdl',
    title: 'GNU Free Documentation License',
    url: definition('gfdl'),
    domain: 'content',
    isOpen: true,
  },
  { id: 'other-open', title: 'Other (Open)', domain: 'content', isOpen: true, isGeneric: true },
  { id: 'other-pd', title: 'Other (Public Domain)', domain: 'content', isOpen: true, isGeneric: true },
  { id: 'other-at', title: 'Other (Attribution)', domain: 'content', isOpen: true, isGeneric: true },
  {
    id: 'uk-ogl',
    title: 'UK Open Government Licence (OGL)',
    url: 'http://reference.data.gov.uk/id/open-government-licence',
    domain: 'content',
    isOpen: true,
  },
  {
    id: 'cc-nc',
    title: 'Creative Commons Non-Commercial (Any)',
    url: 'http://creativecommons.org/licenses/by-nc/2.0/',
  },
  { id: 'other-nc', title: 'Other (Non-Commercial)', isGeneric: true },
  { id: 'other-closed', title: 'Other (Not Open)', isGeneric: true },
];

/** Every licence as `license_list` tells it. */
export function licenceViews() {
  return LICENCES.map(({ id, title, url = '', domain, isOpen = false, isGeneric = false }) => ({
    id,
    title,
    url,
    family: '',
    maintainer: '',
    status: 'active',
    domain_content: domain === 'content' || domain === 'both',
    domain_data: domain === 'data' || domain === 'both',
    domain_software: false,
    is_generic: isGeneric,
    od_conformance: isOpen ? 'approved' : 'not reviewed',
    osd_conformance: 'not reviewed',
    // What CKAN told before 2.4; clients still read it.
    is_okd_compliant: isOpen,
    is_osi_compliant: false,
  }));
}
