/** `GET /api/v1/accuracy`: how good the counts are, measured against truth, one statement per model. */
import type { FastifyInstance } from 'fastify';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { accuracyStatement } from '../../pipelines/domain/accuracy/statement.ts';
import { accuracyAnswer } from './answer-schemas.ts';
import { sendJson } from './conditional.ts';
import { documented } from './route-doc.ts';

/** Adds the route to a scope whose prefix is `/api/v1`. Without figures the list is empty: nothing was measured. */
export function addAccuracyRoutes(scope: FastifyInstance, figures: readonly AccuracyFigures[] = []): void {
  const answer = { accuracy: figures.map(accuracyStatement) };
  scope.get(
    '/accuracy',
    documented({
      summary: 'How good the counts are, measured against truth',
      tag: 'quality',
      answers: { 200: { description: 'by model', content: { 'application/json': accuracyAnswer } } },
    }),
    async (request, reply) => sendJson(request, reply, answer),
  );
}
