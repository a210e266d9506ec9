/**
 * Region codes (kode referensi). Kemendagri's and BPS' orders differ: neither is ever derived from the other.
 *
 * Sources: Kemendagri codes, Kepmendagri 300.2.2-2138/2025 by fityannugroho/idn-area-data `data/districts.csv`; BPS
 * seven-digit codes by emsifa/api-wilayah-indonesia, an older BPS vintage (DOMAIN.md §4.3, §10 no. 10).
 */

/** One kecamatan. */
export interface Kecamatan {
  readonly name: string;
  /** Kemendagri, `33.74.01`. */
  readonly kemendagri: string;
  /** BPS, seven digits. */
  readonly bps: string;
}

/** A city or regency of one portal. */
export interface CityRegion {
  readonly provinceCode: string;
  readonly provinceName: string;
  /** Kemendagri, `33.74`. */
  readonly kemendagri: string;
  /** BPS, four digits. */
  readonly bps: string;
  readonly name: string;
  readonly population: { readonly people: number; readonly asOf: string; readonly source: string };
  readonly areaKm2: number;
  /** Degrees, WGS 84: the whole area, and its centre. */
  readonly bbox: readonly [west: number, south: number, east: number, north: number];
  readonly centre: { readonly lat: number; readonly lon: number };
  readonly kecamatan: readonly Kecamatan[];
}

function kecamatan(name: string, kemendagri: string, bps: string): Kecamatan {
  return { name: name.toUpperCase(), kemendagri, bps };
}

/**
 * Kota Semarang: codes, people and area by DOMAIN.md §4.3, centre 6°59′24″S 110°25′21″E. The box is the municipality's
 * extent to two decimals, outward, unofficial: it only tells catalogues where to look.
 */
export const KOTA_SEMARANG: CityRegion = {
  provinceCode: '33',
  provinceName: 'JAWA TENGAH',
  kemendagri: '33.74',
  bps: '3374',
  name: 'KOTA SEMARANG',
  population: { people: 1_699_585, asOf: '2024-06-30', source: 'penduduk 30 Juni 2024, dikutip Wikipedia' },
  areaKm2: 373.7,
  bbox: [110.26, -7.12, 110.52, -6.93],
  centre: { lat: -6.99, lon: 110.4225 },
  kecamatan: [
    kecamatan('Semarang Tengah', '33.74.01', '3374130'),
    kecamatan('Semarang Utara', '33.74.02', '3374120'),
    kecamatan('Semarang Timur', '33.74.03', '3374110'),
    kecamatan('Gayamsari', '33.74.04', '3374100'),
    kecamatan('Genuk', '33.74.05', '3374090'),
    kecamatan('Pedurungan', '33.74.06', '3374080'),
    kecamatan('Semarang Selatan', '33.74.07', '3374050'),
    kecamatan('Candisari', '33.74.08', '3374060'),
    kecamatan('Gajahmungkur', '33.74.09', '3374040'),
    kecamatan('Tembalang', '33.74.10', '3374070'),
    kecamatan('Banyumanik', '33.74.11', '3374030'),
    kecamatan('Gunungpati', '33.74.12', '3374020'),
    kecamatan('Semarang Barat', '33.74.13', '3374140'),
    kecamatan('Mijen', '33.74.14', '3374010'),
    kecamatan('Ngaliyan', '33.74.15', '3374160'),
    kecamatan('Tugu', '33.74.16', '3374150'),
  ],
};

/** What a row says of where its camera stands; a part is absent where no table knows it. */
export interface RowRegion {
  readonly provinceCode: string;
  readonly provinceName?: string;
  readonly cityCode: string;
  readonly cityBps?: string;
  readonly cityName?: string;
  readonly kecamatanCode?: string;
  readonly kecamatanBps?: string;
  readonly kecamatanName?: string;
}

/**
 * The region of a kecamatan code; the whole city where a camera gives none. Of a code beyond the city only what the
 * code itself says is told (Kemendagri's codes nest), because BPS codes and names are never derived.
 */
export function regionOf(kecamatanCode: string | undefined, city: CityRegion = KOTA_SEMARANG): RowRegion {
  if (kecamatanCode !== undefined && !kecamatanCode.startsWith(`${city.kemendagri}.`)) {
    return {
      provinceCode: kecamatanCode.slice(0, 2),
      cityCode: kecamatanCode.slice(0, 5),
      kecamatanCode,
    };
  }
  const known = city.kecamatan.find(({ kemendagri }) => kemendagri === kecamatanCode);
  return {
    provinceCode: city.provinceCode,
    provinceName: city.provinceName,
    cityCode: city.kemendagri,
    cityBps: city.bps,
    cityName: city.name,
    ...(kecamatanCode === undefined ? {} : { kecamatanCode }),
    ...(known === undefined ? {} : { kecamatanBps: known.bps, kecamatanName: known.name }),
  };
}
