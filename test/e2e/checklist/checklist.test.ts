import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { wordsOf } from '../../../src/messages/words-of.ts';
import { authority, openWorkshop, setupPurpose, type Workshop } from '../../pki/openssl.ts';
import { listOf, openAuthority } from '../../pki/testing.ts';
import { startTimeSource, type TimeSource } from '../../support/time-source.ts';
import { hasDnsmasq, startDns } from '../site/dns-server.ts';
import { isEnd, type Shown } from '../site/person.ts';
import { createSite, type Site } from '../site/site.ts';

const block = '127.24.180';
const pcs = { 'host1.madrid.example': `${block}.1`, 'host2.madrid.example': `${block}.2` };
const here = { ...pcs, 'madrid.example': `${block}.253` };
const crl = { host: `${block}.251`, port: 8_081 };

let site: Site;
let workshop: Workshop;
let time: TimeSource;
let stopDns: () => Promise<void>;
let lists: Server;
let listDer: Uint8Array;

/** DNS with these names beside those of the PCs. */
async function restartDns(more: Readonly<Record<string, string>> = {}): Promise<void> {
  await stopDns?.();
  stopDns = await startDns(`${block}.253`, 5_353, { ...here, ...more }, ['madrid.example']);
}

async function serveLists(): Promise<void> {
  lists = createServer((_request, response) => response.end(listDer));
  lists.listen(crl.port, crl.host);
  await once(lists, 'listening');
}

const certificateFile = () => workshop.path('in-use.pfx');

beforeAll(async () => {
  workshop = await openWorkshop();
  await workshop.make({ name: 'ca', subject: '/CN=Lab Root', extensions: authority, days: 3650 });
  const leaf = {
    subject: '/CN=oob.madrid.example',
    issuer: 'ca',
    extensions: [setupPurpose, `crlDistributionPoints=URI:http://${crl.host}:${crl.port}/crl.der`],
  };
  await workshop.make({ ...leaf, name: 'good', days: 300 });
  await workshop.make({ ...leaf, name: 'ended', days: -1 });
  for (const name of ['good', 'ended'])
    await writeFile(workshop.path(`${name}.pfx`), await workshop.pkcs12(name, name, [name, 'ca']));
  await copyFile(workshop.path('good.pfx'), certificateFile());
  await writeFile(workshop.path('password'), 'Passw0rd!');
  listDer = await listOf(await openAuthority(workshop), []);
  await serveLists();
  time = await startTimeSource(1_123, `${block}.250`);
  await restartDns();
  site = await createSite({
    lab: [
      ...['--first-address', `${block}.1`, '--devices', '2', '--sites', 'madrid', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '50'],
    ],
    moreConfig: `
profiles:
  usual:
    appliesTo: [all]
    settings: { idleWakeTimeoutMinutes: 5 }
    accounts: [{ credential: helpdesk, realms: [audit-log] }]
    auditGroups: [security-admin]
    auditCredential: helpdesk
network:
  dnsSuffixes: [madrid.example]
  dnsServers: ['${block}.253:5353']
  timeSource: ${block}.250:1123
  provisionServer: none
  probeSeconds: 3
pki:
  provisioning:
    corp: { pkcs12File: ${certificateFile()}, password: { file: ${workshop.path('password')} } }
checklist:
  cron: never
  owners:
    - { person: approver, channel: console:local/it-ops }
`,
  });
  await site.start();
}, 90_000);
afterAll(async () => {
  await site?.close();
  await time?.stop();
  await stopDns?.();
  lists?.close();
  await workshop?.remove();
});

const textOf = ({ view }: Shown) => renderText(view);
const say = async (text: string) => textOf(await (await site.operator.say(text)).end());

/** The card of a verification, once it is done. */
async function verify(words = 'madrid'): Promise<Shown> {
  const known = new Set(site.operator.states().map(({ number }) => number));
  await site.operator.say(`checklist verify ${words}`);
  return site.operator.until(
    (state) =>
      !known.has(state.number) && isEnd(state) && /^(Checklist|Step)/.test(state.view.title) && !state.view.calls,
  );
}

/** Marks of the steps by number, as the card shows them; those that are proved or not needed left out. */
const open = ({ view }: Shown) =>
  Object.fromEntries(
    (view.table?.rows ?? [])
      .map((row) => row.map(wordsOf))
      .flatMap(([step = '', state = '']) =>
        /^[✔○]/.test(state) ? [] : [[Number(step.split(' ')[0]), state.split(' ')[0]]],
      ),
  );
const calls = () =>
  new Map(
    site.approver
      .states()
      .filter(({ view }) => view.calls !== undefined && view.title.startsWith('Checklist'))
      .map(({ number, view }) => [number, view.title]),
  );

/** `fix`: the run that it starts, once it has ended. */
async function fix(step: number): Promise<string> {
  const known = new Set(site.operator.states().map(({ number }) => number));
  const answers = await site.operator.say(`fix ${step}`);
  const end = await site.operator.until((state) => !known.has(state.number) && isEnd(state) && state.thread === null);
  expect(answers.invocation).not.toBe('');
  return textOf(end);
}

const describeWithDns = hasDnsmasq ? describe : describe.skip;

describeWithDns('checklist, through chat alone', () => {
  test('before anything was verified nothing is proved, and nothing is known to mend', async () => {
    expect(await say('checklist')).toMatch(/Checklist madrid: 0 of 18 proved, 18 not known/);
    expect(await say('fix 8')).toMatch(/step_not_verified/);
    expect(await say('checklist attest 4 --reason "in-band"')).toMatch(/not_step_owner/);
  });

  test('who may not look at PCs sees nothing of it, and may not have it verified', async () => {
    for (const text of ['checklist', 'checklist 2 madrid', 'checklist verify madrid', 'fix 2'])
      expect(textOf(await (await site.visitor.say(text)).end())).toMatch(/not_allowed/);
    expect(textOf(await (await site.administrator.say('checklist')).end())).toMatch(/Checklist madrid/);
  });

  test('first look: what is measured is proved, what nobody measured is not known', async () => {
    const card = await verify();
    expect(textOf(card)).toMatch(/^▲ Checklist madrid: \d+ of 18 proved, 1 warning, \d+ not known/);
    expect(open(card)).toEqual({
      ...{ 1: '▲', 2: '?', 4: '?', 5: '?', 8: '?', 9: '?', 11: '?', 13: '?', 14: '?', 16: '?', 17: '?', 18: '?' },
    });
    expect(await say('checklist 2')).toMatch(/corp: trusted root\s+State: \? not known/);
  }, 60_000);

  test('what no machine can measure is attested by the owner, with name, reason and end', async () => {
    for (const step of ['1', '2', 'oob.method', 'sp', '18']) {
      const answers = await site.approver.say(`checklist attest ${step} madrid --reason "looked at it" --for 90d`);
      expect(textOf(await answers.end())).toMatch(/Attested: step \d+ at madrid, until /);
    }
    expect(await say('checklist 4')).toMatch(
      /provisioning method proved[\s\S]*Attested: decision\s+Arturo Approver, until .*: looked at it/,
    );
    expect(textOf(await (await site.approver.say('checklist attest 13 --reason "no"')).end())).toMatch(
      /nothing_to_attest/,
    );
  });

  test('what was attested can be taken back, by the same people', async () => {
    expect(await say('checklist withdraw 4 madrid')).toMatch(/not_step_owner/);
    const answered = async (text: string) => textOf(await (await site.approver.say(text)).end());
    expect(await answered('checklist withdraw 4 madrid')).toMatch(/Taken back: nobody answers for step 4 at madrid/);
    expect(await answered('checklist withdraw 4')).toMatch(/nothing_attested/);
    expect(await say('checklist 4')).toMatch(/provisioning method not known/);
    expect(await answered('checklist attest 4 --reason "in-band, as ever" --for 1y')).toMatch(/Attested: step 4/);
  });

  test('fix starts what mends a step as an ordinary request; verified again all is proved', async () => {
    await fix(13);
    await fix(16);
    expect(await say('accounts apply site:madrid')).toMatch(/Done: 2/);
    await fix(8);
    expect(textOf(await verify('8'))).toMatch(/Step 8 at madrid: AMT settings fails[\s\S]*settings apply/);
    await fix(8);
    await verify('17');
    await fix(17);
    const card = await verify();
    expect(card.view.title).toBe('Checklist madrid: 18 of 18 proved');
    expect(open(card)).toEqual({});
    expect(calls().size).toBe(0);
  }, 90_000);

  test('the clock off: step 5 alone turns red, its owner is called once, and no more while it stays', async () => {
    time.setAhead(20 * 60_000);
    expect(open(await verify())).toEqual({ 5: '✖' });
    expect(textOf(await verify())).toMatch(/Checklist madrid: 17 of 18 proved, 1 failing/);
    await site.approver.until(({ view }) => /step 5 \(service point\) fails now/.test(view.title));
    expect([...calls().values()]).toEqual(['Checklist madrid: step 5 (service point) fails now']);
    expect(await say('fix 5')).toMatch(/mended by people[\s\S]*Set it by the time source/);
    // A script sees it by the exit code.
    const failing = await site.sayAtTerminal(site.operator, 'checklist verify 5');
    expect(failing).toEqual({ code: 1, out: expect.stringContaining('Step 5 at madrid: service point fails') });
    time.setAhead(0);
    expect(open(await verify())).toEqual({});
  }, 60_000);

  test('the alias of provisioning appears in DNS: step 7 alone', async () => {
    await restartDns({ 'provisionserver.madrid.example': '10.6.6.6' });
    const card = await verify();
    expect(open(card)).toEqual({ 7: '✖' });
    expect(await say('checklist 7')).toMatch(/Find out whose it is and delete the record/);
    await restartDns();
  }, 60_000);

  test('the provisioning certificate ends, or its revocation list is gone: step 2 alone', async () => {
    await copyFile(workshop.path('ended.pfx'), certificateFile());
    expect(open(await verify())).toEqual({ 2: '✖' });
    expect(await say('checklist 2')).toMatch(/corp: dates: Renew it now/);
    await copyFile(workshop.path('good.pfx'), certificateFile());
    lists.close();
    lists.closeAllConnections();
    const gone = await verify();
    expect(open(gone)).toEqual({ 2: '✖' });
    expect(await say('checklist 2')).toMatch(/corp: revocation: Open the way to the address of the list/);
    await serveLists();
    expect(open(await verify())).toEqual({});
  }, 90_000);

  test('an audit log runs full: step 17 alone, once its PC was asked', async () => {
    await site.lab.setFaults('host2', 'audit-log-almost-full');
    await say('status host2');
    expect(open(await verify())).toEqual({ 17: '✖' });
    expect(await say('checklist 17')).toMatch(/1 log 85 % full or more: host2/);
    await site.lab.setFaults('host2', '');
    await say('status host2');
    expect(open(await verify())).toEqual({});
  }, 60_000);

  test('a PC reset to factory: step 16 alone', async () => {
    await site.lab.setFaults('host1', 'not-provisioned');
    await say('status host1');
    expect(open(await verify())).toEqual({ 16: '✖' });
    expect(await say('checklist 16')).toMatch(/back to factory settings: host1/);
    await site.lab.setFaults('host1', '');
    await say('status host1');
    expect(open(await verify())).toEqual({});
  }, 60_000);

  test('the network closed to all PCs: step 1 alone turns red', async () => {
    await site.lab.setFaults('host1', 'unplugged');
    await site.lab.setFaults('host2', 'unplugged');
    const card = await verify();
    expect(Object.entries(open(card)).filter(([, mark]) => mark === '✖')).toEqual([['1', '✖']]);
    await site.lab.setFaults('host1', '');
    await site.lab.setFaults('host2', '');
    const last = await verify();
    expect((await site.sayAtTerminal(site.operator, 'checklist verify 1')).code).toBe(0);
    expect(last.view.title).toBe('Checklist madrid: 18 of 18 proved');
    await site.approver.until(({ view }) => /step 1 \(.*\) fails now/.test(view.title));
    // One call for each thing that broke: 5, 7, 2 twice with a mend in between, 17, 16, 1.
    expect([...calls().values()].map((title) => /step (\d+)/.exec(title)?.[1])).toEqual([
      '5',
      '7',
      '2',
      '17',
      '16',
      '1',
    ]);
  }, 60_000);
});
