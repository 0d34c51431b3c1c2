import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { input, logOn, powerRequest, soap, textOf } from '../../lab/wire.ts';
import type { Person, Shown } from '../site/person.ts';
import { polled } from '../site/polled.ts';
import { createSite, type Site } from '../site/site.ts';

/** Four PCs of AMT 15, one of them with a clock of its own, and a helpdesk account that is not the service's. */
const first = '127.31.1.1';
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', first, '--devices', '4', '--sites', 'madrid', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '50', '--faults', 'host4=clock-drift:-7200'],
    ],
    moreConfig: `
profiles:
  madrid:
    appliesTo: [site:madrid]
    accounts:
      - { credential: helpdesk, realms: [remote-control, general-information] }
`,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const textOfView = ({ view }: Shown) => renderText(view);
const says = async (person: Person, text: string) => textOfView(await (await person.say(text)).end());
const say = (text: string) => says(site.operator, text);

/** Somebody else's client speaks to a PC over its plain port. */
async function foreign(host: number, username: string, envelope: string): Promise<string> {
  const address = first.replace(/1$/, String(host));
  const session = await logOn(address, { port: 16_992, username, password: site.lab.password });
  try {
    return (await session.send(envelope)).body;
  } finally {
    session.close();
  }
}
const powerCycle = powerRequest(5);
const auditLog = (method: string, content: string) =>
  soap({ className: 'AMT_AuditLog', operation: method, body: input('AMT_AuditLog', method, content) });

describe('what the service did and what the PCs recorded', () => {
  test("accounts, power-ons and a PC's wrong clock: nothing differs", async () => {
    expect(await say('accounts apply host1,host2,host3')).toMatch(/Done: 3/);
    expect(await say('poweron site:madrid')).toMatch(/Done: 4 on and verified/);
    expect(await say('audit pull site:madrid')).not.toMatch(/did not make|left no record/);
    expect(await say('audit review')).toMatch(/^✔ No open findings/);
  });

  test('a power cycle by another client is found, exactly that, once, and named with its user and address', async () => {
    expect(textOf(await foreign(2, 'helpdesk', powerCycle), 'ReturnValue')).toBe('0');
    const found = /1 change that this service did not make: Performed power cycle by helpdesk from 127\.0\.0\.1/;
    expect(await say('audit pull host1,host2')).toMatch(found);
    expect(await say('audit pull host2')).not.toMatch(/did not make/);
    const review = await say('audit review');
    expect(review).toMatch(/1 open finding.*host2.*Performed power cycle by helpdesk/s);
    expect(await say('audit review host1')).toMatch(/No open findings/);
    expect(await say('audit review host2')).toMatch(/1 open finding/);
    expect(await say('audit review nobody')).toMatch(/no_such_target/);
  });

  test("with the service's own credentials it is found as well, on a PC whose clock is two hours behind", async () => {
    await polled('the power-on to be over', async () => (await site.lab.device('host4')).powerState === 2);
    expect(textOf(await foreign(4, 'admin', powerRequest(10)), 'ReturnValue')).toBe('0');
    expect(await say('audit pull host4')).toMatch(/1 change that this service did not make: Performed reset by admin/);
  });

  test('when the service itself sets that clock right, what was before and after it is still its own', async () => {
    expect(await say('accounts apply host4')).toMatch(/helpdesk/);
    expect(await say('time sync host4')).toMatch(/clock/);
    expect(await say('settings diff host4')).toMatch(/host4/);
    expect(await say('audit pull host4')).not.toMatch(/did not make|left no record/);
  });

  test('a log that somebody locked while the service acted: what it did is missing on the PC', async () => {
    const locked = await foreign(
      3,
      'admin',
      auditLog('SetAuditLock', '<r:LockTimeoutInSeconds>60</r:LockTimeoutInSeconds><r:Flag>0</r:Flag>'),
    );
    const waiting = await (await site.operator.say('reset host3')).until(({ view }) => view.outcome === 'waiting');
    await site.approver.press(waiting, 'Approve');
    await site.operator.until(
      ({ number, view }) => number === waiting.number && !['waiting', 'working'].includes(view.outcome ?? ''),
    );
    const handle = textOf(locked, 'Handle') ?? '';
    await foreign(3, 'admin', auditLog('SetAuditLock', `<r:Flag>2</r:Flag><r:Handle>${handle}</r:Handle>`));
    const pulled = await polled('the difference', async () => {
      const said = await say('audit pull host3');
      return said.includes('left no record') && said;
    });
    expect(pulled).toContain('1 operation of this service left no record in the log');
    expect(await say('audit review host3')).toMatch(/reset.*not in its log \(req_/s);
  });

  test('an auditor closes it, with a reason; nobody else, and not what one asked for oneself', async () => {
    const idOf = async (host: string) => /dif_\w+/.exec(await say(`audit review ${host}`))?.[0] ?? '';
    const [power, own] = [await idOf('host2'), await idOf('host3')];
    expect(await says(site.visitor, 'audit review')).toMatch(/not_allowed/);
    expect(await says(site.deputy, `audit accept ${power} --reason x`)).toMatch(/not_auditor/);
    expect(await say(`audit accept ${power}`)).toMatch(/Say why/);
    expect(await say('audit accept dif_none --reason x')).toMatch(/no_such_finding/);
    expect(await say(`audit accept ${own} --reason "it was me"`)).toMatch(/own_request/);
    expect(await say(`audit accept ${power} --reason "helpdesk call 4711"`)).toMatch(
      /^✔ Closed: host2, Performed power/,
    );
    expect(await say(`audit accept ${power} --reason again`)).toMatch(/no_such_finding/);
    expect(await say('audit review host2')).toMatch(/No open findings/);
    const { code, out } = await site.oob(['audit', 'export', '--config', site.configFile]);
    expect(code).toBe(0);
    const lines = out.split('\n').filter((line) => /device_log_differs|finding_accepted/.test(line));
    expect(lines.map((line) => /"kind":"(\w+)"/.exec(line)?.[1])).toEqual([
      ...['device_log_differs', 'device_log_differs', 'device_log_differs', 'finding_accepted'],
    ]);
    expect(lines.at(-1)).toMatch(/"actor":"operator".*helpdesk call 4711/);
  });
});
