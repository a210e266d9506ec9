/** Quality in public: gaps, filled shares, indicators, method breaks, and the dictionary. */
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { dictionaryOf } from '../catalogue/dictionary.ts';
import { text } from '../datasets/columns/column.ts';
import { RESOURCES } from '../datasets/data-sets.ts';
import { groupMeasures } from '../reads/group-rows.ts';
import { gapCodes, rangeText, readQuality } from '../reads/quality.ts';
import { seriesColumns } from '../reads/series-columns.ts';
import { dictionaryAnswer, indicatorsAnswer, qualityAnswer } from './answer-schemas.ts';
import { sendJson } from './conditional.ts';
import type { PublicOptions } from './public-options.ts';
import { addGaps, addMethodBreaks } from './quality-lists.ts';
import { RANGE_WORDS, type RangeQuery, rangeQuery, reportTime } from './quality-range.ts';
import { documented } from './route-doc.ts';

const TAG = 'quality';

function answers(description: string, schema: z.ZodType) {
  return { 200: { description, content: { 'application/json': schema } } };
}

/** Adds the routes to a scope whose prefix is `/api/v1`. */
export function addQualityRoutes(scope: FastifyInstance, options: PublicOptions): void {
  addGaps(scope, options);
  addQuality(scope, options);
  addIndicators(scope, options);
  addMethodBreaks(scope, options);
  addDictionary(scope);
}

function addQuality(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: RangeQuery }>(
    '/quality',
    documented({
      summary: 'Filled share ("keterisian") of every camera and data set',
      description: RANGE_WORDS,
      tag: TAG,
      query: rangeQuery,
      answers: answers('shares of the range', qualityAnswer),
    }),
    async (request, reply) => {
      const { range, said } = await reportTime(options, request.query);
      if (range === undefined) return sendJson(request, reply, { ...said, cameras: [], dataSets: [] });
      const { report } = await readQuality(options, range);
      return sendJson(request, reply, {
        ...said,
        cameras: report.cameras.map(({ id, filled, gaps }) => ({
          cameraId: id,
          filled: { ...filled, reasons: gapCodes(filled.reasons) },
          gaps: gaps.length,
        })),
        dataSets: Object.entries(report.dataSets).map(([id, filled]) => ({
          id,
          filled: { ...filled, reasons: gapCodes(filled.reasons) },
        })),
      });
    },
  );
}

const HOURS_PER_INCIDENT = text('jam per insiden', 'hours per incident');

/** The indicators in words; the values come by the same ids. */
const INDICATORS = [
  {
    id: 'ISO 37122 10.1',
    name: text(
      'Kunjungan tahunan portal data terbuka per 100.000 penduduk',
      'Annual visits to the open data portal per 100,000 inhabitants',
    ),
    unit: text('kunjungan per 100.000 penduduk', 'visits per 100,000 inhabitants'),
  },
  {
    id: 'ISO 37122 10.4',
    name: text(
      'Rata-rata waktu henti portal per insiden tak terencana',
      'Mean downtime of the portal per unplanned incident',
    ),
    unit: HOURS_PER_INCIDENT,
  },
  {
    id: 'ISO 37122 10.4 (terencana)',
    name: text('Rata-rata henti terencana portal', 'Mean planned stop of the portal'),
    unit: HOURS_PER_INCIDENT,
  },
  {
    id: 'ISO 37122 10.4 (kamera)',
    name: text(
      'Rata-rata waktu henti kamera per insiden tak terencana',
      'Mean downtime of cameras per unplanned incident',
    ),
    unit: HOURS_PER_INCIDENT,
  },
  {
    id: 'ISO 37122 10.4 (kamera, terencana)',
    name: text(
      'Rata-rata henti terencana kamera (jam operasi, jeda, tepi rekaman)',
      'Mean planned stop of cameras (operating hours, pause, edge of a recording)',
    ),
    unit: HOURS_PER_INCIDENT,
  },
  {
    id: 'U4SSC EC:ICT:T:2C',
    name: text('Bagian jalan utama yang dipantau', 'Share of major streets that is monitored'),
    unit: text('persen', 'percent'),
  },
] as const;

function addIndicators(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: RangeQuery }>(
    '/indicators',
    documented({
      summary: 'Indicators of SNI ISO 37122 and U4SSC with the facts behind them',
      description: RANGE_WORDS,
      tag: TAG,
      query: rangeQuery,
      answers: answers('null where a fact is missing or nothing happened', indicatorsAnswer),
    }),
    async (request, reply) => {
      const nowUs = options.clock() * 1000;
      const { range = { fromUs: nowUs - 1, toUs: nowUs }, said } = await reportTime(options, request.query);
      const { report, facts } = await readQuality(options, range);
      return sendJson(request, reply, {
        ...rangeText(range),
        ...said,
        indicators: INDICATORS.map((one) => ({ ...one, value: report.indicators[one.id] ?? null })),
        population: facts.population,
        annualVisits: facts.annualVisits,
        incidents: facts.incidents,
      });
    },
  );
}

function addDictionary(scope: FastifyInstance): void {
  const column = ({ name, label, unit, type }: ReturnType<typeof seriesColumns>[number]) => ({
    name,
    label,
    unit,
    type,
  });
  const answer = {
    resources: RESOURCES.map((resource) => {
      const { id, dataSetId, title } = resource;
      return { id, dataSetId, title, columns: dictionaryOf(resource) };
    }),
    series: { flow: seriesColumns('flow').map(column), presence: seriesColumns('presence').map(column) },
    grouped: { flow: groupMeasures('flow').map(column), presence: groupMeasures('presence').map(column) },
  };
  scope.get(
    '/dictionary',
    documented({
      summary: 'Every column in Indonesian and English: label, concept, definition, unit, codes',
      tag: 'metadata',
      answers: answers('by resource', dictionaryAnswer),
    }),
    async (request, reply) => sendJson(request, reply, answer),
  );
}
