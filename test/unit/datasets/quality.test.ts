import { describe, expect, it } from 'vitest';
import type { GapReason } from '../../../pipelines/domain/types.ts';
import {
  meanDowntimes,
  streetsMonitoredPercent,
  visitsPer100k,
} from '../../../portal/datasets/quality/city-indicators.ts';
import { filledShare, joinedShare } from '../../../portal/datasets/quality/filled-share.ts';
import { gapsOf, type WindowQuality, windowQuality } from '../../../portal/datasets/quality/gaps.ts';
import { methodBreaks } from '../../../portal/datasets/quality/method-breaks.ts';
import { cameraQuality, qualityReport } from '../../../portal/datasets/quality/quality-report.ts';
import { availabilityRow, incidentRows, methodBreakRow } from '../../../portal/datasets/rows.ts';
import { CAMERA, METHOD } from '../../support/portal-data.ts';

/** 15-minute windows of 2026-01-05 WIB from midnight on; `undefined` leaves a hole. */
function windows(...coverages: readonly (readonly [number, ...GapReason[]] | undefined)[]): WindowQuality[] {
  return coverages.flatMap((quality, i) => {
    if (quality === undefined) return [];
    const [coverage, ...reasons] = quality;
    return [{ windowStart: at(i), windowEnd: at(i + 1), coverage, reasons }];
  });
}

const START_MS = Date.parse('2026-01-04T17:00:00Z');
const at = (quarter: number) => new Date(START_MS + quarter * 900_000).toISOString().replace('.000', '');
const hours = (from: number, to: number) => ({ start: at(from * 4), end: at(to * 4) });

describe('gaps', () => {
  it('join adjoining windows with all their reasons', () => {
    const records = windows([1], [0.5, 'source-down'], [0, 'source-down', 'worker-down'], [1]);
    expect(gapsOf(records, hours(0, 1))).toEqual([
      {
        start: '2026-01-04T17:15:00Z',
        end: '2026-01-04T17:45:00Z',
        lostSeconds: 450 + 900,
        reasons: ['kamera-mati', 'pekerja-mati'],
        isPlanned: false,
      },
    ]);
  });

  it('are planned only when every reason is', () => {
    const planned = (...reasons: GapReason[]) =>
      gapsOf(windows([0, ...reasons], [1], [1], [1]), hours(0, 1))[0]?.isPlanned;
    expect(planned('paused')).toBe(true);
    expect(planned('paused', 'backlog')).toBe(false);
  });

  it('that are planned are no part of the failure beside them', () => {
    const records = windows([0, 'source-down'], [0, 'paused'], [0, 'paused'], [0.5, 'paused', 'source-down']);
    expect(
      gapsOf(records, hours(0, 1)).map(({ start, lostSeconds, isPlanned }) => [
        start,
        lostSeconds,
        isPlanned,
      ]),
    ).toEqual([
      [at(0), 900, false],
      [at(1), 1800, true],
      [at(3), 450, false],
    ]);
  });

  it('include what nobody recorded: before, between and after', () => {
    const gaps = gapsOf(windows(undefined, [1], undefined, [1]), hours(0, 2));
    expect(gaps.map(({ start, end, reasons }) => [start, end, reasons])).toEqual([
      [at(0), at(1), ['tanpa-catatan']],
      [at(2), at(3), ['tanpa-catatan']],
      [at(4), at(8), ['tanpa-catatan']],
    ]);
  });

  it('do not count a camera’s lines and zones twice, nor a dropped second', () => {
    const once = windows([0.96, 'backlog'], [0, 'source-down'], [1], [1]);
    expect(gapsOf([...once, ...once], hours(0, 1))).toHaveLength(1);
    expect(filledShare([...once, ...once], hours(0, 1)).analysedSeconds).toBe(0.96 * 900 + 1800);
  });
});

describe('the store’s coverage', () => {
  it('without a reason is time without records, which nobody planned', () => {
    const startUs = START_MS * 1000;
    const row = {
      cameraId: 'SMG-017',
      windowStartUs: startUs,
      windowEndUs: startUs + 900e6,
      recordedUs: 225e6,
      analysedUs: 225e6,
      reasons: [],
    };
    expect(gapsOf([windowQuality(row)], { start: at(0), end: at(1) })).toEqual([
      { start: at(0), end: at(1), lostSeconds: 675, reasons: ['tanpa-catatan'], isPlanned: false },
    ]);
  });
});

describe('keterisian', () => {
  it('counts what nobody recorded as not observed', () => {
    expect(filledShare(windows([1], [0.5, 'backlog']), hours(0, 1))).toEqual({
      periodSeconds: 3600,
      analysedSeconds: 1350,
      share: 0.375,
      reasons: ['antrean-penuh', 'tanpa-catatan'],
    });
    expect(filledShare([], hours(0, 0)).share).toBe(0);
  });

  it('of a data set weighs cameras by their own time', () => {
    const whole = filledShare(windows([1], [1], [1], [1]), hours(0, 1));
    const none = filledShare([], hours(0, 3));
    expect(joinedShare([whole, none])).toMatchObject({ share: 0.25, reasons: ['tanpa-catatan'] });
    expect(joinedShare([]).share).toBe(0);
  });

  it('becomes the rows of a day and of its incidents', () => {
    const records = windows([1], [0, 'source-down'], [1], [1]);
    expect(availabilityRow(CAMERA, hours(0, 1), records)).toMatchObject({
      tanggal: '2026-01-05',
      jam_terencana: 1,
      jam_teramati: 0.75,
      cakupan_persen: 75,
      alasan_celah: 'kamera-mati',
      satuan: 'JAM',
      tahun: 2026,
    });
    expect(incidentRows(CAMERA, hours(0, 1), records)).toMatchObject([
      {
        waktu_mulai: '2026-01-05T00:15:00+07:00',
        waktu_selesai: '2026-01-05T00:30:00+07:00',
        jam_tidak_tersedia: 0.25,
        terencana: false,
        alasan_celah: 'kamera-mati',
      },
    ]);
  });
});

describe('method breaks', () => {
  const trace = (quarter: number, ...methods: (typeof METHOD)[]) => ({
    cameraId: 'SMG-017',
    windowStart: at(quarter),
    methods,
  });
  const yolox = { ...METHOD, modelId: 'yolox' };

  it('tell each part that changed, once per camera however many places it has', () => {
    const next = { ...yolox, siteVersion: 'ffff' };
    const rows = [
      trace(0, METHOD),
      trace(0, METHOD),
      trace(1, METHOD, next),
      trace(1, METHOD, next),
      trace(2, next),
    ];
    const breaks = methodBreaks(rows);
    expect(breaks).toEqual([
      {
        cameraId: 'SMG-017',
        kind: 'model',
        since: at(1),
        before: 'centernet@0123456789ab',
        after: 'yolox@0123456789ab',
      },
      {
        cameraId: 'SMG-017',
        kind: 'definisi-kamera',
        since: at(1),
        before: METHOD.siteVersion,
        after: 'ffff',
      },
    ]);
    expect(methodBreakRow(CAMERA, breaks[0]!)).toMatchObject({
      berlaku_sejak: '2026-01-05T00:15:00+07:00',
      jenis_perubahan: 'model',
      nilai_baru: 'yolox@0123456789ab',
    });
  });

  it('keep cameras apart, and see a change back', () => {
    const other = { ...trace(0, yolox), cameraId: 'B' };
    expect(
      methodBreaks([trace(0, METHOD), other, trace(1, METHOD), { ...other, windowStart: at(1) }]),
    ).toEqual([]);
    expect(
      methodBreaks([trace(0, METHOD), trace(1, yolox), trace(2, METHOD)]).map(({ after }) => after),
    ).toEqual(['yolox@0123456789ab', 'centernet@0123456789ab']);
  });
});

describe('indicators of the city', () => {
  it('ISO 37122 10.1: 10,000,000 visits of 10.56 million people', () => {
    expect(Math.round(visitsPer100k(10_000_000, 10_560_000) ?? 0)).toBe(94_697);
    expect(visitsPer100k(10, 0)).toBeUndefined();
  });

  it('ISO 37122 10.4: six hours in three incidents are two hours, planned stops beside them', () => {
    const incident = (hours: number, isPlanned = false) => ({ hours, isPlanned });
    const all = [incident(1), incident(2), incident(3), incident(8, true)];
    expect(meanDowntimes(all)).toEqual({ unplanned: 2, planned: 8 });
    expect(meanDowntimes([incident(8, true)])).toEqual({ planned: 8 });
    expect(meanDowntimes([])).toEqual({});
  });

  it('U4SSC: a road with two cameras counts once', () => {
    const watched = [
      { road: 'Pahlawan', lengthM: 850 },
      { road: 'Pahlawan', lengthM: 600 },
      { road: 'Pemuda', lengthM: 1650 },
    ];
    expect(streetsMonitoredPercent(watched, 50)).toBe(5);
    expect(streetsMonitoredPercent(watched, 1)).toBe(100);
    expect(streetsMonitoredPercent(watched, 0)).toBeUndefined();
  });
});

describe('the public report', () => {
  it('judges each data set by the cameras that count for it', () => {
    const crowdOnly = { ...CAMERA, id: 'B', groups: ['people'] as const };
    const report = qualityReport(
      hours(0, 1),
      [
        cameraQuality(CAMERA, windows([1], [1], [1], [1]), hours(0, 1)),
        cameraQuality(
          crowdOnly,
          windows([1], [0, 'paused'], [0, 'source-down'], [0, 'source-down']),
          hours(0, 1),
        ),
      ],
      {
        population: 1_699_585,
        annualVisits: 340_000,
        downtimes: [
          { hours: 2, isPlanned: false },
          { hours: 9, isPlanned: true },
        ],
        majorStreetsKm: 17,
      },
    );
    expect(report.dataSets['kepadatan-lalu-lintas']?.share).toBe(1);
    expect(report.dataSets['tingkat-keramaian']?.share).toBe(0.625);
    expect(Object.keys(report.dataSets)).toHaveLength(2);
    expect(report.indicators).toEqual({
      'ISO 37122 10.1': 20_004.88,
      'ISO 37122 10.4': 2,
      'ISO 37122 10.4 (kamera)': 0.5,
      'ISO 37122 10.4 (kamera, terencana)': 0.25,
      'ISO 37122 10.4 (terencana)': 9,
      'U4SSC EC:ICT:T:2C': 5,
    });
    expect(qualityReport(hours(0, 1), [], {}).indicators).toEqual({});
  });
});
