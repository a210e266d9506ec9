import { describe, expect, it } from 'vitest';
import truth from '../../../fixtures/truth/junction.json' with { type: 'json' };
import { isRoadUserClass, VEHICLE_CLASSES } from '../../../pipelines/domain/classes.ts';
import { loadSiteFile } from '../../../pipelines/site-file.ts';

const root = new URL('../../../', import.meta.url);
const site = await loadSiteFile(new URL(truth.site.file, root).pathname);
const camera = site.cameras.find(({ id }) => id === truth.site.cameraId);
const lineIds = new Set(truth.site.lines.map(({ id }) => id));
const allCrossings = [...truth.crossings, ...truth.doubtfulCrossings];

const byFrame = (a: { frame: number }, b: { frame: number }) => a.frame - b.frame;

describe('the geometry that was labelled against', () => {
  it('has every line of the site file, point by point', () => {
    const lines = camera?.lines.map(({ id, from, to }) => ({ id, from, to }));
    expect(truth.site.lines).toEqual(lines);
    expect(lineIds.size).toBeGreaterThanOrEqual(2);
  });
  it('has every zone of the site file, point by point', () => {
    expect(truth.site.zones).toEqual(camera?.zones.map(({ id, polygon }) => ({ id, polygon })));
  });
  it('names both directions of each line', () => {
    for (const line of camera?.lines ?? []) {
      expect(Object.keys(line.directionNames ?? {}).sort()).toEqual(['in', 'out']);
    }
  });
});

describe('crossings', () => {
  it.each(allCrossings)('frame $frame on $lineId, $what', (crossing) => {
    expect(lineIds).toContain(crossing.lineId);
    expect(['in', 'out']).toContain(crossing.direction);
    expect(isRoadUserClass(crossing.class)).toBe(true);
    expect(Number.isInteger(crossing.frame)).toBe(true);
    // A crossing is a change of side between two frames, so the first frame can't have one.
    expect(crossing.frame).toBeGreaterThanOrEqual(2);
    expect(crossing.frame).toBeLessThanOrEqual(truth.frames);
  });
  it.each(truth.crossings)('both passes put frame $frame on $lineId within its tolerance', (crossing) => {
    expect(crossing.passFrames).toHaveLength(2);
    for (const seen of crossing.passFrames) {
      expect(Math.abs(seen - crossing.frame)).toBeLessThanOrEqual(crossing.plusMinusFrames);
    }
  });
  it('stand in order of time', () => {
    expect(truth.crossings).toEqual(truth.crossings.toSorted(byFrame));
  });
  it('add up to the totals the protocol states', () => {
    const total = (lineId: string) => truth.crossings.filter((crossing) => crossing.lineId === lineId).length;
    expect([total('menuju-kamera'), total('menjauhi-kamera')]).toEqual([24, 27]);
  });
  it('keep what could not be seen apart, with its reason', () => {
    expect(truth.doubtfulCrossings.map(({ doubt }) => doubt)).toEqual(['hidden-at-line']);
  });
});

describe('presence', () => {
  it('is told at 20 instants spread evenly', () => {
    expect(truth.presence.map(({ frame }) => frame)).toEqual(
      Array.from({ length: 20 }, (_, k) => 13 + 25 * k),
    );
  });
  it.each(truth.presence)('frame $frame adds up and lies in its own bounds', (instant) => {
    expect(truth.site.zones.map(({ id }) => id)).toContain(instant.zoneId);
    expect(Object.keys(instant.counts).every(isRoadUserClass)).toBe(true);
    expect(VEHICLE_CLASSES.reduce((sum, name) => sum + instant.counts[name], 0)).toBe(instant.vehicles);
    expect(instant.vehiclesMin).toBeLessThanOrEqual(instant.vehicles);
    expect(instant.vehiclesMax).toBeGreaterThanOrEqual(instant.vehicles);
    // A range needs its reason, and a reason is only needed for something that was doubtful or hidden.
    if (instant.vehiclesMin !== instant.vehiclesMax) expect(instant.doubt).toBeTruthy();
  });
});
