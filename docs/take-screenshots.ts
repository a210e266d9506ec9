/**
 * Takes the pictures that README shows, from a running portal:
 *   npx tsx docs/take-screenshots.ts http://127.0.0.1:8080
 */
import path from 'node:path';
import { chromium } from 'playwright-core';

const address = process.argv[2];
if (address === undefined) throw new Error('usage: npx tsx docs/take-screenshots.ts ADDRESS');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 });
await page.goto(address, { waitUntil: 'networkidle' });
await page.screenshot({ path: path.join(import.meta.dirname, 'images', 'dashboard.png') });
await browser.close();
