/** Terms of controlled vocabularies, each described as far as DCAT-AP's class rules ask. */
import type { DataSet } from '../../datasets/data-set.ts';
import { LICENCE } from '../context.ts';
import type { Format } from '../links.ts';
import type { Describe, Value } from './graph.ts';

const EU = 'http://publications.europa.eu/resource/authority/';
const THEME_SCHEME = `${EU}data-theme`;

/** As the vocabulary labels its own terms; our words for them are in `portal/datasets/themes.ts`. */
const THEMES: Readonly<Record<DataSet['theme'], string>> = {
  TRAN: 'Transport',
  SOCI: 'Population and society',
  GOVE: 'Government and public sector',
};

const FREQUENCIES: Readonly<Record<DataSet['frequency'], string>> = {
  '15MIN': 'every fifteen minutes',
  DAILY: 'daily',
  IRREG: 'irregular',
};

/** Bahasa Indonesia and English: every text of the catalogue is in both. */
export function languages(describe: Describe): Value[] {
  return ['IND', 'ENG'].map((code) => {
    const iri = `${EU}language/${code}`;
    describe(iri, ['dct:LinguisticSystem'], {});
    return { iri };
  });
}

/** The scheme that themes are taken from. */
export function themeScheme(describe: Describe): Value {
  describe(THEME_SCHEME, ['skos:ConceptScheme'], { 'dct:title': { text: 'Data theme' } });
  return { iri: THEME_SCHEME };
}

/** One theme. */
export function theme(describe: Describe, code: DataSet['theme']): Value {
  const iri = `${THEME_SCHEME}/${code}`;
  describe(iri, ['skos:Concept'], {
    'skos:prefLabel': { text: THEMES[code] },
    'skos:inScheme': { iri: THEME_SCHEME },
  });
  return { iri };
}

/** How often a data set grows. */
export function frequency(describe: Describe, code: DataSet['frequency']): Value {
  const iri = `${EU}frequency/${code}`;
  describe(iri, ['dct:Frequency'], { 'rdfs:label': { text: FREQUENCIES[code] } });
  return { iri };
}

/** CC-BY 4.0. */
export function licence(describe: Describe): Value {
  const type = 'http://purl.org/adms/licencetype/Attribution';
  describe(type, ['skos:Concept'], { 'skos:prefLabel': { text: 'Attribution' } });
  describe(LICENCE.url, ['dct:LicenseDocument'], {
    'dct:title': { text: LICENCE.title },
    'dct:type': { iri: type },
  });
  return { iri: LICENCE.url };
}

/** Open to everybody. */
export function publicAccess(describe: Describe): Value {
  const iri = `${EU}access-right/PUBLIC`;
  describe(iri, ['dct:RightsStatement'], { 'rdfs:label': { text: 'public' } });
  return { iri };
}

/** Meant to stay. */
export function stableAvailability(describe: Describe): Value {
  const iri = `${EU}planned-availability/STABLE`;
  describe(iri, ['skos:Concept'], { 'skos:prefLabel': { text: 'stable' } });
  return { iri };
}

/** What kind of body the publisher is. */
export function localAuthority(describe: Describe): Value {
  const iri = 'http://purl.org/adms/publishertype/LocalAuthority';
  describe(iri, ['skos:Concept'], { 'skos:prefLabel': { text: 'Local authority' } });
  return { iri };
}

/** A file's format by the EU's list. */
export function fileType(describe: Describe, format: Format): Value {
  const iri = `${EU}file-type/${format.fileType}`;
  describe(iri, ['dct:MediaTypeOrExtent'], { 'rdfs:label': { text: format.fileType } });
  return { iri };
}

/** A file's format by IANA's list. */
export function mediaType(describe: Describe, format: Format): Value {
  const iri = `https://www.iana.org/assignments/media-types/${format.mediaType}`;
  describe(iri, ['dct:MediaType'], { 'rdfs:label': { text: format.mediaType } });
  return { iri };
}

/** A document that somebody may read. */
export function document(describe: Describe, iri: string): Value {
  describe(iri, ['foaf:Document'], {});
  return { iri };
}
