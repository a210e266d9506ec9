/** A camera as it is typed, and as the site file wants it. Pure. */
import type { EditedCamera, SiteFileCamera } from '../../../../operate/answers.ts';
import { numberOrText } from '../numbers.ts';

export const SOURCE_KINDS = ['none', 'recording', 'rtsp', 'hls', 'mjpeg', 'snapshot'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Parts of the public notice that are texts. */
export const NOTICE_TEXTS = ['purpose', 'legalBasis', 'dpiaReference', 'contact'] as const;
export const SIGNAGE_STATES = ['unknown', 'yes', 'no'] as const;

/** Every field as text. An empty `address` keeps the registered source of the same kind. */
export interface CameraDraft extends Readonly<Record<(typeof NOTICE_TEXTS)[number], string>> {
  readonly id: string;
  readonly name: string;
  readonly sourceKind: SourceKind;
  readonly address: string;
  readonly start: string;
  readonly lat: string;
  readonly lon: string;
  readonly road: string;
  readonly kecamatan: string;
  readonly roadClass: string;
  readonly roadLengthM: string;
  readonly framesPerSecond: string;
  readonly keyframesOnly: boolean;
  readonly keyframeIntervalS: string;
  readonly motionGate: boolean;
  /** Empty for the default. */
  readonly model: string;
  readonly people: boolean;
  readonly vehicles: boolean;
  readonly windowSeconds: string;
  readonly sceneReference: string;
  readonly hasHours: boolean;
  readonly hoursFrom: string;
  readonly hoursTo: string;
  readonly hoursZone: string;
  readonly signage: (typeof SIGNAGE_STATES)[number];
}

/** A new camera's. */
export const EMPTY_DRAFT: CameraDraft = {
  ...{ id: '', name: '', sourceKind: 'rtsp', address: '', start: '' },
  ...{ lat: '', lon: '', road: '', kecamatan: '', roadClass: '', roadLengthM: '' },
  ...{ framesPerSecond: '5', keyframesOnly: false, keyframeIntervalS: '', motionGate: true, model: '' },
  ...{ people: true, vehicles: true, windowSeconds: '60', sceneReference: '' },
  ...{ hasHours: false, hoursFrom: '05:00', hoursTo: '23:00', hoursZone: 'Asia/Jakarta' },
  ...{ purpose: '', legalBasis: '', dpiaReference: '', contact: '', signage: 'unknown' },
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

/** What this form reads of a camera of the site file. */
interface ReadCamera {
  readonly source?: { readonly start?: string };
  readonly location?: Readonly<Record<string, unknown>>;
  readonly sampling?: {
    readonly framesPerSecond?: number;
    readonly keyframesOnly?: boolean;
    readonly keyframeIntervalS?: number;
    readonly motionGate?: boolean;
  };
  readonly groups?: readonly string[];
  readonly operatingHours?: { readonly from: string; readonly to: string; readonly timeZone?: string };
  readonly notice?: Readonly<Record<string, unknown>>;
}

/** The draft of a registered camera. */
export function draftOf({ camera, sourceKind, windowSeconds }: EditedCamera): CameraDraft {
  const { location, sampling, groups, source, operatingHours: hours, notice } = camera as ReadCamera;
  const counted = groups ?? ['people', 'vehicles'];
  const text = (value: unknown): string => (value === undefined ? '' : String(value));
  const texts = (of: Readonly<Record<string, unknown>> | undefined, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, text(of?.[name])]));
  return {
    ...EMPTY_DRAFT,
    ...texts(camera, 'id', 'name', 'roadClass', 'roadLengthM', 'model', 'sceneReference'),
    ...texts(location, 'lat', 'lon', 'road', 'kecamatan'),
    ...texts(notice, ...NOTICE_TEXTS),
    sourceKind: SOURCE_KINDS.find((kind) => kind === sourceKind) ?? 'none',
    start: text(source?.start),
    framesPerSecond: text(sampling?.framesPerSecond ?? 5),
    keyframesOnly: sampling?.keyframesOnly ?? false,
    keyframeIntervalS: text(sampling?.keyframeIntervalS),
    motionGate: sampling?.motionGate ?? true,
    ...{ people: counted.includes('people'), vehicles: counted.includes('vehicles') },
    windowSeconds: text(windowSeconds),
    ...(hours === undefined
      ? {}
      : {
          ...{ hasHours: true, hoursFrom: hours.from, hoursTo: hours.to },
          hoursZone: hours.timeZone ?? EMPTY_DRAFT.hoursZone,
        }),
    signage: signageOf(notice?.['hasSignage']),
  };
}

function signageOf(hasSignage: unknown): CameraDraft['signage'] {
  if (hasSignage === undefined) return 'unknown';
  return hasSignage === true ? 'yes' : 'no';
}

/** The body of the edit; `before` gives what this form does not know. */
export function editOf(draft: CameraDraft, before?: EditedCamera) {
  const { source: _source, ...kept } = before?.camera ?? {};
  const old = before?.camera as ReadCamera | undefined;
  const camera: SiteFileCamera = given({
    ...(before === undefined ? { zones: [WHOLE_PICTURE] } : {}),
    ...kept,
    ...(draft.id === '' ? {} : { id: draft.id.trim() }),
    name: textOrNothing(draft.name),
    source: sourceOf(draft, before),
    location: locationOf(draft, old),
    roadClass: textOrNothing(draft.roadClass),
    roadLengthM: numberOrText(draft.roadLengthM),
    sampling: given({
      ...old?.sampling,
      framesPerSecond: numberOrText(draft.framesPerSecond),
      keyframesOnly: draft.keyframesOnly,
      keyframeIntervalS: numberOrText(draft.keyframeIntervalS),
      // Only what differs from the default is written, as the site file has it.
      motionGate: draft.motionGate ? undefined : false,
    }),
    model: textOrNothing(draft.model),
    groups: [...(draft.people ? ['people'] : []), ...(draft.vehicles ? ['vehicles'] : [])],
    operatingHours: hoursOf(draft),
    notice: noticeOf(draft, old),
    sceneReference: textOrNothing(draft.sceneReference),
  });
  return {
    camera,
    ...given({ windowSeconds: numberOrText(draft.windowSeconds) }),
    // 0: the id of a new camera must be free.
    revision: before?.revision ?? 0,
  };
}

/** Undefined keeps the registered source; null takes it away. */
function sourceOf(draft: CameraDraft, before: EditedCamera | undefined): object | null | undefined {
  const { sourceKind: kind } = draft;
  const address = draft.address.trim();
  if (kind === 'none') return before === undefined || before.sourceKind === 'none' ? undefined : null;
  const isKept = address === '' && kind === before?.sourceKind;
  // Another kind without an address goes out as it is: the server says what is allowed.
  if (kind !== 'recording') return isKept ? undefined : { kind, url: address };
  const start = textOrNothing(draft.start);
  const old = before?.camera as ReadCamera | undefined;
  if (isKept && start === old?.source?.start) return undefined;
  return { kind, path: isKept ? before?.sourceShown : address, ...given({ start }) };
}

function locationOf({ lat, lon, road, kecamatan }: CameraDraft, old: ReadCamera | undefined) {
  if ([lat, lon, road, kecamatan].every((text) => text.trim() === '')) return undefined;
  return given({
    ...old?.location,
    ...{ lat: numberOrText(lat), lon: numberOrText(lon) },
    ...{ road: textOrNothing(road), kecamatan: textOrNothing(kecamatan) },
  });
}

function hoursOf({ hasHours, hoursFrom, hoursTo, hoursZone }: CameraDraft) {
  if (!hasHours) return undefined;
  return { from: hoursFrom.trim(), to: hoursTo.trim(), ...given({ timeZone: textOrNothing(hoursZone) }) };
}

function noticeOf(draft: CameraDraft, old: ReadCamera | undefined) {
  const notice = given({
    ...old?.notice,
    ...Object.fromEntries(NOTICE_TEXTS.map((name) => [name, textOrNothing(draft[name])])),
    hasSignage: draft.signage === 'unknown' ? undefined : draft.signage === 'yes',
  });
  return Object.keys(notice).length === 0 ? undefined : notice;
}

function textOrNothing(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
