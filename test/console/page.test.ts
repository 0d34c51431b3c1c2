import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { createTokenLookup } from '../../adapters/console/index.ts';
import { isPageAddress } from '../../src/messages/page-address.ts';
import { itOps } from '../support/fixtures.ts';
import { browserMissing, fitsWidth, openPage, startBrowser, type TestBrowser } from './browser.ts';
import { type ConsoleBench, startConsole } from './console-bench.ts';

const hints = ['poweron host42', 'poweroff host42', 'poweron site:madrid', 'powron host42', 'help'];

if (browserMissing !== null) process.stderr.write(`${browserMissing} The console page is not tested.\n`);

(browserMissing === null ? describe : describe.skip)('the console page in Chromium', () => {
  let browser: TestBrowser;
  let bench: ConsoleBench;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const open = () => openPage(browser, (text) => complaints.push(text));
  beforeEach(async () => {
    complaints = [];
    bench = await startConsole({ hints });
    page = await open();
    await page.goto(bench.adapter.url);
    await page.getByText('It is quiet here').waitFor();
  });
  afterEach(async () => {
    for (const each of browser.context.pages().slice(1)) await each.close();
    await browser.context.clearCookies();
    await bench.adapter.stop();
  });

  const say = async (text: string, on = page) => {
    await on.getByLabel('Command').fill(text);
    await on.keyboard.press('Enter');
  };
  const speakAs = (name: string, on = page) => on.locator('.speaker', { hasText: name }).click();
  const cardWith = (text: string, on = page) => on.locator('.card', { hasText: text });
  const shoot = async (name: string) => {
    // Looked at by a person when OOB_SCREENSHOTS names a folder for them; drawn in any case.
    const folder = process.env.OOB_SCREENSHOTS;
    await page.screenshot(folder ? { path: join(folder, `oob-console-${name}.png`) } : {});
  };

  test('a command becomes one card that is edited in place', async () => {
    await say('/oob poweron host42');
    await page.locator('.typed', { hasText: '/oob poweron host42' }).waitFor();
    await cardWith('host42: planned power on').waitFor();
    await page
      .locator('#messages > .message')
      .nth(1)
      .evaluate((element) => element.setAttribute('data-kept', ''));
    bench.core.goOn();
    await cardWith('waking').waitFor();
    await shoot('working');
    bench.core.goOn();
    await cardWith('host42 is on, verified after 2.1 s').waitFor();
    expect(await page.locator('.card').count()).toBe(1);
    expect(await page.locator('[data-kept] .card').count()).toBe(1);
    expect(await page.locator('[data-kept] .edited').textContent()).toBe('edited');
    expect(await page.locator('#announcer').textContent()).toContain('host42 is on');
    expect(complaints).toEqual([]);
  });

  test('own approval is refused, visible to one only; the other person approves', async () => {
    const other = await open();
    await other.goto(bench.adapter.url);
    await speakAs('Approver', other);
    await say('poweroff host42 --reason "fire drill"');
    const approve = page.getByRole('button', { name: 'Approve', exact: true });
    await approve.click();
    await cardWith('You asked for this yourself').waitFor();
    expect(await page.getByText('Only you can see this').count()).toBe(1);
    // Refused: the message stays, and its buttons can be pressed again.
    await expect(approve.isEnabled()).resolves.toBe(true);
    await shoot('refused');

    const theirs = other.getByRole('button', { name: 'Approve', exact: true });
    await theirs.waitFor();
    expect(await other.locator('body').textContent()).not.toContain('You asked for this yourself');
    await theirs.click();
    await cardWith('host42 is off, verified', other).waitFor();
    await cardWith('host42 is off, verified').waitFor();
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);

    await speakAs('Approver');
    await cardWith('host42 is off, verified').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('You asked for this yourself');
    expect(bench.core.invocations.map(({ account }) => account.user)).toEqual(['operator', 'operator', 'approver']);
    expect(complaints).toEqual([]);
  });

  test('a pressed card is disabled at once, a click goes out once and carries the id only', async () => {
    const sent: unknown[] = [];
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/click', async (route) => {
      sent.push(route.request().postDataJSON());
      await held;
      await route.abort();
    });
    await say('poweroff host42');
    const buttons = page.locator('.card button');
    await buttons.first().click();
    expect(await buttons.evaluateAll((all) => all.map((button) => (button as HTMLButtonElement).disabled))).toEqual([
      true,
      true,
      true,
    ]);
    await buttons.first().click({ force: true });
    answer();
    await page.getByText('Not done: the service does not answer').waitFor();
    expect(await buttons.first().isEnabled()).toBe(true);
    expect(sent).toEqual([{ as: 'operator', channel: 'it-ops', action: 'act_approve', message: 2, change: 2 }]);
  });

  test('what was unfolded and had the focus stays so when the card is edited', async () => {
    await say('poweron site:madrid');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).focus();
    bench.core.goOn();
    await cardWith('61 on, 2 failed').waitFor();
    expect(await page.getByText('Stop the run?').isVisible()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Stop it');
    expect(await page.locator('.bar > span').evaluateAll((all) => all.map((each) => each.dataset.cells))).toEqual([
      'done',
      'failed',
      'open',
    ]);
    await shoot('progress');
    bench.core.goOn();
    await cardWith('95 of 100').waitFor();
    await page.locator('.replies .card', { hasText: '5 PCs need a look' }).waitFor();
    await shoot('ended');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('req_9a1c.csv').click()]);
    expect(download.suggestedFilename()).toBe('req_9a1c.csv');
    expect(await readFile(await download.path(), 'utf8')).toMatch(/^name,site,code\nhost0,madrid,done\n/);
    expect(complaints).toEqual([]);
  });

  test('text stays text, typed or answered', async () => {
    const hostile = '<img src=x onerror="document.title=1"> [x](javascript:1) **b**';
    await say(`reset ${hostile}`);
    await page.locator('.typed', { hasText: hostile }).waitFor();
    await bench.adapter.post(itOps, {
      tone: 'bad',
      title: hostile,
      text: hostile,
      facts: [{ label: hostile, value: hostile }],
      actions: [{ id: 'act_1', label: hostile, style: 'default' }],
      attachment: { name: hostile, mediaType: 'text/plain', content: 'x' },
    });
    await page.locator('.file', { hasText: hostile }).waitFor();
    expect(await page.locator('#messages img:not(.avatar), #messages a:not(.file), #messages script').count()).toBe(0);
    expect(await page.title()).toBe('#it-ops · oob console');
  });

  test('a link on a card opens the page that it leads to beside the channel', async () => {
    const address = `${bench.adapter.url}/site?name=madrid&step=2#step-2`;
    if (!isPageAddress(address)) throw new Error('no address');
    const text = [{ words: 'step 2 (certificates)', page: address }, ' fails'];
    await bench.adapter.post(itOps, { tone: 'bad', title: 'Checklist', text });
    const opening = page.waitForEvent('popup');
    await cardWith('Checklist').getByRole('link', { name: 'step 2 (certificates)' }).click();
    expect((await opening).url()).toBe(address);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('the keyboard is enough', async () => {
    await page.locator('.hint').first().click();
    expect(await page.getByLabel('Command').inputValue()).toBe('/oob poweron host42');
    await say('reset host1');
    await cardWith('host17 did not restart').waitFor();
    await say('help');
    await cardWith('What you may do here').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await page.getByLabel('Command').inputValue()).toBe('reset host1');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByLabel('Command').inputValue()).toBe('help');
    await page.locator('input[type=radio]').first().focus();
    await page.keyboard.press('ArrowRight');
    await cardWith('What you may do here').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('command');
    await say('reset host2');
    await page.locator('.message', { hasText: 'Approver' }).first().waitFor();
    expect(bench.core.invocations.at(-1)?.account.user).toBe('approver');
  });

  test('a lost connection is shown, what was typed is kept, and it comes back by itself with what was missed', async () => {
    await say('poweron host42');
    await cardWith('planned').waitFor();
    const port = Number(new URL(bench.adapter.url).port);
    await bench.adapter.stop();
    await page.getByText('Connection lost').waitFor();
    await say('reset host1');
    await page.getByText('Not sent: the service does not answer').waitFor();
    expect(await page.getByLabel('Command').inputValue()).toBe('reset host1');
    await shoot('lost');
    bench.core.goOn();
    await bench.restart(port);
    await cardWith('waking').waitFor();
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    bench.core.goOn();
    await cardWith('host42 is on').waitFor();
    expect(await page.locator('.card').count()).toBe(1);
  });

  test.each([
    ['dark-desk', 'dark', 1100, 760],
    ['dark-phone', 'dark', 360, 700],
    ['light-phone', 'light', 360, 700],
  ] as const)('it fits and is readable: %s', async (name, colorScheme, width, height) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await say('poweron site:madrid');
    bench.core.goOn();
    bench.core.goOn();
    await page.locator('.replies .card').waitFor();
    await say('powron host42');
    await cardWith('Did you mean').waitFor();
    await say('poweroff host42');
    await cardWith('Needs 1 approval').waitFor();
    await shoot(name);
    expect(await fitsWidth(page)).toBe(true);
    for (const locator of [page.locator('.card'), page.locator('.card button')]) {
      for (const each of await locator.all()) expect(await right(each)).toBeLessThanOrEqual(width);
    }
    // WCAG 2.2, 1.4.3: 4.5 to 1 for text.
    for (const [of, on] of [
      ['.head strong', 'body'],
      ['.typed', 'body'],
      ['time', 'body'],
      ['.private', 'body'],
      ['.ac-richTextBlock span', '.card'],
      ['[data-tone=warning] .ac-richTextBlock span', '.card'],
      ['.style-positive', '.style-positive'],
      ['.style-destructive', '.card'],
      ['.hint', 'body'],
    ] as const) {
      expect([of, await contrast(page, of, on)]).toEqual([of, expect.any(Number)]);
      expect(await contrast(page, of, on)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('with a token: the form lets in, the person is fixed, signing out ends it', async () => {
    await bench.adapter.stop();
    const token = 'operator-0123456789abcdef';
    bench = await startConsole({ mode: { kind: 'token', tokens: createTokenLookup([{ person: 'operator', token }]) } });
    await page.goto(bench.adapter.url);
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That token is not known').waitFor();
    await shoot('sign-in');
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByText('It is quiet here').waitFor();
    expect(await page.locator('.speaker').count()).toBe(0);
    await say('reset host17');
    await cardWith('host17 did not restart').waitFor();
    await shoot('signed-in');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.goto(bench.adapter.url);
    expect(new URL(page.url()).pathname).toBe('/login');
  });
});

async function right(locator: Locator): Promise<number> {
  const box = await locator.boundingBox();
  return box === null ? 0 : box.x + box.width;
}

/** Contrast of an element's text on the ground of the nearest element, as WCAG reckons it. */
function contrast(page: Page, of: string, on: string): Promise<number> {
  return page.evaluate(
    ([ofSelector = '', onSelector = '']) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const text = document.querySelector(ofSelector);
      if (canvas === null || text === null) return Number.NaN;
      const luminance = (colour: string, ground: string) => {
        for (const style of [ground, colour]) {
          canvas.fillStyle = style;
          canvas.fillRect(0, 0, 1, 1);
        }
        const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => {
          const share = part / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0);
      };
      const page = getComputedStyle(document.body).backgroundColor;
      const ground = getComputedStyle(text.closest(onSelector) ?? document.body).backgroundColor;
      const [light = 0, dark = 0] = [luminance(getComputedStyle(text).color, ground), luminance(ground, page)].sort(
        (a, b) => b - a,
      );
      return (light + 0.05) / (dark + 0.05);
    },
    [of, on],
  );
}
