/** Over what rows of a series are put together, and the key of each group. Pure. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import { regionOf } from '../datasets/regions.ts';

/** Over what rows are put together. */
export const GROUPINGS = ['camera', 'road', 'kecamatan', 'city'] as const;
/** See `GROUPINGS`. */
export type Grouping = (typeof GROUPINGS)[number];

/** What the key of each grouping is. */
export const GROUP_LABELS: Readonly<Record<Grouping, BilingualText>> = {
  camera: { id: 'kamera', en: 'camera' },
  road: { id: 'ruas jalan', en: 'road' },
  kecamatan: { id: 'kode kecamatan (Kemendagri)', en: 'kecamatan code (Kemendagri)' },
  city: { id: 'kode kota (Kemendagri)', en: 'city code (Kemendagri)' },
};

/** The group of a camera; undefined where the camera does not say (no road, no kecamatan). */
export function groupKey(grouping: Grouping, camera: PublicCamera): string | undefined {
  if (grouping === 'camera') return camera.id;
  if (grouping === 'road') return camera.location?.road;
  const kecamatan = camera.location?.kecamatan;
  return grouping === 'kecamatan' ? kecamatan : regionOf(kecamatan).cityCode;
}

/** Name of the column that holds the group. */
export function groupColumnName(grouping: Grouping): string {
  return grouping === 'camera' ? 'camera_id' : grouping;
}
