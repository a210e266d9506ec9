import { describe, expect, it } from 'vitest';
import { metadataPage } from '../../../portal/catalogue/bps/metadata-page.ts';
import { METADATA_PAGE_CSS } from '../../../portal/catalogue/bps/metadata-page-style.ts';
import { msIndikator } from '../../../portal/catalogue/bps/ms-indikator.ts';
import { msKegiatan } from '../../../portal/catalogue/bps/ms-kegiatan.ts';
import { msVariabel } from '../../../portal/catalogue/bps/ms-variabel.ts';
import { DATA_SETS, findDataSet } from '../../../portal/datasets/data-sets.ts';
import { CONTEXT } from '../../support/portal-data.ts';

const TRAFFIC = findDataSet('kepadatan-lalu-lintas')!;

describe('MS-Kegiatan', () => {
  it('answers the form with its codes', () => {
    expect(msKegiatan(CONTEXT)).toMatchObject({
      tahun: 2026,
      cara_pengumpulan: { kode: 4 },
      sektor: { kode: 22, nama: 'Transportasi' },
      rekomendasi_bps: 'Tidak',
      penyelenggara: { instansi: 'Dinas Perhubungan <Kota> & Semarang', alamat: '-' },
      perencanaan: { jadwal: { pengumpulan: { awal: '2026-01-04', akhir: 'berlangsung' } } },
      desain_kegiatan: {
        kegiatan_dilakukan: { kode: 2 },
        frekuensi: { kode: 1, nama: 'Harian' },
        metode: { kode: 4 },
        sarana: { kode: 32 },
        unit: { kode: 8 },
        wilayah: { kode_kabupaten_kota: '33.74', kode_bps: '3374' },
      },
    });
  });
});

describe('MS-Variabel', () => {
  it('has every column of a data set once, with all the fields of the form', () => {
    for (const dataSet of DATA_SETS) {
      const variables = msVariabel(dataSet);
      const names = new Set(dataSet.resources.flatMap(({ columns }) => columns.map(({ name }) => name)));
      expect(variables.map(({ alias }) => alias)).toEqual([...names]);
      for (const variable of variables) {
        for (const [field, answer] of Object.entries(variable)) expect(answer, field).not.toBe('');
      }
    }
  });

  it('tells unit, classes and rules', () => {
    const variables = msVariabel(TRAFFIC);
    expect(variables.find(({ alias }) => alias === 'jumlah_sm')).toMatchObject({
      nama: 'lintasan sepeda motor',
      referensi_pemilihan: 'PKJI 2023',
      referensi_waktu: 'selama satu 15 menit / jam / hari',
      ukuran: 'jumlah',
      satuan: 'kendaraan',
      tipe_data: 'Bilangan bulat',
      aturan_validasi: '≥ 0',
    });
    const status = variables.find(({ alias }) => alias === 'status');
    expect(status?.klasifikasi_isian.map(({ kode }) => kode)).toEqual([
      'lengkap',
      'parsial',
      'kosong',
      'terganggu',
    ]);
  });
});

describe('MS-Indikator', () => {
  it('is built from variables and indicators that exist', () => {
    const indicators = msIndikator(CONTEXT);
    const names = new Set(indicators.map(({ nama }) => nama));
    for (const { variabel_pembangun, indikator_pembangun, komposit } of indicators) {
      expect(komposit).toBe(indikator_pembangun.length > 0 ? 'Ya' : 'Tidak');
      for (const { nama } of indikator_pembangun) expect(names).toContain(nama);
      for (const { dataset, nama } of variabel_pembangun) {
        const columns = findDataSet(dataset)?.resources.flatMap((resource) => resource.columns) ?? [];
        expect(
          columns.some((column) => column.name === nama),
          nama,
        ).toBe(true);
      }
    }
  });
});

describe('the printable page', () => {
  const page = metadataPage(CONTEXT, TRAFFIC);

  it('is complete, escaped, and needs neither script nor inline style', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="id">/);
    expect(page).toContain('Dinas Perhubungan &lt;Kota&gt; &amp; Semarang');
    expect(page).not.toMatch(/<script|<style| style=| on[a-z]+=|undefined|\[object/);
    expect(METADATA_PAGE_CSS).toContain('@media print');
  });

  it('closes every element that it opens', () => {
    const stack: string[] = [];
    for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (['meta', 'link', 'br'].includes(name)) continue;
      if (slash === '') stack.push(name);
      else expect(stack.pop()).toBe(name);
    }
    expect(stack).toEqual([]);
  });

  it('has the anchor of every column that CSVW points to', () => {
    const columns = TRAFFIC.resources.flatMap((resource) => resource.columns);
    for (const { name } of columns) expect(page).toContain(`id="kolom-${name}"`);
  });
});
