/** The data sets as files: `/data/<resource>.{csv,json,ndjson,parquet}` and the dictionary of each CSV. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CSVW_TYPE, csvwMetadata } from '../catalogue/csvw.ts';
import { createLinks } from '../catalogue/links.ts';
import type { Resource } from '../datasets/data-set.ts';
import { findResource, RESOURCES } from '../datasets/data-sets.ts';
import { flatTable, type TableFormat } from '../formats/table.ts';
import { registerVersion } from '../reads/camera-register.ts';
import { dataSetPages } from '../reads/data-set-rows.ts';
import { tableAnswer } from './answer-schemas.ts';
import { baseUrlOf } from './base-url.ts';
import { isStillSame, sendDocument } from './conditional.ts';
import { refuseUnknownCameras } from './known-ids.ts';
import type { PublicOptions } from './public-options.ts';
import { instantPart, rangeUs, severalPart, switchPart } from './query-parts.ts';
import { documented, notFound } from './route-doc.ts';
import { sendTable } from './send-table.ts';

const querySchema = z.strictObject({
  from: instantPart.optional(),
  to: instantPart.optional(),
  kode_titik: severalPart.optional(),
  bom: switchPart.optional(),
});

const ids = RESOURCES.map(({ id }) => id);
const pathSchema = z.strictObject({ resourceId: z.string().max(200) });
type Path = z.infer<typeof pathSchema>;

const TAG = 'data sets';
/** Without it `x.csv-metadata` would be read as the resource of `x.csv-metadata.json`. */
const ID_PATTERN = '(^[A-Za-z0-9_-]+)';

/** Adds the routes to a scope at the portal's root. */
export function addDataRoutes(scope: FastifyInstance, options: PublicOptions): void {
  for (const format of ['csv', 'json', 'ndjson', 'parquet'] as const) {
    scope.get<{ Params: Path; Querystring: z.infer<typeof querySchema> }>(
      `/data/:resourceId${ID_PATTERN}.${format}`,
      documented(
        {
          summary: `A table of a data set as ${format.toUpperCase()}`,
          description: `Resources: ${ids.join(', ')}. Times are Waktu Indonesia Barat (+07:00); in Parquet, instants.`,
          tag: TAG,
          params: pathSchema,
          query: querySchema,
          answers: { 200: { description: 'the whole table, streamed', content: contentOf(format) } },
        },
        { isVisit: true },
      ),
      async (request, reply) => {
        const resource = resourceOf(request.params);
        return sendResource(request, reply, { resource, format, query: request.query, options });
      },
    );
  }
  scope.get<{ Params: Path }>(
    `/data/:resourceId${ID_PATTERN}.csv-metadata.json`,
    documented({
      summary: 'Dictionary of a CSV as CSV on the Web metadata',
      tag: TAG,
      params: pathSchema,
      answers: { 200: { description: 'CSVW', content: { [CSVW_TYPE]: null } } },
    }),
    async (request, reply) => {
      const resource = resourceOf(request.params);
      const context = { ...(await options.catalogue()), baseUrl: baseUrlOf(request, options.publicUrl) };
      const body = JSON.stringify(csvwMetadata(context, resource), undefined, 2);
      return sendDocument(request, reply, { type: `${CSVW_TYPE}; charset=utf-8`, body });
    },
  );
}

function contentOf(format: TableFormat) {
  const types = {
    csv: 'text/csv',
    json: 'application/json',
    ndjson: 'application/x-ndjson',
    parquet: 'application/vnd.apache.parquet',
  } as const;
  return { [types[format]]: format === 'json' ? tableAnswer : null };
}

function resourceOf({ resourceId }: Path): Resource {
  const resource = findResource(resourceId);
  if (resource === undefined) throw notFound('resourceId', resourceId, ids.join(', '));
  return resource;
}

interface ResourceRequest {
  readonly resource: Resource;
  readonly format: TableFormat;
  readonly query: z.infer<typeof querySchema>;
  readonly options: PublicOptions;
}

async function sendResource(
  request: FastifyRequest,
  reply: FastifyReply,
  { resource, format, query, options }: ResourceRequest,
): Promise<FastifyReply> {
  const { kode_titik: cameraIds } = query;
  await refuseUnknownCameras(options, { field: 'kode_titik', cameraIds });
  const filter = { ...rangeUs(query), ...(cameraIds === undefined ? {} : { cameraIds }) };
  const links = createLinks(baseUrlOf(request, options.publicUrl));
  reply.header(
    'link',
    `<${links.csvw(resource)}>; rel="describedby"; type="${CSVW_TYPE}", <${links.dataSet({ id: resource.dataSetId })}>; rel="collection"`,
  );
  const version = `${await options.reader.version()} ${registerVersion(options.register)} ${minuteOf(options)}`;
  const changedAtMs = options.changes.answersChangedAtMs();
  if (isStillSame(request, reply, { version, changedAtMs })) return reply.send();
  return sendTable(request, reply, {
    table: flatTable(resource.columns, dataSetPages(options, resource, filter)),
    options: {
      format,
      withBom: query.bom === '1',
      fileName: resource.id,
      metadata: { dataset: links.dataSet({ id: resource.dataSetId }), describedby: links.csvw(resource) },
    },
  });
}

/** A live camera's silence grows the availability tables by the quarter hour, without any record. */
function minuteOf({ clock }: PublicOptions): number {
  return Math.floor(clock() / 900_000);
}
