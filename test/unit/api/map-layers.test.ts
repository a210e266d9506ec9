import { expect, it } from 'vitest';
import { tileSource } from '../../../portal/api/map-layers.ts';

it.each([
  ['https://tile.example.org/{z}/{x}/{y}.png', 'https://tile.example.org'],
  ['https://{s}.tile.example.org/{z}/{x}/{y}.png?key=1', 'https://*.tile.example.org'],
  ['http://10.0.0.5:8080/t/{z}/{x}/{y}.jpg', 'http://10.0.0.5:8080'],
  ['tiles/{z}/{x}/{y}.png', "'self'"],
  ['/tiles/{z}/{x}/{y}.png', "'self'"],
])('tiles of %s may come from %s', (url, source) => {
  expect(tileSource(url)).toBe(source);
});

it.each([
  ['https://tile.example.org/map.png'],
  ['javascript:alert(1)/{z}/{x}/{y}'],
  ["https://a; script-src 'unsafe-inline'/{z}/{x}/{y}"],
  ['//evil.example/{z}/{x}/{y}'],
  ['https://user:secret@host/{z}/{x}/{y}'],
])('%s is no address of tiles', (url) => {
  expect(() => tileSource(url)).toThrow(/not usable/);
});
