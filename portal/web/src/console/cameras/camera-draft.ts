/** A camera as it is typed, and as the site file wants it. Pure. */
import type { EditedCamera, SiteCamera } from '../answers.ts';
import { numberOrText } from '../numbers.ts';

export const SOURCE_KINDS = ['none', 'recording', 'rtsp', 'hls', 'mjpeg', 'snapshot'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Every field as text. An empty `address` keeps the registered source of the same kind. */
export interface CameraDraft {
  readonly id: string;
  readonly name: string;
  readonly sourceKind: SourceKind;
  readonly address: string;
  readonly start: string;
  readonly lat: string;
  readonly lon: string;
  readonly road: string;
  readonly kecamatan: string;
  readonly framesPerSecond: string;
  readonly keyframesOnly: boolean;
  readonly keyframeIntervalS: string;
  readonly people: boolean;
  readonly vehicles: boolean;
  readonly windowSeconds: string;
}

/** A new camera's. */
export const EMPTY_DRAFT: CameraDraft = {
  id: '',
  name: '',
  sourceKind: 'rtsp',
  address: '',
  start: '',
  lat: '',
  lon: '',
  road: '',
  kecamatan: '',
  framesPerSecond: '5',
  keyframesOnly: false,
  keyframeIntervalS: '',
  people: true,
  vehicles: true,
  windowSeconds: '60',
};

/**
 * What a new camera counts until something is drawn: a camera without a line or zone is refused, and without a
 * camera there is no picture to draw on.
 */
const WHOLE_PICTURE = {
  id: 'seluruh-gambar',
  name: 'Seluruh gambar',
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ],
};

/** The draft of a registered camera. */
export function draftOf({ camera, sourceKind, windowSeconds }: EditedCamera): CameraDraft {
  const { location, sampling, groups = ['people', 'vehicles'], source } = camera as ReadCamera;
  const text = (value: unknown): string => (value === undefined ? '' : String(value));
  return {
    ...{ id: text(camera['id']), name: text(camera['name']), address: '', start: text(source?.start) },
    sourceKind: SOURCE_KINDS.find((kind) => kind === sourceKind) ?? 'none',
    ...{ lat: text(location?.lat), lon: text(location?.lon) },
    ...{ road: text(location?.road), kecamatan: text(location?.kecamatan) },
    framesPerSecond: text(sampling?.framesPerSecond ?? 5),
    keyframesOnly: sampling?.keyframesOnly ?? false,
    keyframeIntervalS: text(sampling?.keyframeIntervalS),
    ...{ people: groups.includes('people'), vehicles: groups.includes('vehicles') },
    windowSeconds: text(windowSeconds),
  };
}

interface ReadCamera {
  readonly source?: { readonly start?: string };
  readonly location?: {
    readonly lat?: number;
    readonly lon?: number;
    readonly road?: string;
    readonly kecamatan?: string;
  };
  readonly sampling?: {
    readonly framesPerSecond?: number;
    readonly keyframesOnly?: boolean;
    readonly keyframeIntervalS?: number;
  };
  readonly groups?: readonly string[];
}

/** The body of the edit; `before` gives what this form does not know. */
export function editOf(draft: CameraDraft, before?: EditedCamera) {
  const { name: _name, source: _source, location: _location, ...kept } = before?.camera ?? {};
  const old = before?.camera as ReadCamera | undefined;
  const place = {
    ...old?.location,
    ...{ lat: numberOrText(draft.lat), lon: numberOrText(draft.lon) },
    ...{ road: trimmedOrNothing(draft.road), kecamatan: trimmedOrNothing(draft.kecamatan) },
  };
  const hasPlace = [draft.lat, draft.lon, draft.road, draft.kecamatan].some((text) => text.trim() !== '');
  const camera: SiteCamera = {
    ...(before === undefined ? { zones: [WHOLE_PICTURE] } : {}),
    ...kept,
    ...(draft.id === '' ? {} : { id: draft.id }),
    ...given({ name: trimmedOrNothing(draft.name), source: sourceOf(draft) }),
    ...(hasPlace ? { location: given(place) } : {}),
    sampling: given({
      ...old?.sampling,
      framesPerSecond: numberOrText(draft.framesPerSecond),
      keyframesOnly: draft.keyframesOnly,
      keyframeIntervalS: numberOrText(draft.keyframeIntervalS),
    }),
    groups: [...(draft.people ? ['people'] : []), ...(draft.vehicles ? ['vehicles'] : [])],
  };
  return {
    camera,
    ...given({ windowSeconds: numberOrText(draft.windowSeconds) }),
    ...(before === undefined ? {} : { revision: before.revision }),
  };
}

function sourceOf({ sourceKind: kind, address, start }: CameraDraft): object | undefined {
  const trimmed = address.trim();
  if (kind === 'none' || trimmed === '') return undefined;
  if (kind !== 'recording') return { kind, url: trimmed };
  return { kind, path: trimmed, ...(start.trim() === '' ? {} : { start: start.trim() }) };
}

function trimmedOrNothing(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
