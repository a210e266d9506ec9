/** `GET /api/v1/accuracy`: how good the counts are, measured against truth, one statement per model. */
import type { FastifyInstance } from 'fastify';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { accuracyStatement } from '../../pipelines/domain/accuracy/statement.ts';
import { refuseQuery } from './query.ts';

/** Adds the route to a scope whose prefix is `/api/v1`. Without figures the list is empty: nothing was measured. */
export function addAccuracyRoutes(scope: FastifyInstance, figures: readonly AccuracyFigures[] = []): void {
  const answer = { accuracy: figures.map(accuracyStatement) };
  scope.get('/accuracy', async (request, reply) => {
    refuseQuery(request.query);
    reply.header('cache-control', 'public, no-cache');
    return answer;
  });
}
