/**
 * `first-view`: how soon somebody who never was here can use the page, and what it weighs. Chromium with nothing kept, the
 * portal in a process of its own over a city of 100 cameras, both on this machine. Usable is the moment at which all is
 * drawn and a press of a button has been answered, measured from the beginning of the navigation by the page's own clock.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { AnalysisError } from '../../pipelines/errors.ts';
import { CHROMIUM, startBrowser } from '../../test/support/chromium.ts';
import { PACKAGE_ROOT } from '../../workers/config.ts';
import { median } from '../measure/statistics.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import type { ScenarioContext } from './interleave.ts';

/** The home page, and the one that has to fetch its charts' script too. */
const VIEWS = [
  { name: 'map', hash: '#/peta', drawn: ['.camera-item .camera-figure', '.camera-mark'] },
  { name: 'traffic', hash: '#/lalu-lintas', drawn: ['.slots tbody tr', '.main-card .plot canvas'] },
] as const;
type View = (typeof VIEWS)[number];

/** Issue 4 point 11. */
const USABLE_TARGET = '≤ 1500';
const WEIGHT_TARGET = '≤ 300';
const BYTES_PER_KB = 1024;
const DEADLINE_MS = 30_000;

/** One first visit. */
interface Visit {
  /** Everything is drawn, ms. */
  readonly drawnMs: number;
  /** And a press of the language's button was answered, ms. */
  readonly usableMs: number;
  /** What was sent for the page itself, compressed as it came, headers included. */
  readonly pageBytes: number;
  /** The same of its data. */
  readonly dataBytes: number;
}

/**
 * `first-view`; nothing where there is no browser.
 * @throws AnalysisError `config-invalid` when the page was not built.
 */
export async function measureFirstView(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  if (!existsSync(CHROMIUM)) {
    context.skip(`first-view: no ${CHROMIUM}`);
    return undefined;
  }
  requirePage();
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const folder = mkdtempSync(join(tmpdir(), 'pantau-bench-view-'));
  const portal = startPortal(folder);
  let browser: Browser | undefined;
  try {
    browser = await startBrowser();
    context.progress('filling a city’s last hours');
    const { address, cameras } = await startOf(portal);
    const figures: Figure[] = [];
    for (const view of VIEWS) {
      figures.push(...figuresOf(view, await visits(view, { browser, address, context })));
    }
    return {
      name: 'first-view',
      input: `${cameras} cameras × 3 hours in SQLite, rule for small counts on; ${context.rounds} first visits of each page by Chromium ${browser.version()}`,
      loadBefore,
      ...{ subjects: [], ratios: [], figures },
      remarks: [
        'browser and portal share this machine; no network between them',
        'usable: all cameras or windows drawn, then a press of the language’s button answered',
      ],
    };
  } finally {
    await browser?.close();
    portal.stdin?.end();
    if (portal.exitCode === null && portal.signalCode === null) await once(portal, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

function requirePage(): void {
  const page = join(PACKAGE_ROOT, 'dist', 'portal', 'web', 'index.html');
  if (existsSync(page)) return;
  throw new AnalysisError('config-invalid', 'first-view', `${page} is missing: npm run bench builds it`);
}

function startPortal(folder: string): ChildProcess {
  const isSource = import.meta.filename.endsWith('.ts');
  const program = join(import.meta.dirname, `first-view-portal.${isSource ? 'ts' : 'js'}`);
  const node = [...(isSource ? ['--import', 'tsx'] : []), program, folder];
  return spawn(process.execPath, node, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function startOf(portal: ChildProcess): Promise<{ address: string; cameras: number }> {
  for await (const line of createInterface({ input: portal.stdout! })) {
    return JSON.parse(line) as { address: string; cameras: number };
  }
  throw new Error('the portal did not start');
}

interface Visiting {
  readonly browser: Browser;
  readonly address: string;
  readonly context: ScenarioContext;
}

async function visits(view: View, { browser, address, context }: Visiting): Promise<Visit[]> {
  const all: Visit[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    context.signal.throwIfAborted();
    context.progress(`${view.name}: ${round + 1} of ${context.rounds}`);
    all.push(await visit(view, browser, address));
  }
  return all;
}

/** A browser context keeps nothing of the one before: no script, no answer, no compiled code. */
async function visit({ hash, drawn }: View, browser: Browser, address: string): Promise<Visit> {
  const visitor = await browser.newContext({ viewport: { width: 1366, height: 900 } });
  try {
    const page = await visitor.newPage();
    await page.addInitScript(watch(drawn));
    await page.goto(`${address}/${hash}`);
    await page.waitForSelector(`html[${USABLE}]`, { timeout: DEADLINE_MS });
    return (await page.evaluate(READ)) as Visit;
  } finally {
    await visitor.close();
  }
}

/** Put on the document when it is usable; the policy of the page lets no text be run that waits for a number. */
const USABLE = 'data-usable';

/** Frames come only while the page's thread is free, so a look at each of them misses no work that stands in the way. */
const watch = (drawn: readonly string[]): string => `{
  const answered = () => {
    if (document.documentElement.lang !== 'en') return requestAnimationFrame(answered);
    globalThis.usableMs = performance.now();
    document.documentElement.setAttribute('${USABLE}', '');
  };
  const look = () => {
    const isDrawn = ${JSON.stringify(drawn)}.every((one) => document.querySelector(one) !== null);
    if (!isDrawn) return requestAnimationFrame(look);
    globalThis.drawnMs = performance.now();
    document.querySelector('button.language').click();
    requestAnimationFrame(answered);
  };
  requestAnimationFrame(look);
}`;

const READ = `(() => {
  const sent = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const sum = (isData) => sent
    .filter(({ name }) => new URL(name).pathname.startsWith('/api/') === isData)
    .reduce((bytes, { transferSize }) => bytes + transferSize, 0);
  return { drawnMs, usableMs, pageBytes: sum(false), dataBytes: sum(true) };
})()`;

function figuresOf({ name }: View, all: readonly Visit[]): Figure[] {
  const ms = (of: (visit: Visit) => number) => all.map(of);
  const usable = ms(({ usableMs }) => usableMs);
  const drawn = ms(({ drawnMs }) => drawnMs);
  const kB = (of: (visit: Visit) => number) => Math.max(...all.map(of)) / BYTES_PER_KB;
  return [
    { name: `${name}: drawn`, value: median(drawn), unit: 'ms', better: 'lower', rounds: drawn },
    { name: `${name}: usable`, value: median(usable), unit: 'ms', better: 'lower', rounds: usable },
    { name: `${name}: usable, slowest visit`, value: Math.max(...usable), unit: 'ms', target: USABLE_TARGET },
    { name: `${name}: page as sent`, value: kB((one) => one.pageBytes), unit: 'kB', target: WEIGHT_TARGET },
    { name: `${name}: its data as sent`, value: kB((one) => one.dataBytes), unit: 'kB' },
  ];
}
