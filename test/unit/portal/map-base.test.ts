import { describe, expect, it } from 'vitest';
import { parseMapBase } from '../../../portal/api/map-base.ts';

const ROAD = {
  type: 'LineString',
  coordinates: [
    [110.4203456, -6.9902, 12],
    [110.4229, -6.991],
  ],
};
const withGeometry = (geometry: unknown) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [{ type: 'Feature', id: 7, properties: { owner: 'Budi' }, geometry }],
  });

describe('the base layer of the map', () => {
  it('keeps lines to a metre, and nothing else that a file says', () => {
    expect(JSON.parse(parseMapBase(withGeometry(ROAD), 'jalan.geojson'))).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: {
            type: 'LineString',
            coordinates: [
              [110.42035, -6.9902],
              [110.4229, -6.991],
            ],
          },
        },
      ],
    });
  });

  it.each([
    ['no JSON', '{', /jalan\.geojson: is not JSON/],
    ['no collection', '[]', /the whole file: expected a GeoJSON FeatureCollection/],
    ['an empty one', '{"type":"FeatureCollection","features":[]}', /features: Too small/],
    [
      'points',
      withGeometry({ type: 'Point', coordinates: [110, -7] }),
      /features\.0\.geometry\.type: expected a LineString, MultiLineString, Polygon or MultiPolygon/,
    ],
    [
      'metres of UTM',
      withGeometry({
        ...ROAD,
        coordinates: [
          [436_000, 9_228_000],
          [436_100, 9_228_000],
        ],
      }),
      /features\.0\.geometry\.coordinates\.0: expected degrees of WGS 84 \(EPSG:4326\), longitude first/,
    ],
    ['too much', ' '.repeat(6 * 1024 * 1024), /found 6291456 bytes, allowed are 5242880/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseMapBase(text, 'jalan.geojson')).toThrow(message);
  });
});
