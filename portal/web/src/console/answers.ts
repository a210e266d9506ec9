/** The console's answers as its pages read them (`portal/identity`, `portal/operate`). */
import type { Camera } from '../api/answers.ts';

export type Role = 'viewer' | 'operator' | 'admin';

/** Who is signed in. */
export interface Session {
  readonly user: { readonly name: string; readonly role: Role } | null;
  readonly csrfToken?: string;
  readonly needsFirstAdmin: boolean;
}

/** A camera in the operators' list. */
export interface OperatedCamera extends Partial<Camera> {
  readonly cameraId: string;
  readonly revision: number;
  readonly enabled: boolean;
  readonly sourceKind: string;
  readonly sourceShown: string;
  readonly state?: string;
  readonly lastReason?: string;
  readonly lease?: { readonly worker: string; readonly since: string };
}

/** A camera as the site file writes it; what this page does not edit is kept as it is. */
export type SiteCamera = Readonly<Record<string, unknown>>;

/** One camera to be edited. */
export interface EditedCamera {
  readonly camera: SiteCamera;
  readonly revision: number;
  readonly enabled: boolean;
  readonly sourceKind: string;
  readonly sourceShown: string;
  readonly windowSeconds: number;
}

/** Counts since the listener came. */
export interface LiveCounters {
  readonly at: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly in: Readonly<Record<string, number>>;
    readonly out: Readonly<Record<string, number>>;
  }[];
  readonly zones: readonly { readonly zoneId: string; readonly people: number; readonly vehicles: number }[];
}

/** What an import did or would do. */
export interface SiteImport {
  readonly added: readonly string[];
  readonly changed: readonly { readonly cameraId: string; readonly fields: readonly string[] }[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  readonly smallCountBelow?: { readonly from?: number; readonly to: number };
}

/** Files and jobs of recordings. */
export interface Recordings {
  readonly media: readonly { readonly file: string; readonly bytes: number; readonly modifiedAt: string }[];
  readonly jobs: readonly {
    readonly id: string;
    readonly cameraId: string;
    readonly file: string;
    readonly state: string;
    readonly progress: number;
    readonly total: number;
    readonly startedAt?: string;
    readonly finishedAt?: string;
    readonly reason?: string;
  }[];
}

/** A job that failed for good. */
export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly name: string;
  readonly cameraId?: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: string;
}

/** How a publisher does. */
export interface PublisherStatus {
  readonly id: string;
  readonly kind?: string;
  readonly target?: string;
  readonly state: string;
  readonly lagRows?: number;
  readonly lagSeconds?: number;
  readonly lastSuccessAtMs?: number;
  readonly lastFailure?: { readonly kind?: string; readonly message?: string };
  readonly quarantined?: { readonly rows: number };
}

/** Somebody who may sign in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
}

/** A program's key. */
export interface Token {
  readonly id: string;
  readonly label: string;
  readonly scope: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** One deed of the audit log. */
export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail?: string;
}
