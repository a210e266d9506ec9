import { describe, expect, it } from 'vitest';
import {
  chooseVariant,
  type HlsSegment,
  type MediaPlaylist,
  parsePlaylist,
  pickNext,
} from '../../../pipelines/adapters/decode/hls-playlist.ts';
import { createHlsTimeline } from '../../../pipelines/adapters/decode/hls-timeline.ts';

const base = new URL('https://cctv.example.go.id/live/index.m3u8?t=1');

function media(text: string): MediaPlaylist {
  const playlist = parsePlaylist(`#EXTM3U\n#EXT-X-TARGETDURATION:4\n${text}`, base);
  if (playlist.kind !== 'media') throw new Error('not a media playlist');
  return playlist;
}

describe('parsePlaylist', () => {
  it('resolves references against the playlist, not trusting any', () => {
    const { segments } = media('#EXTINF:4,\na.ts\n#EXTINF:4,\n/b.ts\n#EXTINF:4,\nfile:///etc/passwd\n');
    expect(segments.map(({ url }) => url)).toEqual([
      'https://cctv.example.go.id/live/a.ts',
      'https://cctv.example.go.id/b.ts',
      'file:///etc/passwd',
    ]);
  });

  it('reads sequence, date, range, map, key with its IV, gap and discontinuity', () => {
    const { segments, isEnded } = media(
      [
        '#EXT-X-MEDIA-SEQUENCE:70',
        '#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@0"',
        '#EXT-X-KEY:METHOD=AES-128,URI="key"',
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-21T07:00:00.500+07:00',
        '#EXTINF:4,',
        'a.m4s',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-GAP',
        '#EXT-X-BYTERANGE:50@100',
        '#EXTINF:3.5,',
        'b.m4s',
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    );
    expect(isEnded).toBe(true);
    expect(segments[0]).toMatchObject({
      sequence: 70,
      programDateUs: Date.UTC(2026, 10, 21, 0, 0, 0, 500) * 1000,
    });
    expect(segments[0]?.map).toEqual({
      url: 'https://cctv.example.go.id/live/init.mp4',
      range: { length: 100, offset: 0 },
    });
    // RFC 8216 §5.2: the sequence number as a big-endian 128-bit number
    expect(segments[0]?.key?.iv.toString('hex')).toBe('00000000000000000000000000000046');
    expect(segments[1]).toMatchObject({
      sequence: 71,
      isDiscontinuity: true,
      isGap: true,
      durationUs: 3_500_000,
      range: { length: 50, offset: 100 },
    });
    expect(segments[0]).toMatchObject({ isDiscontinuity: false, isGap: false });
  });

  it.each([
    ['a page', '<html></html>', 'source-not-video'],
    ['nothing', '', 'source-not-video'],
    [
      'SAMPLE-AES',
      '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:4,\na.ts\n',
      'source-refused',
    ],
    [
      'a reference that is no URL',
      '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://[/\n',
      'source-refused',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(() => parsePlaylist(text, base)).toThrow(expect.objectContaining({ code }));
  });

  it('leaves out variants without video', () => {
    const text =
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="mp4a.40.2"\naudio.m3u8\n' +
      '#EXT-X-STREAM-INF:BANDWIDTH=900,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2"\nlow.m3u8\n';
    expect(parsePlaylist(text, base)).toEqual({
      kind: 'master',
      variants: [
        { url: 'https://cctv.example.go.id/live/low.m3u8', bandwidth: 900, widthPx: 640, heightPx: 360 },
      ],
    });
  });
});

describe('chooseVariant', () => {
  const variants = [
    { url: 'fhd', widthPx: 1920, heightPx: 1080, bandwidth: 4000 },
    { url: 'sd', widthPx: 640, heightPx: 360, bandwidth: 800 },
    { url: 'hd', widthPx: 1280, heightPx: 720, bandwidth: 2000 },
    { url: 'hd-dear', widthPx: 1280, heightPx: 720, bandwidth: 3000 },
  ];
  it.each([
    [320, 'sd'],
    [640, 'sd'],
    [641, 'hd'],
    [1280, 'hd'],
    [4000, 'fhd'],
  ])('wanted %i px', (wanted, url) => {
    expect(chooseVariant(variants, wanted)?.url).toBe(url);
  });
  it('takes the richest when none tells its size', () => {
    const unsized = [
      { url: 'a', bandwidth: 1 },
      { url: 'b', bandwidth: 2 },
    ];
    expect(chooseVariant(unsized, 640)?.url).toBe('b');
    expect(chooseVariant([], 640)).toBeUndefined();
  });
});

describe('pickNext', () => {
  const playlist = (first: number, count: number): MediaPlaylist => ({
    kind: 'media',
    targetDurationUs: 4e6,
    isEnded: false,
    segments: Array.from(
      { length: count },
      (_, index): HlsSegment => ({
        sequence: first + index,
        url: `s${first + index}`,
        durationUs: 4e6,
        isDiscontinuity: false,
        isGap: false,
      }),
    ),
  });
  it.each([
    ['begins three from the edge', playlist(10, 6), undefined, 13, undefined],
    ['begins at the only one', playlist(10, 1), undefined, 10, undefined],
    ['goes on', playlist(10, 6), 13, 13, undefined],
    ['is three targets behind, just bearable', playlist(10, 6), 12, 12, undefined],
    ['is four behind: skips to the edge', playlist(10, 6), 11, 15, 'backlog'],
    ['was overtaken by the window', playlist(10, 3), 8, 12, 'backlog'],
    ['waits for the next', playlist(10, 6), 16, undefined, undefined],
    ['waits for a stale edge server', playlist(10, 6), 20, undefined, undefined],
    ['begins anew with the server', playlist(0, 3), 900, 0, 'source-down'],
    ['has nothing to take', playlist(10, 0), undefined, undefined, undefined],
  ] as const)('%s', (_name, list, next, sequence, skipped) => {
    const picked = pickNext(list, next);
    expect(picked?.segment.sequence).toBe(sequence);
    expect(picked?.skipped).toBe(skipped);
  });
});

describe('createHlsTimeline', () => {
  const S = 1_000_000;
  const T0 = 1_800_000_000 * S;
  const seconds = (us: number): number => (us - T0) / S;

  it('takes the camera’s clock where it is given', () => {
    const timeline = createHlsTimeline();
    timeline.add({ durationUs: 4 * S, programDateUs: T0, seenAtUs: T0 + 30 * S, behindUs: 0 });
    timeline.add({ durationUs: 4 * S, programDateUs: T0 + 4.1 * S, seenAtUs: T0 + 34 * S, behindUs: 0 });
    // the second picture of each segment; the camera lost 0.1 s between them
    expect(seconds(timeline.utcOf(0.5 * S))).toBe(0.5);
    expect(seconds(timeline.utcOf(4.5 * S))).toBe(4.6);
    // a picture 10 ms before the sum of the rounded durations is the next segment's first
    expect(seconds(timeline.utcOf(3.99 * S))).toBeCloseTo(4.09, 6);
  });

  it('does not believe a clock that is an hour off', () => {
    const timeline = createHlsTimeline();
    timeline.add({ durationUs: 4 * S, programDateUs: T0 - 3600 * S, seenAtUs: T0, behindUs: 0 });
    expect(seconds(timeline.utcOf(4 * S))).toBe(0);
  });

  it('without a clock: the end of a segment is when the playlist first showed it', () => {
    const timeline = createHlsTimeline();
    // at the start, three segments are there at once
    timeline.add({ durationUs: 4 * S, seenAtUs: T0, behindUs: 8 * S });
    timeline.add({ durationUs: 4 * S, seenAtUs: T0, behindUs: 4 * S });
    timeline.add({ durationUs: 4 * S, seenAtUs: T0, behindUs: 0 });
    // the next is seen 1 s late, by the poll
    timeline.add({ durationUs: 4 * S, seenAtUs: T0 + 5 * S, behindUs: 0 });
    expect([0, 4, 8, 12, 16].map((at) => Math.round(seconds(timeline.utcOf(at * S)) * 100) / 100)).toEqual([
      -12, -8, -4, 0, 4,
    ]);
  });
});
