import { describe, expect, it } from 'vitest';
import { assertLicenceAllowed } from '../../../models/licence.ts';
import { tinyBytes, tinyCard } from './tiny-onnx.ts';

const card = (licence: string) => tinyCard(tinyBytes(), { licence });

describe('assertLicenceAllowed', () => {
  it.each(['MIT', 'Apache-2.0', 'BSD-3-Clause', 'GPL-3.0-only', 'LGPL-2.1-only'])('%s runs', (licence) => {
    expect(() => assertLicenceAllowed(card(licence), [])).not.toThrow();
  });

  it.each([
    'AGPL-3.0',
    'AGPL-3.0-only',
    'AGPL-3.0-or-later',
    'agpl',
    'MIT AND AGPL-3.0-only',
    'GNU Affero GPL v3',
  ])('%s is refused, with the name to allow it by', (licence) => {
    expect(() => assertLicenceAllowed(card(licence), [])).toThrow(/tiny is under .*allowed by name: tiny/);
    expect(() => assertLicenceAllowed(card(licence), [])).toThrow(
      expect.objectContaining({ code: 'model-licence' }),
    );
  });

  it('is allowed by the id of that very card only', () => {
    expect(() => assertLicenceAllowed(card('AGPL-3.0'), ['tiny'])).not.toThrow();
    expect(() => assertLicenceAllowed(card('AGPL-3.0'), ['other', 'AGPL-3.0', '*'])).toThrow();
  });
});
