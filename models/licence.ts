/** Whether a model's licence lets it run without a word from the user. */
import { AnalysisError } from '../pipelines/errors.ts';
import type { ModelCard } from './card.ts';

/** AGPL in any spelling: its network clause reaches whoever offers results as a service. */
const NEEDS_CONSENT = /agpl|affero/i;

/**
 * Throws `model-licence` for a model under the AGPL whose card id isn't in `allowLicences`. Allowing is by
 * name, one card at a time: consent to one model is none to the next.
 */
export function assertLicenceAllowed(card: ModelCard, allowLicences: readonly string[]): void {
  if (!NEEDS_CONSENT.test(card.licence) || allowLicences.includes(card.id)) return;
  throw new AnalysisError(
    'model-licence',
    'check-licence',
    `the model ${card.id} is under ${card.licence}: whoever offers its results over a network must publish ` +
      `the source of the whole service. It is used only when allowed by name: ${card.id}`,
  );
}
