import { describe, expect, it } from 'vitest';
import { parseSite, siteVersion } from '../../../pipelines/site-file.ts';
import { referenceOf, street, walkedStreet } from './scenes.ts';

const LINE = { id: 'l', from: { x: 0.5, y: 0 }, to: { x: 0.5, y: 1 } };

function camera(part: object) {
  return parseSite(JSON.stringify({ cameras: [{ id: 'k', lines: [LINE], ...part }] }), 'site.json')
    .cameras[0]!;
}

describe('sceneReference in the site file', () => {
  const sceneReference = referenceOf(walkedStreet());
  const other = referenceOf(Array.from({ length: 10 }, () => street({ street: 99 })));

  it('is kept as it is, also several', () => {
    expect(camera({ sceneReference }).sceneReference).toBe(sceneReference);
    expect(camera({ sceneReference: `${sceneReference}.${other}` }).sceneReference).toHaveLength(
      2 * 1028 + 1,
    );
  });

  it('is refused with what is allowed', () => {
    expect(() => camera({ sceneReference: 'AAAA' })).toThrow(/sceneReference.*pantau camera reference/s);
    expect(() => camera({ sceneReference: 5 })).toThrow(/sceneReference.*pantau camera reference/s);
  });

  it('is part of the version; without one the version is that of before there were any', () => {
    const versions = [{}, { sceneReference }, { sceneReference: other }].map((part) =>
      siteVersion(camera(part), 60),
    );
    expect(new Set(versions).size).toBe(3);
    expect(versions[0]).toBe('499c25ee4db61b62');
  });
});
