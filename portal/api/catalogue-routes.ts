/** The catalogue and its metadata at the addresses of `portal/catalogue/links.ts`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { metadataPage } from '../catalogue/bps/metadata-page.ts';
import { METADATA_PAGE_CSS } from '../catalogue/bps/metadata-page-style.ts';
import { msIndikator } from '../catalogue/bps/ms-indikator.ts';
import { msKegiatan } from '../catalogue/bps/ms-kegiatan.ts';
import { msVariabel } from '../catalogue/bps/ms-variabel.ts';
import type { CatalogueContext } from '../catalogue/context.ts';
import { catalogueGraph, dataSetGraph } from '../catalogue/dcat.ts';
import { dataPackage } from '../catalogue/frictionless.ts';
import { createLinks, distributionsOf } from '../catalogue/links.ts';
import { JSON_LD_TYPE, jsonLd } from '../catalogue/rdf/json-ld.ts';
import { RDF_XML_TYPE, rdfXml } from '../catalogue/rdf/rdf-xml.ts';
import { TURTLE_TYPE, turtle } from '../catalogue/rdf/turtle.ts';
import { DATA_SET_IDS, type DataSet } from '../datasets/data-set.ts';
import { findDataSet } from '../datasets/data-sets.ts';
import { CONTEXT_PATH, contextDocument } from '../publishers/ngsi-ld/context-document.ts';
import { ApiError } from './api-error.ts';
import { baseUrlOf } from './base-url.ts';
import { sendDocument, sendJson } from './conditional.ts';
import type { PublicOptions } from './public-options.ts';
import { instantPart, preferredType } from './query-parts.ts';
import { documented, notFound, type RouteDoc } from './route-doc.ts';

const pageRule = 'expected a whole number from 1 to 99999';
const catalogueQuery = z.strictObject({
  page: z
    .string()
    .regex(/^[1-9][0-9]{0,4}$/, pageRule)
    .transform(Number)
    .optional(),
  modified_since: z
    .union([instantPart, z.iso.date()], {
      error:
        'expected a date or an ISO 8601 instant with offset, e.g. 2026-01-31 or 2026-01-31T12:00:00+07:00',
    })
    .optional(),
});
const dataSetPath = z.strictObject({ dataSetId: z.string().max(200) });
const distributionPath = dataSetPath.extend({ distributionId: z.string().max(200) });
const organisationPath = z.strictObject({ organisationId: z.string().max(200) });

type Quads = ReturnType<typeof catalogueGraph>;

/** The three forms of RDF, the one that CKAN's harvester asks for first. */
const RDF_FORMS = {
  jsonld: { type: JSON_LD_TYPE, write: (quads: Quads) => JSON.stringify(jsonLd(quads)) },
  ttl: { type: TURTLE_TYPE, write: turtle },
  xml: { type: RDF_XML_TYPE, write: rdfXml },
} as const;
type RdfForm = keyof typeof RDF_FORMS;
const EXTENSIONS = Object.keys(RDF_FORMS) as RdfForm[];

const RDF_CONTENT = { 'application/ld+json': null, 'text/turtle': null, 'application/rdf+xml': null };
const ACCEPTED = [
  ['application/ld+json', 'jsonld'],
  ['text/turtle', 'ttl'],
  ['application/rdf+xml', 'xml'],
  ['application/json', 'jsonld'],
  ['text/html', 'html'],
] as const;

type Handle = (request: FastifyRequest, reply: FastifyReply, context: CatalogueContext) => FastifyReply;

/** Adds the routes to a scope at the portal's root. */
export function addCatalogueRoutes(scope: FastifyInstance, options: PublicOptions): void {
  const add = (
    url: string,
    doc: Pick<RouteDoc, 'summary' | 'params' | 'query' | 'answers'>,
    handle: Handle,
  ) =>
    scope.get(url, documented({ ...doc, tag: 'catalogue' }, { isVisit: true }), async (request, reply) =>
      handle(request, reply, {
        ...(await options.catalogue()),
        baseUrl: baseUrlOf(request, options.publicUrl),
      }),
    );
  addCatalogue(add);
  addDataSets(add);
  addMetadata(add);
  scope.get(
    '/metadata.css',
    documented({
      summary: 'Style of the printable metadata',
      tag: 'catalogue',
      answers: { 200: { description: 'CSS', content: { 'text/css': null } } },
    }),
    async (request, reply) =>
      sendDocument(request, reply, { type: 'text/css; charset=utf-8', body: METADATA_PAGE_CSS }),
  );
  scope.get(
    CONTEXT_PATH,
    documented({
      summary: 'Terms of the NGSI-LD entities, for brokers',
      tag: 'catalogue',
      answers: { 200: { description: 'JSON-LD context', content: { 'application/ld+json': null } } },
    }),
    async (request, reply) =>
      sendDocument(request, reply, { type: JSON_LD_TYPE, body: JSON.stringify(contextDocument()) }),
  );
}

type Add = (
  url: string,
  doc: Pick<RouteDoc, 'summary' | 'params' | 'query' | 'answers'>,
  handle: Handle,
) => void;

function rdfForm(request: FastifyRequest): RdfForm | 'html' {
  const form = preferredType(request.headers.accept, ACCEPTED);
  if (form !== undefined) return form;
  const found = (request.headers.accept ?? '').slice(0, 80);
  const allowed = ACCEPTED.map(([type]) => type).join(', ');
  throw new ApiError(406, 'not-acceptable', `Accept: found ${found}; served are ${allowed}`, {
    field: 'accept',
    found,
    allowed,
  });
}

function sendGraph(request: FastifyRequest, reply: FastifyReply, form: RdfForm, quads: Quads): FastifyReply {
  const { type, write } = RDF_FORMS[form];
  return sendDocument(request, reply, { type, body: write(quads) });
}

function addCatalogue(add: Add): void {
  const answers = { 200: { description: 'one page of the DCAT-AP 3 catalogue', content: RDF_CONTENT } };
  const send =
    (form: RdfForm): Handle =>
    (request, reply, context) => {
      const { page, modified_since: modifiedSince } = request.query as z.infer<typeof catalogueQuery>;
      const quads = catalogueGraph(context, {
        extension: form,
        ...(page === undefined ? {} : { page }),
        ...(modifiedSince === undefined ? {} : { modifiedSince }),
      });
      return sendGraph(request, reply, form, quads);
    };
  const query = catalogueQuery;
  add('/catalog', { summary: 'The catalogue, by Accept', query, answers }, (request, reply, context) => {
    const form = rdfForm(request);
    return send(form === 'html' ? 'jsonld' : form)(request, reply, context);
  });
  for (const form of EXTENSIONS) {
    add(
      `/catalog.${form}`,
      { summary: `The catalogue as ${RDF_FORMS[form].type}`, query, answers },
      send(form),
    );
  }
  add('/catalog.rdf', { summary: 'The catalogue as RDF/XML', query, answers }, send('xml'));
}

function dataSetOf(request: FastifyRequest): DataSet {
  const { dataSetId } = request.params as z.infer<typeof dataSetPath>;
  const dataSet = findDataSet(dataSetId);
  if (dataSet === undefined) throw notFound('dataSetId', dataSetId, DATA_SET_IDS.join(', '));
  return dataSet;
}

function addDataSets(add: Add): void {
  const params = dataSetPath;
  const answers = { 200: { description: 'the data set as DCAT-AP 3', content: RDF_CONTENT } };
  add(
    '/dataset/:dataSetId',
    { summary: 'A data set, by Accept', params, answers },
    (request, reply, context) => {
      const dataSet = dataSetOf(request);
      const form = rdfForm(request);
      if (form === 'html') {
        return reply
          .header('vary', 'Accept')
          .redirect(createLinks(context.baseUrl).metadataPage(dataSet), 303);
      }
      return sendGraph(request, reply, form, dataSetGraph(context, dataSet));
    },
  );
  for (const form of EXTENSIONS) {
    const summary = `A data set as ${RDF_FORMS[form].type}`;
    add(`/dataset/:dataSetId.${form}`, { summary, params, answers }, (request, reply, context) =>
      sendGraph(request, reply, form, dataSetGraph(context, dataSetOf(request))),
    );
  }
  add(
    '/dataset/:dataSetId/resource/:distributionId',
    {
      summary: 'A resource in one form: leads to its bytes',
      params: distributionPath,
      answers: { 303: { description: 'the address of the bytes' } },
    },
    (request, reply, context) => {
      const { distributionId } = request.params as z.infer<typeof distributionPath>;
      const forms = dataSetOf(request).resources.flatMap(distributionsOf);
      const found = forms.find(({ id }) => id === distributionId);
      if (found === undefined) {
        throw notFound('distributionId', distributionId, forms.map(({ id }) => id).join(', '));
      }
      return reply.redirect(createLinks(context.baseUrl).download(found), 303);
    },
  );
  add(
    '/organization/:organisationId',
    {
      summary: 'Who publishes',
      params: organisationPath,
      answers: { 200: { description: 'the organisation', content: { 'application/json': null } } },
    },
    (request, reply, context) => {
      const { organisationId } = request.params as z.infer<typeof organisationPath>;
      const { publisher } = context;
      if (publisher.id !== organisationId) throw notFound('organisationId', organisationId, publisher.id);
      const { id, name, url, email, telephone, address } = publisher;
      return sendJson(request, reply, { id, name, url, email, telephone, address });
    },
  );
}

function addMetadata(add: Add): void {
  const json = (description: string) => ({ 200: { description, content: { 'application/json': null } } });
  const params = dataSetPath;
  add(
    '/dataset/:dataSetId/datapackage.json',
    { summary: 'Frictionless Data Package with the Table Schemas', params, answers: json('data package') },
    (request, reply, context) => sendJson(request, reply, dataPackage(context, dataSetOf(request))),
  );
  add(
    '/dataset/:dataSetId/ms-variabel.json',
    { summary: 'BPS metadata of the variables', params, answers: json('MS-Variabel') },
    (request, reply) => sendJson(request, reply, msVariabel(dataSetOf(request))),
  );
  add(
    '/dataset/:dataSetId/metadata',
    {
      summary: 'BPS metadata of a data set as a page that prints',
      params,
      answers: { 200: { description: 'page', content: { 'text/html': null } } },
    },
    (request, reply, context) =>
      sendDocument(request, reply, {
        type: 'text/html; charset=utf-8',
        body: metadataPage(context, dataSetOf(request)),
      }),
  );
  add(
    '/metadata/ms-kegiatan.json',
    { summary: 'BPS metadata of the statistical activity', answers: json('MS-Kegiatan') },
    (request, reply, context) => sendJson(request, reply, msKegiatan(context)),
  );
  add(
    '/metadata/ms-indikator.json',
    { summary: 'BPS metadata of the indicators', answers: json('MS-Indikator') },
    (request, reply, context) => sendJson(request, reply, msIndikator(context)),
  );
}
