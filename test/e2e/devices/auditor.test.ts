import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { isEnd, outcomeOf } from '../site/person.ts';
import { createSite, type Site } from '../site/site.ts';

/** host1 is to have an auditor whom the service knows; host2 one whom it does not. */
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.213.1', '--devices', '2', '--sites', 'madrid', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '50'],
    ],
    moreConfig: `
profiles:
  audited:
    appliesTo: [all]
    accounts: [{ credential: helpdesk, realms: [audit-log] }]
    auditGroups: [security-admin]
  known:
    appliesTo: [host1]
    auditCredential: helpdesk
`,
  });
  await site.start();
}, 60_000);
afterAll(async () => {
  await site?.close();
});

const say = async (text: string) => renderText((await (await site.operator.say(text)).end()).view);
const sayAndApprove = async (text: string) => {
  const waiting = await (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');
  await site.approver.press(waiting, 'Approve');
  const end = await site.operator.until((state) => state.number === waiting.number && isEnd(state));
  return renderText(end.view);
};

describe('a PC whose audit log is for an account of its own', () => {
  test('while there is none, the administrator changes the log', async () => {
    expect(await say('audit policy host2 --storage no-roll-over')).toContain('host2: storage no-roll-over');
  });

  test('once there is one, its credential does, and everything else is still done by the own one', async () => {
    expect(await say('accounts apply host1,host2')).toMatch(/Done: 2 /);
    expect(await say('audit policy host1 --group wireless --critical --storage no-roll-over')).toContain(
      'host1: wireless logged and storage no-roll-over',
    );
    expect(await say('settings apply host1')).toMatch(/Audit log of security-admin.*changed/);
    expect(await say('poweron host1')).toMatch(/host1 is on, verified/);
    expect(await say('audit export host1')).toMatch(/By: helpdesk from 127\.0\.0\.1.*By: admin from 127\.0\.0\.1/s);
    expect(await sayAndApprove('audit disable host1')).toContain('audit log is off now');
    expect(await say('audit enable host1')).toContain('audit log is on now');
    expect(await say('audit export host1')).toContain('host1');
    expect(await sayAndApprove('audit clear host1')).toMatch(/host1: audit log cleared of \d+ records/);
    expect((await site.lab.state('host1')).auditLog.isLocked).toBe(false);
    expect(await say('poweron host1')).toContain('host1');
  });

  test('without its credential each change is refused with a reason, and the log is as it was', async () => {
    const before = (await site.lab.state('host2')).auditLog;
    const refusal = /The AMT account may not change the audit log.*not the auditor of this PC.*auditor_needed/s;
    expect(await say('audit policy host2 --storage roll-over')).toMatch(refusal);
    expect(await sayAndApprove('audit disable host2')).toMatch(refusal);
    expect(await say('audit export host2')).toMatch(/host2: \d+ records/);
    expect(await sayAndApprove('audit clear host2')).toMatch(refusal);
    expect(await say('settings apply host2')).toMatch(/Audit log of security-admin.*auditor_needed/);
    expect((await site.lab.state('host2')).auditLog).toEqual(before);
    expect(await say('audit pull host2')).toMatch(/host2: \d+ records/);
  });
});
