/** The console as people see it: a real portal with register, queues and Redis, the page built now, a browser. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Role } from '../../portal/identity/identity-store.ts';
import { startBrowser } from '../support/chromium.ts';
import { type ConsoleApp, type ConsoleAppOptions, startConsoleApp } from '../support/console-app.ts';
import { buildPage, complaintsOf } from './browser.ts';

/** A recording below the media root of every console started here: one second, 640×360. */
export const RECORDING = 'pagi.mp4';

/** One browser window of its own, with its own cookies. */
export interface ConsoleWindow {
  readonly page: Page;
  /** See `complaintsOf`. */
  readonly complaints: string[];
}

/** A console under test. */
export interface ConsoleBrowser {
  readonly portal: ConsoleApp;
  readonly browser: Browser;
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  /** A window in which nobody is signed in; `expected` as for `complaintsOf`. */
  window(expected?: readonly number[]): Promise<ConsoleWindow>;
  /** A window in which a user of that name and role, made now, is signed in. */
  signedIn(name: string, role: Role, expected?: readonly number[]): Promise<ConsoleWindow>;
  /** What the API answers to a program with an operator's token. */
  operate<T>(path: string): Promise<T>;
  /** Adds or changes a camera as a program would. */
  putCamera(id: string, camera: object): Promise<void>;
  close(): Promise<void>;
}

/** Starts all of it; a few seconds. */
export async function startConsoleBrowser(options: ConsoleAppOptions = {}): Promise<ConsoleBrowser> {
  const publicDir = join(tmpdir(), `pantau-console-web-${process.pid}`);
  await buildPage(publicDir);
  const portal = await startConsoleApp({ ...options, publicDir });
  const pictures = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=10:duration=1', '-pix_fmt', 'yuv420p'];
  const clip = join(portal.mediaRoot, RECORDING);
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', ...pictures, clip]);
  const address = await portal.app.listen({ host: '127.0.0.1', port: 0 });
  const program = await portal.bearer('operate');
  const browser = await startBrowser();

  const window = async (expected: readonly number[] = [], cookie?: string): Promise<ConsoleWindow> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    if (cookie !== undefined) {
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: address }]);
    }
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return { page, complaints: complaintsOf(page, expected) };
  };
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...program, 'content-type': 'application/json' };
    const answer = await fetch(`${address}/api/v1/operate/${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    ...{ portal, browser, address },
    window: (expected) => window(expected),
    signedIn: async (name, role, expected) => window(expected, (await portal.signIn(name, role)).cookie),
    operate: async <T>(path: string) => (await (await ask(path)).json()) as T,
    putCamera: async (id, camera) =>
      void (await ask(`cameras/${id}`, { method: 'PUT', body: JSON.stringify({ camera }) })),
    async close() {
      await browser.close();
      await portal.close();
      rmSync(publicDir, { recursive: true, force: true });
    },
  };
}
