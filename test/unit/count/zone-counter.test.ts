import { describe, expect, it } from 'vitest';
import { perClass } from '../../../pipelines/domain/classes.ts';
import { createZoneCounter, type ZoneState } from '../../../pipelines/domain/count/zone-counter.ts';
import type { Zone } from '../../../pipelines/domain/site.ts';
import type { Track } from '../../../pipelines/domain/types.ts';
import { rectangle } from '../geometry/rectangle.ts';
import { trackAt } from './track-builder.ts';

/** The margin of the boxes used here is 0.03 along x. */
const RIGHT_HALF: Zone = { id: 'z', polygon: rectangle(0.5, 0, 1, 1) };
const PICTURE: Zone = { id: 'all', polygon: rectangle(0, 0, 1, 1) };

/** One list of tracks per frame, 10 frames per second. */
function states(frames: readonly (readonly Track[])[], zone: Zone = RIGHT_HALF): ZoneState[] {
  const counter = createZoneCounter(zone);
  return frames.map((tracks, index) => counter.update(tracks, index * 100_000));
}

const walk = (xs: readonly number[]) => xs.map((x) => [trackAt(x, 0.5)]);
const carsPresent = (list: readonly ZoneState[]) => list.map((state) => state.present.car).join('');
const moves = (list: readonly ZoneState[]) =>
  `+${list.reduce((sum, state) => sum + state.entered.car, 0)} -${list.reduce((sum, state) => sum + state.left.car, 0)}`;

describe('zone counter', () => {
  it.each([
    ['walking in', [0.3, 0.4, 0.6, 0.7], '0011', '+1 -0'],
    ['walking out', [0.7, 0.6, 0.4, 0.3], '1100', '+0 -1'],
    ['through', [0.4, 0.6, 0.7, 0.6, 0.4, 0.3], '011100', '+1 -1'],
    ['one sight inside', [0.3, 0.3, 0.7, 0.3, 0.3], '00100', '+0 -0'],
    [
      'swaying on the outline, after coming from outside',
      [0.3, 0.49, 0.51, 0.49, 0.51, 0.49],
      '001010',
      '+0 -0',
    ],
    ['begins and ends inside', [0.7, 0.75, 0.8], '111', '+0 -0'],
    ['stands on the outline', [0.5, 0.5], '11', '+0 -0'],
  ])('%s', (_, xs, present, moved) => {
    const list = states(walk(xs));
    expect(carsPresent(list)).toBe(present);
    expect(moves(list)).toBe(moved);
  });

  it('gives every class, under the zone’s id', () => {
    const [state] = states([[trackAt(0.7, 0.5), trackAt(0.8, 0.5, { id: 2, roadUserClass: 'person' })]]);
    const expected = { ...perClass(() => 0), car: 1, person: 1 };
    expect(state).toEqual({
      zoneId: 'z',
      present: expected,
      entered: perClass(() => 0),
      left: perClass(() => 0),
    });
  });

  it('does not see tentative tracks', () => {
    expect(carsPresent(states([[trackAt(0.7, 0.5, { state: 'tentative' })]]))).toBe('0');
  });

  it('keeps a hidden road user present for half a second, no longer', () => {
    const lost = [trackAt(0.7, 0.5, { state: 'lost', isObserved: false })];
    expect(carsPresent(states([...walk([0.7]), ...Array(8).fill(lost)]))).toBe('111111000');
  });

  it('lets a hidden road user leave with its predicted place', () => {
    const lost = [trackAt(0.4, 0.5, { state: 'lost', isObserved: false })];
    expect(carsPresent(states([...walk([0.6]), lost]))).toBe('10');
  });

  it('puts feet below the picture’s edge on it when seen, and outside when only predicted', () => {
    const below = trackAt(0.7, 1.05);
    expect(carsPresent(states([[below]], PICTURE))).toBe('1');
    expect(
      carsPresent(states([...walk([0.7]), [{ ...below, isObserved: false, state: 'lost' }]], PICTURE)),
    ).toBe('10');
  });

  it('counts as left who was deep outside when last seen', () => {
    const lost = [trackAt(0.1, 0.5, { state: 'lost', isObserved: false })];
    expect(moves(states([...walk([0.7, 0.6, 0.3]), ...Array(12).fill(lost)]))).toBe('+0 -1');
    expect(moves(states([...walk([0.7, 0.6, 0.3]), []]))).toBe('+0 -1');
    expect(moves(states([...walk([0.7, 0.6, 0.46]), []]))).toBe('+0 -0');
  });

  it('forgets tracks that have ended', () => {
    const counter = createZoneCounter(RIGHT_HALF);
    for (let frame = 0; frame < 1000; frame++)
      counter.update([trackAt(0.7, 0.5, { id: frame })], frame * 100_000);
    expect(counter.openTracks()).toBe(1);
  });
});
