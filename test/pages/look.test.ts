import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { browserMissing, fitsWidth, openPage, startBrowser, type TestBrowser } from '../console/browser.ts';
import { evidence, hostile, type PagesBench, startPages, tokenOf } from './pages-bench.ts';

if (browserMissing !== null) process.stderr.write(`${browserMissing} The pages about sites are not looked at.\n`);

const longLine = 'CN=a-very-long-name-without-any-blank-'.repeat(6);

(browserMissing === null ? describe : describe.skip)('the pages about sites in Chromium', () => {
  let browser: TestBrowser;
  let bench: PagesBench;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [browser, bench] = await Promise.all([startBrowser(), startPages()]);
    await bench.add(
      'madrid',
      Array.from({ length: 60 }, (_, index) => `host${index + 1}`),
      ['floor3'],
    );
    await bench.add(longLine.slice(0, 120), [`${longLine.slice(0, 100)}1`]);
    await bench.find('madrid', 'oob.pki', 'fail', [
      evidence('provisioning certificate', {
        ...{ status: 'fail', measured: 'fail', values: [longLine, hostile], mend: 'Get another one from your issuer.' },
      }),
      evidence('issuer', { values: ['answers'] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await bench.stop();
  });

  beforeEach(async () => {
    complaints = [];
    page = await openPage(browser, (text) => complaints.push(text));
  });
  afterEach(async () => {
    await page.close();
    await browser.context.clearCookies();
  });

  const signIn = async (path: string) => {
    await page.goto(`${bench.console.adapter.url}${path}`);
    await page.getByLabel('Token').fill(tokenOf('olga'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const shoot = async (name: string) => {
    // Looked at by a person when OOB_SCREENSHOTS names a folder for them; drawn in any case.
    const folder = process.env.OOB_SCREENSHOTS;
    await page.screenshot({ fullPage: true, ...(folder ? { path: join(folder, `oob-pages-${name}.png`) } : {}) });
  };

  test('a link to a step leads through the sign-in to that step, unfolded and in view', async () => {
    await signIn('/site?name=madrid&step=2');
    expect(new URL(page.url()).hash).toBe('#step-2');
    await page.getByText('Get another one from your issuer.').waitFor();
    const step = page.locator('#step-2');
    expect(await step.evaluate((element) => element.getBoundingClientRect().top < window.innerHeight)).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('from the sites to a PC and back, by links and by its name', async () => {
    await signIn('/sites');
    await page.getByRole('table', { name: 'PCs of each site' }).getByRole('link', { name: '60' }).click();
    await page.getByRole('heading', { name: 'PCs: unknown at madrid' }).waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'host60', exact: true }).click();
    await page.getByRole('heading', { name: 'host60', level: 1 }).waitFor();
    await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'madrid' }).click();
    await page.getByRole('heading', { name: 'madrid', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'All PCs' }).click();
    await page.getByLabel('Name of a PC').fill('HOST7');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'host7', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a button says its command and shows the channel in which it is answered', async () => {
    await signIn('/site?name=madrid&step=2');
    await page.locator('#step-2').getByRole('button', { name: 'What to do' }).click();
    await page.locator('.typed', { hasText: '/oob fix 2 site:madrid' }).waitFor();
    expect(bench.console.core.invocations.at(-1)).toMatchObject({
      account: { user: 'olga' },
      what: { text: 'fix 2 site:madrid' },
    });
  });

  test('what changes comes by itself, and what is unfolded stays so', async () => {
    await page.clock.install();
    await signIn('/site?name=madrid');
    await page.locator('#step-2 > summary').click();
    await bench.find('madrid', 'oob.sp', 'fail', [
      evidence('clock', { status: 'fail', measured: 'fail', values: ['three minutes off'], mend: 'Set it.' }),
    ]);
    await page.clock.runFor(31_000);
    await page.getByText('clock: three minutes off').waitFor();
    expect(await page.locator('#step-2').evaluate((fold) => fold.hasAttribute('open'))).toBe(true);
    expect(await page.locator('#step-2 > summary').evaluate((summary) => summary === document.activeElement)).toBe(
      true,
    );
    expect(complaints).toEqual([]);
  });

  test('a service that does not answer leaves what is there, and it is said that it is old', async () => {
    await page.clock.install();
    await signIn('/site?name=madrid');
    await page.route('**/site?*', (route) => route.abort());
    await page.clock.runFor(31_000);
    await page.getByText('This page is not up to date: the service does not answer.').waitFor();
    expect(await page.locator('details').count()).toBe(18);
    await page.unroute('**/site?*');
    await page.clock.runFor(31_000);
    await page.getByText('not up to date').waitFor({ state: 'hidden' });
  });

  test.each(
    (['light', 'dark'] as const).flatMap((colorScheme) => [1280, 390].map((width) => [colorScheme, width] as const)),
  )('fits, in %s at %i', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await signIn('/sites');
    for (const [name, path] of Object.entries({
      sites: '/sites',
      site: '/site?name=madrid&step=2',
      pcs: '/pcs?site=madrid',
      pc: '/pc?name=host1',
      long: `/pcs?site=${encodeURIComponent(longLine.slice(0, 120))}`,
      none: '/pc?name=nobody',
    })) {
      complaints = [];
      await page.goto(`${bench.console.adapter.url}${path}`);
      expect([name, await fitsWidth(page)]).toEqual([name, true]);
      await shoot(`${name}-${colorScheme}-${width}`);
      // A page that is not there is told by its status too, which Chromium notes.
      expect(complaints.filter((line) => name !== 'none' || !line.includes('404'))).toEqual([]);
    }
  });

  test('each page has one first heading, and no heading is left out', async () => {
    await signIn('/sites');
    for (const path of ['/sites', '/site?name=madrid', '/pcs?site=madrid', '/pc?name=host1']) {
      await page.goto(`${bench.console.adapter.url}${path}`);
      const levels = await page
        .locator('h1, h2, h3')
        .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels[0]).toBe(1);
      expect(levels.every((level, at) => level <= (levels[at - 1] ?? 0) + 1)).toBe(true);
    }
  });

  test('every word has enough contrast, light and dark', async () => {
    await signIn('/sites');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of ['/sites', '/site?name=madrid&step=2', '/pcs?site=madrid', '/pc?name=host1']) {
        await page.goto(`${bench.console.adapter.url}${path}`);
        expect([colorScheme, path, await page.evaluate(faintWords)]).toEqual([colorScheme, path, []]);
      }
    }
  });
});

/** Texts of the page whose contrast with what is behind them is under 4.5 to 1 (WCAG 2.2, 1.4.3). Runs in the browser. */
function faintWords(): readonly string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: string[] = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim() ?? '';
    if (element === null || text === '' || !element.checkVisibility()) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(1)}`);
  }
  return faint;
}
