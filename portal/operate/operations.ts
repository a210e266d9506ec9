/**
 * What the console can have done, as a port: the portal knows neither the register, the queues nor any camera. All
 * methods throw `AnalysisError` for what the asker can mend (`camera-unknown`, `site-invalid`, `source-refused`, …).
 * Nothing they answer holds a camera's address or a credential.
 */

/** Stands in a shown address for what is not shown; a source that is sent back with it is left as it is. */
export const HIDDEN = '***';

/** One camera as operators see it. Recordings and cameras without a source have no lease. */
export interface OperatedCamera {
  readonly cameraId: string;
  /** Grows with every change; a change that was made on an older one is refused. */
  readonly revision: number;
  readonly enabled: boolean;
  readonly sourceKind: string;
  /** Scheme and host, the rest hidden. */
  readonly sourceShown: string;
  readonly windowSeconds: number;
  /** The site file's camera with the source's address hidden. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** The worker that holds the camera now. */
  readonly lease?: { readonly worker: string; readonly since: string };
  /** What the worker last said of the source. */
  readonly state?: string;
  readonly lastReason?: string;
  readonly stateAt?: string;
}

/** A camera to be added or changed. */
export interface CameraEdit {
  readonly cameraId: string;
  /** As in the site file. Without a source, or with a hidden one, the registered source stays. */
  readonly camera: unknown;
  readonly windowSeconds?: number;
  /** The revision the edit was made on, 0 for a camera that must not be there yet; without one, whatever is there is replaced. */
  readonly revision?: number;
}

/** What an edit did. `fields` are names of what differs; a new camera has them all. */
export type CameraChange =
  | {
      readonly outcome: 'added' | 'changed' | 'unchanged';
      readonly revision: number;
      readonly fields: readonly string[];
    }
  | { readonly outcome: 'conflict'; readonly revision: number };

/** What an import does, or would do. */
export interface SiteImport {
  readonly added: readonly string[];
  readonly changed: readonly { readonly cameraId: string; readonly fields: readonly string[] }[];
  readonly unchanged: readonly string[];
  /** Only where the import replaces the register. */
  readonly removed: readonly string[];
  /** Names of what the file changes of city, publisher and contacts. */
  readonly publishing: readonly string[];
  /**
   * The threshold of the disclosure rule, where the file changes it. It holds from the next start of the portal, or
   * not at all where this portal's own setting, or listening on loopback only, comes before the file's.
   */
  readonly smallCountBelow?: {
    readonly from?: number;
    readonly to: number;
    readonly effect: 'next-start' | 'overruled';
  };
}

/** Numbers of a live camera, summed since its listener came. No box, no track. */
export interface LiveCounters {
  readonly at: string;
  readonly lines: readonly {
    readonly lineId: string;
    /** Passages by class; classes without any are left out. */
    readonly in: Readonly<Record<string, number>>;
    readonly out: Readonly<Record<string, number>>;
  }[];
  readonly zones: readonly { readonly zoneId: string; readonly people: number; readonly vehicles: number }[];
}

/** `idle`: nobody holds the camera. */
export type LiveEvent =
  | { readonly kind: 'counters'; readonly counters: LiveCounters }
  | { readonly kind: 'idle' };

/** A file below the media root. */
export interface MediaFile {
  /** Relative to the media root, with `/`. */
  readonly file: string;
  readonly bytes: number;
  readonly modifiedAt: string;
}

/** One recording in the queue or just out of it. */
export interface RecordingJob {
  readonly id: string;
  readonly cameraId: string;
  readonly file: string;
  readonly state: string;
  /** Segments done, parts of one included. */
  readonly progress: number;
  /** Segments; 0 while they are being planned. */
  readonly total: number;
  /** When its first picture was taken; one file may be counted as several times. */
  readonly recordedFrom?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly reason?: string;
}

/** One job that failed for good. */
export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly name: string;
  readonly cameraId?: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: string;
}

/** A model that a camera may be given. */
export interface KnownModel {
  readonly id: string;
  readonly licence: string;
  /** Taken for cameras that name none. */
  readonly isDefault: boolean;
  /** Size of its ready file on the portal's machine; absent while it is not there. */
  readonly bytes?: number;
}

/** A worker as the queues see it. */
export interface WorkerSeen {
  readonly name: string;
  /** When it last asked for work or renewed a lock. */
  readonly seenAt: string;
  /** Seconds since then by the queue's clock. */
  readonly silentS: number;
  /** Live cameras it holds. */
  readonly cameras: number;
}

/** What runs and how it is. Holds no address and no secret. */
export interface Machine {
  readonly versions: Readonly<Record<string, string>>;
  /** Jobs by queue and state; absent while the queue's server does not answer. */
  readonly queues?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Absent as `queues`. */
  readonly workers?: readonly WorkerSeen[];
  /** Of the file system of the data folder. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  readonly models: readonly KnownModel[];
  /** Days each level is kept; one without a number is kept for ever. */
  readonly keptDays: Readonly<Record<string, number>>;
}

/** What the console does. */
export interface Operations {
  cameras(): Promise<readonly OperatedCamera[]>;
  camera(cameraId: string): Promise<OperatedCamera>;
  putCamera(edit: CameraEdit): Promise<CameraChange>;
  /** Its data stay. */
  removeCamera(cameraId: string): Promise<void>;
  setEnabled(cameraId: string, enabled: boolean): Promise<{ readonly revision: number }>;
  /** One picture as JPEG, in memory only. */
  snapshot(cameraId: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Until `signal` is aborted. Counts only while somebody listens. */
  live(cameraId: string, signal: AbortSignal): AsyncIterable<LiveEvent>;
  /** The register as a site file, addresses hidden. */
  site(): Promise<unknown>;
  importSite(request: {
    readonly site: unknown;
    readonly isDryRun: boolean;
    /** Cameras that the file does not name are removed. */
    readonly isReplacing: boolean;
  }): Promise<SiteImport>;
  media(): Promise<readonly MediaFile[]>;
  /** Newest first. */
  recordings(): Promise<readonly RecordingJob[]>;
  /** `file` below the media root; `start` ISO 8601 with offset. The same recording again is not counted again. */
  enqueue(request: {
    readonly cameraId: string;
    readonly file: string;
    readonly start?: string;
  }): Promise<{ readonly id: string; readonly isNew: boolean; readonly state: string }>;
  /** Newest first. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  retry(queue: string, id: string): Promise<void>;
  removeDeadLetter(queue: string, id: string): Promise<void>;
  /** By id. */
  models(): Promise<readonly KnownModel[]>;
  machine(): Promise<Machine>;
}
