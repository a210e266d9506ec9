import { describe, expect, it } from 'vitest';
import { parsePublisherSettings } from '../../../portal/publishers/settings.ts';

const CKAN = {
  id: 'kota',
  kind: 'ckan',
  url: 'https://data.example.go.id',
  organization: 'dishub',
  token: { secret: 'CKAN' },
};
const BROKER = { id: 'orion', kind: 'ngsi-ld', url: 'http://orion:1026' };
const DROP = { id: 'drop', kind: 'files', folder: '/srv/pantau' };

const parse = (publishers: object[]) =>
  parsePublisherSettings(
    JSON.stringify({ portalUrl: 'https://pantau.example.go.id', publishers }),
    'publishers.json',
  );

describe('the publishers file', () => {
  it('needs little and fills in the rest', () => {
    expect(parse([CKAN, BROKER, DROP]).publishers).toMatchObject([
      { batchRows: 500, timeoutSeconds: 120, namePrefix: '', private: false },
      { level: 'quarter-hour', mode: 'replace', batchEntities: 200 },
      { formats: ['csv', 'parquet'], everySeconds: 30 },
    ]);
  });

  it.each<[string, object[], string]>([
    ['a typing error', [{ ...CKAN, organisation: 'x' }], 'organisation'],
    ['a token written in it', [{ ...CKAN, token: 'eyJ0' }], 'publishers.0.token'],
    ['a password in the address', [{ ...CKAN, url: 'https://a:hunter2@b' }], 'publishers.0.url'],
    ['a table that is none', [{ ...CKAN, resources: ['x'] }], 'publishers.0.resources'],
    ['two cursors of one name', [CKAN, { ...DROP, id: 'kota' }], 'share one id kota'],
    ['two writers of one site', [CKAN, { ...CKAN, id: 'kota-2' }], 'share one ckan'],
    ['another kind', [{ ...DROP, kind: 'ftp' }], 'publishers.0.kind'],
  ])('refuses %s and says where', (_name, publishers, place) => {
    expect(() => parse(publishers)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(place) }),
    );
  });

  it('never quotes what may be a secret', () => {
    expect(() => parse([{ ...CKAN, token: 'eyJ0', url: 'https://a:hunter2@b' }])).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/eyJ0|hunter2/) }),
    );
  });
});
