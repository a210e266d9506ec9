import { describe, expect, it } from 'vitest';
import { accuracyText } from '../../../portal/reads/catalogue-state.ts';
import { SAMPLE_FIGURES } from '../accuracy/sample-figures.ts';

describe('accuracyText', () => {
  it('names the model of each sentence, so that figures of two do not contradict each other', () => {
    const { id, en } = accuracyText([SAMPLE_FIGURES, { ...SAMPLE_FIGURES, modelId: 'model-y' }]);
    for (const text of [id, en]) expect(text.match(/Model model-[xy]: /g)).toHaveLength(2);
    expect(accuracyText([]).id).toContain('belum diukur');
  });
});
