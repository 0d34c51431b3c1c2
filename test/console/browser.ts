import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian's package puts it; another one by the environment. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Null when Chromium can be started; else how to get it. */
export const browserMissing = existsSync(executablePath)
  ? null
  : `No ${executablePath}: on Debian "apt-get install chromium", elsewhere set CHROMIUM to the program of a Chromium.`;

/** A page that tells what goes wrong in it: errors of its script and of its console. */
export async function openPage({ context }: TestBrowser, complain: (text: string) => void): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text());
  });
  return page;
}

/** Whether nothing on it is wider than the window. */
export const fitsWidth = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

/** A Chromium with a profile of its own. */
export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Starts it headless, talking to nobody but the page under test. */
export async function startBrowser(): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'oob-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    acceptDownloads: true,
    locale: 'en-GB',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.setDefaultTimeout(25_000);
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
