import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';
import { renderMessage } from '../../adapters/teams/render.ts';
import { renderText } from '../../src/messages/text.ts';
import type { View } from '../../src/messages/view.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { auditRecord, fakeState } from '../operations/fake-device.ts';
import { person, policy } from '../support/fixtures.ts';
import { account, createGround, pc, refusedWith } from './ground.ts';
import { expectInert } from './inert.ts';

/** Everything that calls many people, or one, on some platform. */
const calls = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<!subteam^S0ADMINS>',
  '<@U0BOSS>',
  '<#C0ALL>',
  '@channel @here @everyone',
  '<at>Everyone</at>',
  '<at id="0">Boss</at>',
  '@[Boss](boss@example.com)',
  '&lt;!channel&gt;',
  '<!date^0^{date}^https://evil.example|x>',
] as const;
const all = calls.join(' ');

const otto = account('console', 'otto');
const lea = account('console', 'lea');
const auditor = account('console', 'ada');
const withAuditor: Policy = {
  ...policy,
  roles: [
    ...policy.roles,
    {
      id: 'auditor',
      approve: [],
      allow: [{ operations: ['pull-audit-log', 'clear-audit-log'], targets: ['all'], channels: ['any'] }],
    },
  ],
};

let ground: Awaited<ReturnType<typeof createGround>>;
beforeAll(async () => {
  ground = await createGround({
    people: [
      person('otto', 'operator'),
      { ...person('lea', 'lead'), name: all.slice(0, 80) },
      { ...person('ada', 'auditor'), name: '<!here>' },
    ],
    inventory: [
      pc('host1', { host: '127.22.3.100' }),
      ...calls.map((name, n) => pc(name, { site: '<!channel>', groups: ['@everyone'], host: `127.22.3.${n + 1}` })),
    ],
    policy: withAuditor,
  });
}, 60_000);
afterAll(() => ground?.close());

/** What each platform is sent calls nobody: no element or entity that does, and no markup in the texts that are parsed. */
function expectCallsNobody(view: View): void {
  expectInert(view);
  const slack = JSON.stringify(renderSlackMessage(view));
  expect(slack).not.toMatch(/"type":"(user|usergroup|broadcast|channel|mrkdwn|link|date)"/);
  expect(renderSlackMessage(view).text).not.toMatch(/<[!@#]/);
  const teams = JSON.stringify(renderMessage(view));
  expect(teams).not.toMatch(/"type":"mention"|"entities":\[[^\]]/);
  expect(teams).not.toContain('"type":"TextBlock"');
  expect(renderText(view).length).toBeGreaterThan(0);
}

const cardOf = (id: string) => ground.chats.console.sees(({ context }) => context?.startsWith(id) ?? false);
/** How something ended that needs nobody's approval. */
async function endOf(command: string): Promise<View> {
  const { id } = await ground.asks(otto, command);
  return ground.chats.console.sees(
    ({ context, outcome }) => (context?.startsWith(id) ?? false) && outcome !== 'waiting' && outcome !== 'working',
  );
}

describe('mass mentions call nobody, in Slack, Teams and the console', () => {
  test.each(calls.map((call) => [call] as const))('in a reason: %s', async (call) => {
    const { id, actions } = await ground.asks(otto, `poweroff host1 --reason '${call} now'`);
    const card = await cardOf(id);
    expect(JSON.stringify(card)).toContain(JSON.stringify(call).slice(1, -1));
    expectCallsNobody(card);
    await ground.does(lea, { press: actions.deny });
    expectCallsNobody(
      await ground.chats.console.sees(
        ({ title, context }) => title.startsWith('Denied') && (context ?? '').startsWith(id),
      ),
    );
  });

  test('in names of PCs, sites, groups and people', async () => {
    const { id } = await ground.asks(otto, "poweroff 'site:<!channel>'");
    expectCallsNobody(await cardOf(id));
    for (const say of ['hosts', 'approvals', 'runs', 'locks', "hosts 'site:<!channel>'"])
      for (const view of await ground.does(otto, { say })) expectCallsNobody(view);
    expectCallsNobody(await endOf("status 'site:<!channel>'"));
  });

  test('in what is refused, and in suggestions', async () => {
    for (const call of calls)
      for (const say of [call, `poweron ${call}`, `audit review ${call}`, `audit accept ${call} --reason x`])
        for (const view of await ground.does(otto, { say })) expectCallsNobody(view);
  });

  test('in what a PC tells: its log, events, accounts, alarms, hardware', async () => {
    const who = { kind: 'digest', user: all } as const;
    ground.rules.state = fakeState({
      records: calls.map((call, n) =>
        auditRecord(n + 1, {
          ...{ at: new Date(), event: call, app: call, address: call, details: [{ label: call, value: call }] },
          ...{ initiator: { kind: 'digest', user: call }, raw: Buffer.from(call).toString('base64') },
        }),
      ),
      events: calls.map((call) => ({ at: new Date(), severity: 'critical', source: call, event: call, raw: '00' })),
      accounts: [{ handle: 1, who, access: 'any', realms: [...calls], enabled: true }],
      alarms: [{ name: '<!channel> @here', at: new Date(), everyMinutes: null, deleteAfterwards: false }],
      assets: {
        ...{
          manufacturer: all,
          model: all,
          serialNumber: all,
          assetTag: all,
          disks: [{ name: all, capacityBytes: 1 }],
        },
        ...{ bios: { vendor: all, version: all, releasedAt: null }, processors: [{ name: all, maxMegahertz: null }] },
        ...{ memory: [], firmware: { AMT: all } },
      },
    });
    for (const command of ['audit pull', 'events', 'accounts list', 'alarm list', 'inventory', 'status']) {
      const card = await endOf(`${command} host1`);
      expectCallsNobody(card);
      if (command !== 'status')
        expect([command, JSON.stringify(card)]).toEqual([command, expect.stringMatching(/!channel/)]);
    }
  });

  test('in the findings that are made of it, and in the reason of whoever closes one', async () => {
    const [review] = await ground.does(auditor, { say: 'audit review' });
    expect(review?.table?.rows).toHaveLength(calls.length);
    if (review) expectCallsNobody(review);
    for (const [n, row] of (review?.table?.rows ?? []).entries()) {
      const [closed] = await ground.does(auditor, { say: `audit accept ${row.at(-1)} --reason '${calls[n]}'` });
      expect(closed?.title).toMatch(/^Closed/);
      if (closed) expectCallsNobody(closed);
    }
    const reasons = (await ground.trail())
      .filter(({ kind }) => kind === 'finding_accepted')
      .map(({ data }) => data.reason);
    expect(reasons).toEqual(calls);
  });
});

test('an operator who is no auditor closes no finding; each try is in the trail', async () => {
  ground.rules.state = fakeState({
    records: [auditRecord(1, { at: new Date(), eventId: 2, event: 'Performed power cycle' })],
  });
  await endOf('audit pull host1');
  const [finding] = await ground.store.findings.openFindings(new Date(0));
  expect(finding).toMatchObject({ kind: 'unknown_to_service', what: 'Performed power cycle', device: 'host1' });
  const say = `audit accept ${finding?.id} --reason "nothing to see"`;
  expect(await ground.attack(() => ground.does(otto, { say }))).toEqual(refusedWith('not_auditor', 'otto'));
  expect(await ground.attack(() => ground.does(lea, { say: 'audit review' }))).toEqual(
    refusedWith('not_allowed', 'lea'),
  );
  expect(await ground.store.findings.openFindings(new Date(0))).toHaveLength(1);
});
