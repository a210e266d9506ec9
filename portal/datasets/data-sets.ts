/** The data sets of this portal: the one list that API, catalogue, publishers and dashboard read. */
import { ROLLED_LEVELS } from '../levels/level.ts';
import { text } from './columns/column.ts';
import type { DataSet, Resource, Table } from './data-set.ts';
import type { MeasurementSource } from './measurement-source.ts';
import {
  AVAILABILITY_TABLE,
  BREAK_TABLE,
  CROWD_TABLES,
  INCIDENT_TABLE,
  REGISTER_TABLE,
  TRAFFIC_TABLES,
} from './tables.ts';

const SMART_CITY = ['kota cerdas', 'sni iso 37122', 'sdgs 11'];

/** Every data set, in the order in which they are listed. */
export const DATA_SETS: readonly DataSet[] = [
  {
    id: 'kepadatan-lalu-lintas',
    title: text('Kepadatan Lalu Lintas dari CCTV', 'Traffic Density from CCTV'),
    description: text(
      'data volume, arus (smp/jam), kecepatan, kepadatan, derajat kejenuhan dan tingkat pelayanan lalu lintas per garis hitung, arah dan zona, dihitung otomatis dari CCTV',
      'data of traffic volume, flow (pcu/h), speed, density, degree of saturation and level of service by counting line, direction and zone, counted automatically from CCTV',
    ),
    keywords: ['cctv', 'lalu lintas', 'kepadatan', 'volume kendaraan', 'smp', 'pkji 2023', ...SMART_CITY],
    theme: 'TRAN',
    frequency: '15MIN',
    resources: ROLLED_LEVELS.map((level) => TRAFFIC_TABLES[level]),
  },
  {
    id: 'tingkat-keramaian',
    title: text('Tingkat Keramaian dari CCTV', 'Crowd Level from CCTV'),
    description: text(
      'data kehadiran, pergerakan dan kepadatan orang per zona dan garis hitung, dihitung otomatis dari CCTV tanpa mengenali siapa pun',
      'data of presence, movement and density of people by zone and counting line, counted automatically from CCTV without identifying anybody',
    ),
    keywords: ['cctv', 'keramaian', 'kepadatan orang', 'pejalan kaki', 'fruin', ...SMART_CITY],
    theme: 'SOCI',
    frequency: '15MIN',
    resources: ROLLED_LEVELS.map((level) => CROWD_TABLES[level]),
  },
  {
    id: 'ketersediaan-kamera',
    title: text('Ketersediaan Kamera CCTV', 'Availability of CCTV Cameras'),
    description: text(
      'data keterisian per kamera dan hari serta insiden dengan alasannya',
      'data of the filled share by camera and day, and of incidents with their reasons',
    ),
    keywords: ['cctv', 'ketersediaan', 'keterisian', 'kualitas data', ...SMART_CITY],
    theme: 'GOVE',
    frequency: 'DAILY',
    resources: [AVAILABILITY_TABLE, INCIDENT_TABLE],
  },
  {
    id: 'titik-cctv',
    title: text('Titik CCTV Pemantauan', 'CCTV Observation Points'),
    description: text(
      'daftar titik CCTV yang dianalisis dengan lokasi yang dibulatkan, ruas jalan, dasar hukum dan tujuan pemrosesannya',
      'the register of analysed CCTV points with their rounded location, road section, legal basis and purpose of processing',
    ),
    keywords: ['cctv', 'titik cctv', 'lokasi', 'ruas jalan'],
    theme: 'TRAN',
    frequency: 'IRREG',
    resources: [REGISTER_TABLE],
  },
  {
    id: 'perubahan-metode',
    title: text('Perubahan Metode Penghitungan', 'Changes of the Counting Method'),
    description: text(
      'daftar pergantian model, definisi kamera, perangkat lunak dan laju sampel, agar deret waktu dibandingkan dengan benar',
      'the list of changes of model, camera definition, software and sampling rate, so that series are compared rightly',
    ),
    keywords: ['cctv', 'metode', 'kualitas data', 'metadata'],
    theme: 'GOVE',
    frequency: 'IRREG',
    resources: [BREAK_TABLE],
  },
];

/** Every resource of every data set. */
export const RESOURCES: readonly Resource[] = DATA_SETS.flatMap(({ resources }) => resources);

/** The tables whose rows are rows of the pyramid. */
export const SERIES_TABLES: readonly Table<MeasurementSource>[] = [TRAFFIC_TABLES, CROWD_TABLES].flatMap(
  (tables) => ROLLED_LEVELS.map((level) => tables[level]),
);

/** The data set of an id; undefined when there is none. */
export function findDataSet(id: string): DataSet | undefined {
  return DATA_SETS.find((dataSet) => dataSet.id === id);
}

/** The resource of an id; undefined when there is none. */
export function findResource(id: string): Resource | undefined {
  return RESOURCES.find((resource) => resource.id === id);
}

/** The series table of a resource's id; undefined when it is none. */
export function findSeriesTable(id: string): Table<MeasurementSource> | undefined {
  return SERIES_TABLES.find((table) => table.id === id);
}

/** The class group that a series table is about: a camera that does not count it has no rows in it. */
export function countedGroup(table: Pick<Resource, 'dataSetId'>): 'people' | 'vehicles' {
  return table.dataSetId === 'tingkat-keramaian' ? 'people' : 'vehicles';
}
