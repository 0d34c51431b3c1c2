import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createSite, type Site } from './site/site.ts';

let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: ['--first-address', '127.24.210.1', '--devices', '12', '--sites', 'madrid', '--powered', 'on'],
    moreConfig: `rules: [{ id: many-at-once, operations: [power-off], devicesOver: 5, risk: two-peers }]
holds: [{ id: vip-hold, operations: [power-off], targets: [host3], reason: VIP }]
approvals: { reasonFrom: never }
`,
  });
  await site.start();
}, 90_000);
afterAll(() => site?.close());

const config = () => readFile(site.configFile, 'utf8');
const entrySchema = z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) });
const policyChanges = async () => {
  const { out } = await site.oob(['audit', 'export', '--config', site.configFile]);
  return out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => entrySchema.parse(JSON.parse(line)))
    .filter(({ kind }) => kind === 'policy_changed');
};

test('`oob policy explain` beside the running service: the decision, the rule that makes it, what every guard finds', async () => {
  const asked = ['policy', 'explain', '--config', site.configFile, '--as', 'operator', 'poweroff site:madrid'];
  const { code, out } = await site.oob(asked);
  expect(out).toMatch(/Would wait for 2 approvals: hard power-off of 11 PCs/);
  expect(out).toContain('rule many-at-once needs two other people: 11 PCs, over 5');
  expect(out).toContain('1 VIP (policy vip-hold)');
  expect(code).toBe(3);
}, 60_000);

test('the same in chat, and the plan on its card says what was explained', async () => {
  const { view } = await (await site.operator.say('policy explain "poweroff site:madrid"')).end();
  expect(view.title).toBe('Would wait for 2 approvals: hard power-off of 11 PCs');
  const card = await (await site.operator.say('poweroff site:madrid')).until(
    ({ view: { outcome } }) => outcome === 'waiting',
  );
  expect(card.view.title).toBe('Plan: hard power-off of 11 of 12 PCs in madrid. Needs 2 approvals');
  expect(card.view.text).toMatch(/^Left out: 1 VIP \(policy vip-hold\)\. About \d+ s/);
  expect((await site.operator.attachment(card)).split('\r\n')).toHaveLength(14);
  await site.operator.press(card, 'Withdraw');
}, 60_000);

test('a reload: who came into a role may act at once; what was asked before is another plan; the trail has both versions', async () => {
  const asked = await site.operator.say('poweroff host1');
  const waiting = await asked.until(({ view }) => view.outcome === 'waiting');
  expect((await (await site.visitor.say('status host1')).end()).view.context).toBe('not_allowed');
  const text = await config();
  await writeFile(
    site.configFile,
    text
      .replace('name: Viktor Visitor, roles: []', 'name: Viktor Visitor, roles: [operator]')
      .replace('verifySeconds: 6', 'verifySeconds: 7'),
  );
  site.hangUp();
  await site.logged('people and policy were read again');
  expect(await site.logged('these parts of the configuration take effect at the next start only')).toContain('"amt"');
  expect((await (await site.visitor.say('status host1')).end()).view.title).toMatch(/^host1 is on/);
  await site.approver.press(waiting, 'Approve');
  const end = await asked.end();
  expect(end.view.text).toContain('Since it was agreed to: the policy was changed.');
  const [change] = await policyChanges();
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(change?.data).toEqual({ from: hash, to: hash, changed: ['people'], afterRestart: ['amt'] });
  expect(change?.data.from).not.toBe(change?.data.to);
}, 60_000);

test('a configuration that is not valid changes nothing at all, and the log says why', async () => {
  const good = await config();
  await writeFile(
    site.configFile,
    `${good.replace('roles: [operator], accounts', 'roles: [], accounts')}limits: { devicesPerRequest: no }\n`,
  );
  site.hangUp();
  expect(await site.logged('people and policy stay as they were')).toContain('limits.devicesPerRequest');
  // The same file takes the visitor's role away; nothing of it counts.
  expect((await (await site.visitor.say('status host2')).end()).view.title).toMatch(/^host2 is on/);
  await writeFile(site.configFile, good);
  site.hangUp();
  await site.logged('people and policy are as they were');
  expect(await policyChanges()).toHaveLength(1);
  expect(await site.readiness()).toBe(200);
}, 60_000);
