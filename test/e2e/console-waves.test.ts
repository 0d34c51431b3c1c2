import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { browserMissing, startBrowser, type TestBrowser } from '../console/browser.ts';
import type { Person } from './site/person.ts';
import { createSite, type Site } from './site/site.ts';

if (browserMissing !== null) process.stderr.write(`${browserMissing} Runs are not tested in the page.\n`);

const devices = 40;
let site: Site;
let browsers: readonly TestBrowser[] = [];
let operator: Page;
let approver: Page;
beforeAll(async () => {
  if (browserMissing !== null) return;
  const broken = [8, 9, 10, 11, 12, 13].map((at) => `host${at}=wrong-password`);
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.13.1', '--devices', String(devices), '--sites', 'madrid', '--powered', 'on'],
      ...['--power-delay', '100', '--faults', broken.join(',')],
    ],
    connections: 4,
  });
  await site.start();
  // Two profiles: whose token the page was given stays in a cookie.
  browsers = [await startBrowser(), await startBrowser()];
  const [first, second] = browsers;
  if (!first || !second) throw new Error('no browser');
  operator = await signIn(first, site.operator);
  approver = await signIn(second, site.approver);
}, 60_000);
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await site?.close();
});

async function signIn(browser: TestBrowser, person: Person): Promise<Page> {
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 900, height: 1_000 });
  await page.goto(site.consoleUrl);
  await page.getByLabel('Token').fill(person.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Command').waitFor();
  return page;
}

const say = async (page: Page, text: string) => {
  await page.getByLabel('Command').fill(text);
  await page.keyboard.press('Enter');
};
const cardWith = (page: Page, text: string) => page.locator('.card', { hasText: text });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** Presses a button that asks once more. */
const press = async (page: Page, name: string, yes: string) => {
  await button(page, name).first().click();
  await button(page, yes).last().click();
};
/** For people to look at: /tmp/oob-run-NAME.png. */
const shoot = (page: Page, name: string) => page.screenshot({ path: join(tmpdir(), `oob-run-${name}.png`) });

(browserMissing === null ? describe : describe.skip)('a run in the console page, in Chromium', () => {
  test('plan, approval, pause by the failure limit, Resume by another person, retry of exactly the failed', async () => {
    await say(operator, 'reset site:madrid --reason "patch day"');
    await cardWith(operator, 'Plan: reset of 40 PCs in madrid').waitFor();
    await shoot(operator, 'plan');
    await press(approver, 'Approve', 'Approve for 40');

    await cardWith(operator, 'Paused by itself: 5 of the last').waitFor();
    await operator.locator('.card', { hasText: /[56] PCs did not reset so far/ }).waitFor();
    await shoot(operator, 'paused');
    expect(await button(operator, 'Approve').count()).toBe(0);
    expect(await button(operator, 'Pause').count()).toBe(0);
    for (let at = 1; at <= devices; at += 1) await site.lab.setFaults(`host${at}`, '');
    await press(approver, 'Resume', 'Resume');

    const done = cardWith(operator, 'Done: ');
    await done.waitFor();
    expect(await done.textContent()).toMatch(/Done: 3[45] accepted, [56] failed \([56] wrong credentials\)/);
    const retry = operator.getByRole('button', { name: /^Retry [56]$/ });
    await shoot(operator, 'done');
    await retry.click();
    await cardWith(operator, 'retried as').waitFor();
    expect(await retry.count()).toBe(0);
    await button(approver, 'Approve').click();
    await approver.getByRole('button', { name: /^Approve for [56]$/ }).click();
    await operator.locator('.card', { hasText: /Done: [56] accepted\./ }).waitFor();
    await shoot(operator, 'retried');
    const reset = (await site.lab.powerRequests()).map((each) => each.device);
    expect(reset).toHaveLength(devices);
    expect(new Set(reset).size).toBe(devices);
  }, 90_000);
});
