/** What the console's API answers, by route: its handlers give it and its pages read it. */
import type { Role, TokenScope } from '../identity/identity-store.ts';
import type { PublisherStatus } from '../publishers/runner.ts';
import type { ListedCamera } from '../reads/camera-list.ts';
import type { TableSize } from '../store/store.ts';
import type {
  DeadLetter,
  KnownModel,
  Machine,
  MediaFile,
  OperatedCamera,
  RecordingJob,
} from './operations.ts';

/** Who is signed in; `GET session` and whatever changes it. */
export interface SessionAnswer {
  readonly user: { readonly name: string; readonly role: Role } | null;
  /** Repeated in a header by every write of a browser. */
  readonly csrfToken?: string;
  /** True until somebody used the one-time link. */
  readonly needsFirstAdmin: boolean;
}

/** Somebody who may sign in. */
export interface UserAnswer {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
}

/** A program's key, without its secret. */
export interface TokenAnswer {
  readonly id: string;
  readonly label: string;
  readonly scope: TokenScope;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** One deed of the audit log. */
export interface AuditAnswer {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

/** Deeds, newest first. */
export interface AuditPageAnswer {
  readonly entries: readonly AuditAnswer[];
  /** Where older ones follow. */
  readonly nextCursor?: string;
}

/** A camera of the operators' list: what everybody sees of it, and more. */
export interface CameraRow
  extends Omit<OperatedCamera, 'definition' | 'windowSeconds' | 'cameraId'>,
    Partial<Omit<ListedCamera, 'cameraId'>> {
  readonly cameraId: string;
}

/** A camera as the site file writes it, its address hidden. */
export type SiteFileCamera = OperatedCamera['definition'];

/** One camera to be edited. */
export interface EditedCamera
  extends Pick<OperatedCamera, 'revision' | 'enabled' | 'sourceKind' | 'sourceShown' | 'windowSeconds'> {
  readonly camera: SiteFileCamera;
}

/** Files below the media root, and the jobs made of them. */
export interface RecordingsAnswer {
  readonly media: readonly MediaFile[];
  readonly jobs: readonly RecordingJob[];
}

/** Jobs that failed for good. */
export interface DeadLettersAnswer {
  readonly jobs: readonly DeadLetter[];
}

/** Models a camera may be given. */
export interface ModelsAnswer {
  readonly models: readonly KnownModel[];
}

/** How far each publisher has got; none without a publishers file. */
export interface PublishersAnswer {
  readonly publishers: readonly PublisherStatus[];
}

/** How the installation is. */
export interface SystemAnswer extends Machine {
  readonly store: {
    readonly engine: string;
    readonly tables: readonly TableSize[];
  };
  /** What was removed of age, newest first. */
  readonly retention: readonly {
    readonly level: string;
    readonly removed: number;
    /** Windows that began earlier are gone. */
    readonly before: string;
    readonly at: string;
  }[];
}
