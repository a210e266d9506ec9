/** What tests of the page do with a real browser: its complaints, axe-core, the mouse on a picture. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Builds the page as it is in the sources now into `outDir`. */
export async function buildPage(outDir: string): Promise<void> {
  const root = resolve(import.meta.dirname, '../../portal/web');
  await build({
    root,
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
}

/**
 * What a page complains of from now on: console errors and warnings (the policy's refusals too), thrown errors.
 * Chromium reports each answer of 400 and more as an error; those a test provokes are given as `expected` statuses.
 */
export function complaintsOf(page: Page, expected: readonly number[] = []): string[] {
  const complaints: string[] = [];
  const isExpected = (text: string): boolean =>
    expected.some((status) => text.includes(`responded with a status of ${status} `));
  page.on('console', (message) => {
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad && !isExpected(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** What axe-core is asked. */
export interface Examination {
  /** The part of the page that is looked at; all of it by default. */
  readonly selector?: string;
  /** Only these rules. */
  readonly rules?: readonly string[];
}

/** Serious and critical findings of axe-core, as short texts. */
export async function seriousFaults(page: Page, { selector, rules }: Examination = {}): Promise<string[]> {
  await page.evaluate(axeSource);
  const asked = [selector ?? 'html', rules === undefined ? {} : { runOnly: rules }].map((part) =>
    JSON.stringify(part),
  );
  const { violations } = (await page.evaluate(`axe.run(${asked.join(', ')})`)) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
}

/** A place of the camera's picture as shares of its width and height, y down. */
export type Place = readonly [x: number, y: number];

/** Pulls from one place of the drawing board to another with the left button. */
export async function pull(page: Page, from: Place, to: Place): Promise<void> {
  const at = await onScreen(page);
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

/** Clicks places of the drawing board, one after the other. */
export async function tap(page: Page, places: readonly Place[]): Promise<void> {
  const at = await onScreen(page);
  for (const place of places) await page.mouse.click(...at(place));
}

async function onScreen(page: Page): Promise<(place: Place) => [x: number, y: number]> {
  const picture = page.locator('.op-picture');
  await picture.scrollIntoViewIfNeeded();
  const box = await picture.boundingBox();
  if (box === null) throw new Error('the drawing board is not on the page');
  return ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
}
