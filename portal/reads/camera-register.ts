/** The register of cameras as the portal reads it: whoever runs the portal joins it to where cameras are kept. */
import type { Point } from '../../pipelines/domain/types.ts';
import type { Contact, Organisation } from '../catalogue/context.ts';
import type { CameraFacts, PublicLine, PublicZone } from '../datasets/public-camera.ts';

/** A counting line with its place in the picture. */
export interface RegisteredLine extends PublicLine {
  readonly from: Point;
  readonly to: Point;
  readonly road?: { readonly type: string; readonly lanes: number };
}

/** A zone with its outline in the picture. */
export interface RegisteredZone extends PublicZone {
  readonly polygon: readonly Point[];
  readonly groundLengthM?: number;
  readonly fruinTable?: string;
}

/** What is read of a camera's definition; a camera of the site file fits, with whatever else it holds. */
export interface CameraDefinition extends Omit<CameraFacts, 'lines' | 'zones'> {
  readonly lines: readonly RegisteredLine[];
  readonly zones: readonly RegisteredZone[];
  readonly sampling: { readonly framesPerSecond: number };
  readonly calibration?: unknown;
}

/** One camera of the register. */
export interface RegisteredCamera {
  readonly definition: CameraDefinition;
  readonly windowSeconds: number;
  /** False while an operator has paused it. */
  readonly isEnabled: boolean;
  /** True for a stream, of which windows are due all the time; false for recordings. */
  readonly isLive: boolean;
  /** Changes with every change of the camera. */
  readonly revision: number;
}

/** Whose the data are and who answers for them, as the site file says it. */
export interface Publishing {
  /** Name of the city or of the whole installation. */
  readonly city?: string;
  readonly publisher?: Organisation;
  readonly contact?: Contact;
  /** Walidata, usually Diskominfo. */
  readonly dataSteward?: string;
  /** BPS' number of the activity. */
  readonly activityCode?: string;
  /** When the catalogue was first published, ISO 8601. */
  readonly issued?: string;
  /** Length of the city's major streets, for U4SSC. */
  readonly majorStreetsKm?: number;
}

/** The register. Cheap to ask on every request. */
export interface CameraRegister {
  /** Every camera, by id. */
  readonly cameras: () => readonly RegisteredCamera[];
  readonly publishing?: () => Publishing;
}

/** The register of a portal that was joined to none. */
export const NO_CAMERAS: CameraRegister = { cameras: () => [] };

/** A text that changes whenever the register does. */
export function registerVersion(register: CameraRegister): string {
  const cameras = register.cameras().map(({ definition, revision }) => `${definition.id}@${revision}`);
  return `${cameras.join(',')}|${JSON.stringify(register.publishing?.() ?? {})}`;
}
