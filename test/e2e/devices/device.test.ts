import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { type LabProcess, startLab } from '../site/lab-process.ts';
import { isEnd, outcomeOf, type Shown } from '../site/person.ts';
import { createSite, type Site } from '../site/site.ts';

/** Three PCs of AMT 15 in madrid, three in lyon, and a profile for madrid. */
let site: Site;
/** One PC of AMT 6, and one of AMT 19, each in a fleet of its own. */
let others: readonly LabProcess[] = [];
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.5.1', '--devices', '6', '--sites', 'madrid,lyon', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '50'],
    ],
    moreConfig: `
profiles:
  madrid:
    appliesTo: [site:madrid]
    settings: { idleWakeTimeoutMinutes: 5, webUi: false, linkPolicy: [s0-ac, sx-ac], hostName: "pc-{name}" }
    accounts:
      - { credential: helpdesk, realms: [remote-control, general-information] }
    auditGroups: [security-admin]
`,
  });
  await site.start();
  others = await Promise.all([addPc('old', 'amt-6.2', '127.24.6.1'), addPc('new', 'amt-19.0', '127.24.6.2')]);
}, 60_000);
afterAll(async () => {
  await Promise.all(others.map((lab) => lab.stop()));
  await site?.close();
});

/** A PC of another generation: its fleet is started, and its inventory imported under `name`, beside the running service. */
async function addPc(name: string, persona: string, address: string): Promise<LabProcess> {
  const directory = join(site.directory, name);
  await mkdir(directory);
  const lab = await startLab(directory, [
    ...['--first-address', address, '--devices', '1', '--sites', 'oslo', '--powered', 'off', '--persona', persona],
    ...['--power-delay', '50', '--inventory-tls', 'pinned'],
  ]);
  const csv = await readFile(lab.files.inventory, 'utf8');
  await writeFile(lab.files.inventory, csv.replace(/^host1,/m, `${name},`));
  const imported = await site.oob(['inventory', 'import', lab.files.inventory, '--config', site.configFile]);
  if (imported.code !== 0) throw new Error(imported.out);
  return lab;
}

const textOf = ({ view }: Shown) => renderText(view);
const linesOf = (csv: string) => csv.trimEnd().split('\r\n');
const say = async (text: string) => (await site.operator.say(text)).end();
/** How several commands ended that do not hang on each other. */
const sayAll = async (...texts: readonly string[]) => (await Promise.all(texts.map(say))).map(textOf);
/** Asks for what needs another person and has the approver approve it; how it ended. */
const sayAndApprove = async (text: string) => {
  const waiting = await (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');
  await site.approver.press(waiting, 'Approve');
  return site.operator.until((state) => state.number === waiting.number && isEnd(state));
};
/** Requests to a device that may have changed something. */
const writesTo = async (name: string) =>
  Object.entries((await site.lab.device(name)).counters.requests)
    .filter(([what]) => !/\.(Get|Enumerate|Pull|Read)\w*$/.test(what))
    .reduce((sum, [, times]) => sum + times, 0);

describe('the audit log', () => {
  test('`audit pull` posts the decoded last records and attaches the whole log', async () => {
    expect((await say('poweron host1')).view.title).toMatch(/^host1 is on, verified/);
    const { code, out } = await site.sayAtTerminal(site.operator, 'audit pull host1');
    expect(out).toMatch(/✔ host1: 4 records, 4 new.*Audit log\s+on, 1 % full/s);
    expect(out).toMatch(/What: Performed power up\s+By: admin from 127\.0\.0\.1/);
    expect(out).toContain('Provisioning completed');
    expect(code).toBe(0);
    const card = await site.operator.until((state) => state.view.title.startsWith('host1: 4 records'));
    const [header, ...lines] = linesOf(await site.operator.attachment(card));
    expect(header).toBe('index,at,app_id,event_id,app,event,by,address,details,raw');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/^4,20\d\d-\d\d-\d\dT[\d:.]+Z,17,0,[^,]+,Performed power up,admin,127\.0\.0\.1,/);
  });

  test('`audit clear` is refused before an export: the pull was none', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'audit clear host1');
    expect(code).toBe(2);
    expect(out).toMatch(/The log of host1 was never exported\. Use `\/oob audit export`.*export_first/s);
    expect((await site.lab.state('host1')).auditLog.records).toBe(4);
  });

  test('after `audit export` an auditor may have it cleared, with an approval; the log begins anew', async () => {
    const file = await site.operator.attachment(await say('audit export host1'));
    const records = file
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records).toHaveLength(4);
    expect(records.at(-1)).toMatchObject({ pc: 'host1', index: 4, appId: 17, event: 'Performed power up' });
    const refused = await (await site.deputy.say('audit clear host1')).end();
    expect(textOf(refused)).toMatch(/clear-audit-log.*not_allowed/s);
    const end = await sayAndApprove('audit clear host1 --reason "yearly audit"');
    expect(end.view).toMatchObject({ tone: 'good', title: 'host1: audit log cleared of 4 records' });
    // What is super-critical stays (AMT 12 and later): the two provisioning events.
    expect((await site.lab.state('host1')).auditLog).toMatchObject({ records: 3, isLocked: false });
    expect(textOf(await say('audit pull host1'))).toMatch(/3 records, 1 new.*cleared/s);
  });

  test('an export that no longer covers the log does not let it be cleared, whoever approved; no lock stays', async () => {
    await say('audit export host2');
    await say('poweron host2');
    const { records } = (await site.lab.state('host2')).auditLog;
    const end = await sayAndApprove('audit clear host2');
    expect(textOf(end)).toMatch(
      /host2 did not clear the audit log.*the log has 4 records, the export 3.*export_first/s,
    );
    expect((await site.lab.state('host2')).auditLog).toMatchObject({ records, isLocked: false });
  });

  test('thousands of records come whole, page by page; a full log is said first', async () => {
    const pulled = await say('audit pull host4');
    const raw =
      linesOf(await site.operator.attachment(pulled))
        .at(-1)
        ?.split(',')
        .at(-1) ?? '';
    expect((await say('audit policy host4 --storage no-roll-over')).view.title).toBe('host4: storage no-roll-over');
    await site.lab.addAuditRecords(
      'host4',
      Array.from({ length: 2_500 }, () => raw),
    );
    const [full, status] = await Promise.all(['audit pull host4', 'status host4'].map(say));
    const { records } = (await site.lab.state('host4')).auditLog;
    expect(records).toBeGreaterThan(1_000);
    expect(full && linesOf(await site.operator.attachment(full))).toHaveLength(records + 1);
    expect(full && textOf(full)).toMatch(/▲ host4: [\d,]+ records.*\n\s*The audit log is (almost )?full: /);
    expect(status && textOf(status)).toMatch(/▲ host4 is off\n\s*The audit log is (almost )?full: /);
  });
});

describe('the profile of a site', () => {
  test('`settings diff` names each drift', async () => {
    const { code, out } = await site.sayAtTerminal(site.operator, 'settings diff site:madrid');
    expect(out).toContain('3 × It is not as its profile says.');
    for (const name of ['host1', 'host2', 'host3']) {
      expect(out).toMatch(new RegExp(`${name}\\s+Host name\\s+${name}\\s+pc-${name}\\n`));
      expect(out).toMatch(new RegExp(`${name}\\s+Idle time-out\\s+1 minute\\s+5 minutes\\n`));
      expect(out).toMatch(new RegExp(`${name}\\s+Web UI\\s+on\\s+off\\n`));
      expect(out).toMatch(new RegExp(`${name}\\s+Audit log of security-admin\\s+some events logged\\s+logged\\n`));
      expect(out).not.toMatch(new RegExp(`${name}\\s+Link kept up`));
    }
    expect(code).toBe(0);
    const card = await site.operator.until(({ view }) => view.title.startsWith('Done: 3 compared'));
    const lines = linesOf(await site.operator.attachment(card));
    expect(lines[0]).toBe('pc,site,status,code,setting,has,should_be');
    expect(lines).toContain('host2,madrid,ok,drifted,Web UI,on,off');
    expect(lines).toHaveLength(13);
  });

  test('`settings apply` makes it so, in the firmware; then the diff is empty, and a second time nothing is written', async () => {
    const applied = await say('settings apply site:madrid');
    expect(applied.view.title).toMatch(/^Done: 3 as their profile says\. /);
    expect(textOf(applied)).toMatch(/host3\s+Web UI\s+on\s+off\s+changed/);
    const { generalSettings } = await site.lab.state('host3');
    expect(generalSettings).toMatchObject({ HostName: 'pc-host3', IdleWakeTimeout: 5 });
    const before = await writesTo('host3');
    expect(before).toBeGreaterThan(0);
    const [diff, again, none] = await sayAll(
      'settings diff site:madrid',
      'settings apply host3',
      'settings diff host5',
    );
    expect(diff).toMatch(/✔ Done: 3 compared.*3 × It is as its profile says\./s);
    expect(again).toContain('host3: as its profile says already');
    expect(none).toMatch(/No profile in the configuration.*no_profile/s);
    expect(await writesTo('host3')).toBe(before);
  });

  test('`accounts apply` adds what is missing; a second time nothing is written; --prune needs an approval', async () => {
    expect((await say('accounts apply host3')).view.table?.rows).toEqual([['helpdesk', 'added']]);
    const named = async () => (await site.lab.state('host3')).accounts.map(({ name }) => name);
    expect(await named()).toContain('helpdesk');
    const before = await writesTo('host3');
    const [list, again] = await sayAll('accounts list host3', 'accounts apply host3');
    expect(list).toMatch(/helpdesk\s+over the network\s+remote-control, general-information/);
    expect(again).toContain('host3: accounts are as the profile says');
    expect(await writesTo('host3')).toBe(before);
    expect(outcomeOf(await sayAndApprove('accounts apply host3 --prune'))).toBe('done');
    // The system's own account is never ours to remove.
    expect(await named()).toEqual(expect.arrayContaining(['$$uns', 'helpdesk']));
  });
});

describe('what firmware does by itself', () => {
  test('`boot` shows an approver from what, and the PC boots from it, once', async () => {
    const waiting = await (await site.operator.say('boot host5 pxe')).until((state) => outcomeOf(state) === 'waiting');
    expect(textOf(waiting)).toMatch(/Plan: boot of host5.*Boot from\s+the network \(PXE\)/s);
    await site.approver.press(waiting, 'Approve');
    const end = await site.operator.until((state) => state.number === waiting.number && isEnd(state));
    expect(end.view.title).toMatch(/^host5: AMT accepted the boot, the PC is on \(was off; from the network \(PXE\)/);
    const { boots, nextBoot } = await site.lab.state('host5');
    expect(boots.at(-1)?.source).toContain('PXE');
    expect(nextBoot.source).toBeNull();
    await sayAndApprove('cycle host5');
    expect((await site.lab.state('host5')).boots.at(-1)?.source).toBeNull();
  });

  test('`alarm set`, `list` and `clear`: the alarm is in the firmware, and gone', async () => {
    const set = await say('alarm set host6 "2035-12-01 06:30" --every 1d --name patch');
    expect(set.view.title).toBe('host6: the alarm is set');
    const at = Date.parse('2035-12-01T06:30:00Z');
    expect((await site.lab.state('host6')).alarms).toMatchObject([{ id: 'patch', nextMs: at, intervalMs: 86_400_000 }]);
    expect(textOf(await say('alarm list host6'))).toMatch(/patch\s+2035-12-01 06:30 UTC\s+every day/);
    expect((await say('alarm clear host6 patch')).view.title).toBe('host6: cleared: patch');
    expect((await site.lab.state('host6')).alarms).toEqual([]);
  });

  test('`inventory`, `events` and `time sync` tell what the PC holds', async () => {
    const [inventory, events, time] = await sayAll('inventory host6', 'events host6', 'time sync host6');
    expect(inventory).toMatch(/Model\s+\S+.*Memory\s+\d+ GB in \d.*BIOS\s+\S+/s);
    expect(events).toMatch(/host6: [\d,]+ events?/);
    expect(time).toMatch(/host6: clock /);
  });
});

describe('firmware of 2010 and of today in one run', () => {
  test('both are on, verified: TLS 1.0 with a SHA-1 certificate, and AMT 19', async () => {
    const [status] = await sayAll('status old,new');
    expect(status).toMatch(/new\s+off\s+19\.0\.5.*old\s+off\s+6\.2\.61/s);
    const end = await say('poweron site:oslo');
    expect(end.view.title).toMatch(/^Done: 2 on and verified\. /);
    const states = await Promise.all(others.map(async (lab) => (await lab.device('host1')).powerState));
    expect(states).toEqual([2, 2]);
    const [old, today] = await sayAll('status old', 'status new');
    expect(old).toMatch(/TLS\s+TLS 1\.0\n/);
    expect(today).toMatch(/TLS\s+TLS 1\.[23]\n/);
  });

  test('each tells its log; what one generation lacks is a reason, not a mistake', async () => {
    const [both, alarm] = await sayAll('audit pull old,new', 'alarm set old "2035-12-01 06:30"');
    expect(both).toMatch(/✔ Done: 2 read\. /);
    expect(both).toMatch(/old\s.*Provisioning/s);
    expect(alarm).not.toContain('internal_error');
  });
});
