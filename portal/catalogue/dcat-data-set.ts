/** One data set, its distributions and its quality, as DCAT-AP 3. */
import type { DataSet } from '../datasets/data-set.ts';
import { formatWib } from '../datasets/wib.ts';
import { dataSetState, descriptionOf, STRUCTURE_VERSION, stateOf } from './context.ts';
import { type Describing, dateTime, location, publisher, type Shared } from './dcat-nodes.ts';
import { type DistributionId, distributionsOf } from './links.ts';
import type { Value } from './rdf/graph.ts';
import * as vocabulary from './rdf/vocabulary.ts';

/** Adds the data set and everything below it. */
export function describeDataSet({ context, links, graph: { describe } }: Describing, dataSet: DataSet): void {
  const shared: Shared = { context, links, describe };
  const iri = links.dataSet(dataSet);
  const { modified } = dataSetState(context, dataSet);
  const distributions = dataSet.resources.flatMap(distributionsOf);
  describe(iri, ['dcat:Dataset'], {
    'dct:identifier': { text: dataSet.id },
    'dct:title': { bilingual: dataSet.title },
    'dct:description': { bilingual: descriptionOf(context, dataSet) },
    'dcat:keyword': dataSet.keywords.map((text) => ({ text })),
    'dcat:theme': vocabulary.theme(describe, dataSet.theme),
    'dct:language': vocabulary.languages(describe),
    'dct:publisher': publisher(shared),
    'dcat:contactPoint': contact(shared),
    'dct:accrualPeriodicity': vocabulary.frequency(describe, dataSet.frequency),
    'dcat:temporalResolution': finestResolution(dataSet),
    'dct:temporal': period(shared, dataSet),
    'dct:spatial': location(shared),
    'dct:accessRights': vocabulary.publicAccess(describe),
    'dct:issued': dateTime(context.issued),
    'dct:modified': dateTime(modified),
    'dcat:version': { text: STRUCTURE_VERSION },
    'dcat:landingPage': vocabulary.document(describe, iri),
    'foaf:page': vocabulary.document(describe, links.metadataPage(dataSet)),
    'dct:conformsTo': standard(shared, dataSet),
    'dct:provenance': provenance(shared),
    'dqv:hasQualityMeasurement': filledShare(shared, dataSet),
    'dcat:distribution': distributions.map((one) => ({ iri: links.distribution(one) })),
  });
  for (const distribution of distributions) describeDistribution(shared, distribution);
}

function finestResolution({ resources }: DataSet): Value | undefined {
  const finest = resources[0]?.temporalResolution;
  return finest === undefined ? undefined : { typed: finest, type: 'xsd:duration' };
}

function contact({ context, links, describe }: Shared): Value {
  const iri = `${links.organisation(context.publisher.id)}#kontak`;
  describe(iri, ['vcard:Kind', 'vcard:Organization'], {
    'vcard:fn': { text: context.contact.name },
    'vcard:hasEmail': { iri: `mailto:${context.contact.email}` },
  });
  return { iri };
}

function period({ context, links, describe }: Shared, dataSet: DataSet): Value | undefined {
  const { first, last } = dataSetState(context, dataSet);
  if (first === undefined) return undefined;
  const iri = `${links.dataSet(dataSet)}#periode`;
  describe(iri, ['dct:PeriodOfTime'], { 'dcat:startDate': dateTime(first), 'dcat:endDate': dateTime(last) });
  return { iri };
}

/** The table structure that the data set keeps to: its data package. */
function standard({ links, describe }: Shared, dataSet: DataSet): Value {
  const iri = links.dataPackage(dataSet);
  describe(iri, ['dct:Standard'], {
    'dct:title': {
      bilingual: {
        id: `Kamus data ${dataSet.title.id} (Frictionless Table Schema)`,
        en: `Data dictionary of ${dataSet.title.en} (Frictionless Table Schema)`,
      },
    },
  });
  return { iri };
}

function provenance({ context, links, describe }: Shared): Value {
  const iri = `${links.catalogue}#asal-usul`;
  describe(iri, ['dct:ProvenanceStatement'], {
    'rdfs:label': {
      bilingual: {
        id: `Dihitung otomatis dari CCTV oleh Pantau: deteksi, pelacakan, penghitungan; tidak ada gambar yang disimpan. ${context.accuracy.id}`,
        en: `Counted automatically from CCTV by Pantau: detection, tracking, counting; no picture is kept. ${context.accuracy.en}`,
      },
    },
  });
  return { iri };
}

function filledShare({ context, links, describe }: Shared, dataSet: DataSet): Value | undefined {
  const figures = context.quality[dataSet.id];
  if (figures === undefined) return undefined;
  const metric = `${links.catalogue}#keterisian`;
  describe(metric, ['dqv:Metric'], {
    'skos:prefLabel': { bilingual: { id: 'Keterisian', en: 'Filled share' } },
    'skos:definition': {
      bilingual: {
        id: 'Persentase waktu yang benar-benar teramati dari seluruh periode.',
        en: 'Percentage of the period that was really observed.',
      },
    },
  });
  const iri = `${links.dataSet(dataSet)}#keterisian`;
  const { start, end } = figures.period;
  describe(iri, ['dqv:QualityMeasurement'], {
    'dqv:isMeasurementOf': { iri: metric },
    'dqv:value': { typed: decimal(figures.filled.share * 100), type: 'xsd:decimal' },
    'rdfs:comment': { text: `${formatWib(start)}/${formatWib(end)}` },
  });
  return { iri };
}

/** Two decimals, never in exponent form: xsd:decimal has none. */
function decimal(value: number): string {
  return value.toFixed(2);
}

function describeDistribution({ context, links, describe }: Shared, distribution: DistributionId): void {
  const { resource, format } = distribution;
  const isApi = format.id === 'api';
  const download = links.download(distribution);
  const resolution = resource.temporalResolution;
  describe(links.distribution(distribution), ['dcat:Distribution'], {
    'dct:identifier': { text: distribution.id },
    'dct:title': {
      bilingual: {
        id: `${resource.title.id} (${format.label})`,
        en: `${resource.title.en} (${format.label})`,
      },
    },
    'dct:description': { bilingual: resource.description },
    'dcat:accessURL': { iri: isApi ? download : links.distribution(distribution) },
    'dcat:downloadURL': isApi ? undefined : { iri: download },
    'dcat:accessService': isApi ? { iri: links.actionApi } : undefined,
    'dct:format': vocabulary.fileType(describe, format),
    'dcat:mediaType': vocabulary.mediaType(describe, format),
    'dct:license': vocabulary.licence(describe),
    'dct:language': vocabulary.languages(describe),
    'dcatap:availability': vocabulary.stableAvailability(describe),
    'dcat:temporalResolution':
      resolution === undefined ? undefined : { typed: resolution, type: 'xsd:duration' },
    'dct:issued': dateTime(context.issued),
    'dct:modified': dateTime(stateOf(context, resource.id).modified),
    'dct:conformsTo':
      format.id === 'csv' ? tableStandard({ context, links, describe }, distribution) : undefined,
  });
}

function tableStandard({ links, describe }: Shared, { resource }: DistributionId): Value {
  const iri = links.csvw(resource);
  describe(iri, ['dct:Standard'], {
    'dct:title': { bilingual: { id: `CSVW: ${resource.title.id}`, en: `CSVW: ${resource.title.en}` } },
  });
  return { iri };
}
