/** Why a window was not wholly seen, in words. */
import type { GapReason } from '../../../../pipelines/domain/types.ts';
import type { Language } from './language.ts';

/** Reasons of records, and of cameras without any. */
type KnownReason = GapReason | 'no-record' | 'not-registered';

const REASONS: Readonly<Record<Language, Readonly<Record<KnownReason, string>>>> = {
  id: {
    'source-down': 'kamera mati',
    'decode-stall': 'gambar macet',
    backlog: 'antrean penuh',
    'camera-moved': 'kamera bergeser',
    paused: 'dijeda',
    'worker-down': 'pekerja mati',
    'media-damaged': 'rekaman rusak',
    'outside-recording': 'di luar rekaman',
    'no-record': 'tanpa catatan',
    'not-registered': 'tidak lagi terdaftar',
  },
  en: {
    'source-down': 'camera down',
    'decode-stall': 'picture stalled',
    backlog: 'backlog',
    'camera-moved': 'camera moved',
    paused: 'paused',
    'worker-down': 'worker down',
    'media-damaged': 'recording damaged',
    'outside-recording': 'outside recording',
    'no-record': 'no record',
    'not-registered': 'no longer registered',
  },
};

/** A reason in words; a code that this page does not know yet is shown as it is. */
export function reasonText(language: Language, reason: string): string {
  return REASONS[language][reason as KnownReason] ?? reason;
}
