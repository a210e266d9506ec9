/** The models a camera may be given: every card there is, and whether its file lies ready. */
import { stat } from 'node:fs/promises';
import { DEFAULT_MODEL_ID, loadCards } from '../../models/registry.ts';
import { modelPath } from '../../models/store.ts';
import type { KnownModel } from '../../portal/operate/operations.ts';
import { cardDirs } from '../camera-models.ts';
import type { Config } from '../config.ts';

/** By id. The files are those of this machine: a worker elsewhere keeps its own. */
export async function listModels(config: Pick<Config, 'modelDir'>): Promise<readonly KnownModel[]> {
  const cards = await loadCards(cardDirs(config));
  return Promise.all(
    cards.map(async (card) => {
      const bytes = await stat(modelPath(card, config.modelDir)).then(
        (file) => file.size,
        () => undefined,
      );
      return {
        ...{ id: card.id, licence: card.licence, isDefault: card.id === DEFAULT_MODEL_ID },
        ...(bytes === undefined ? {} : { bytes }),
      };
    }),
  );
}
