/** What data sets are about: DCAT's theme and CKAN's group are two names of one thing. */
import type { BilingualText } from '../../pipelines/domain/bilingual-text.ts';
import { text } from './columns/column.ts';

/** Codes in the EU data-theme vocabulary that our data sets have. */
export const THEME_CODES = ['TRAN', 'SOCI', 'GOVE'] as const;

/** A code in the EU data-theme vocabulary. */
export type ThemeCode = (typeof THEME_CODES)[number];

/** One theme. */
export interface Theme {
  readonly code: ThemeCode;
  /** `[a-z0-9-]`, CKAN's group name. */
  readonly groupName: string;
  readonly title: BilingualText;
  readonly description: BilingualText;
}

/** Every theme, by code. */
export const THEMES: Readonly<Record<ThemeCode, Theme>> = {
  TRAN: {
    code: 'TRAN',
    groupName: 'transportasi',
    title: text('Transportasi', 'Transport'),
    description: text(
      'Lalu lintas, ruas jalan dan titik pemantauannya.',
      'Traffic, roads and the points where they are observed.',
    ),
  },
  SOCI: {
    code: 'SOCI',
    groupName: 'keramaian',
    title: text('Keramaian', 'Crowds'),
    description: text(
      'Kehadiran dan pergerakan orang di ruang publik, tanpa mengenali siapa pun.',
      'Presence and movement of people in public space, without identifying anybody.',
    ),
  },
  GOVE: {
    code: 'GOVE',
    groupName: 'mutu-data',
    title: text('Mutu Data', 'Data quality'),
    description: text(
      'Ketersediaan, keterisian dan metode pengukuran.',
      'Availability, completeness and method of the measurements.',
    ),
  },
};

/** The theme of a CKAN group's name; undefined when there is none. */
export function themeOfGroup(groupName: string): Theme | undefined {
  return Object.values(THEMES).find((theme) => theme.groupName === groupName);
}
