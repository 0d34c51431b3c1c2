import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reasonFor } from '../../../src/messages/reasons/reasons.ts';
import { renderText } from '../../../src/messages/text.ts';
import type { WakeCause } from '../../../src/wake-causes/wake-cause.ts';
import { hasDnsmasq, startDns } from '../site/dns-server.ts';
import type { Answers, Shown } from '../site/person.ts';
import { createSite, type Site } from '../site/site.ts';

const dns = { address: '127.24.212.253', port: 5_353 };
/** Documentation prefix (RFC 5737): on a machine without a default route there is no way to it, and nothing is sent. */
const farAddress = '192.0.2.12';

const faults = {
  host2: 'dark',
  host3: 'asleep-me:600000',
  host6: 'wrong-password',
  host7: 'plain-closed',
  host8: 'tls10-only',
  host9: 'modern-standby:idle',
  host10: 'changed-certificate',
  host11: 'unreachable',
  host13: 'asleep-me:2000',
} as const;

let site: Site;
/** True when this network namespace has only its loopback: elsewhere packets to `farAddress` would leave the machine. */
const routes = '/proc/net/route';
const isIsolated = existsSync(routes) && readFileSync(routes, 'utf8').trim().split('\n').length === 1;
const undo: (() => Promise<void>)[] = [];
const answers = new Map<string, Answers>();

const say = async (text: string) => (await site.operator.say(text)).end();
const textOf = ({ view }: Shown) => renderText(view);

beforeAll(async () => {
  if (hasDnsmasq) undo.push(await startDns(dns.address, dns.port, { 'host11.madrid.example': '127.24.212.111' }));
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.212.1', '--devices', '14', '--sites', 'madrid', '--powered', 'off'],
      ...['--persona', 'amt-15.0', '--power-delay', '50'],
      ...[
        '--faults',
        Object.entries(faults)
          .map((entry) => entry.join('='))
          .join(),
      ],
    ],
  });
  await editConfig((yaml) => yaml.replace('\namt:\n', `\namt:\n  dnsServers: ['${dns.address}:${dns.port}']\n`));
  await importRows(site.lab.files.inventory, (csv) =>
    csv
      .replace(/^(host7,.*,)ca,[0-9a-f]*,/m, '$1none,,')
      .replace(/^(host8,.*,)legacy,[0-9a-f]*,/m, '$1ca,,')
      .replace(/^(host12,[^,]*,)[^,]*/m, `$1${farAddress}`),
  );
  await site.start();
  // What is known from better days: two that are on and would be lost when off, and one that is still plugged in.
  await site.lab.setFaults('host4', 'no-sx-link-policy');
  await site.lab.setFaults('host5', 'low-power-package');
  for (const name of ['host4', 'host5']) await site.lab.setPower(name, 'on');
  await say('status host1,host4,host5,host14');
  for (const name of ['host4', 'host5']) await site.lab.setPower(name, 'off');
  await site.lab.setFaults('host14', 'unplugged');
  await say('poweron host2,host4,host5,host6,host14');
  // All at once, for each is a wait and no work; every test takes its own answer.
  const names = ['host2', 'host3', 'host4', 'host5', 'host6', 'host7', 'host8', 'host9', 'host10', 'host13', 'host14'];
  const more = [...(hasDnsmasq ? ['host11'] : []), ...(isIsolated ? ['host12'] : [])];
  for (const name of [...names, ...more]) answers.set(name, await site.operator.say(`why ${name}`));
}, 120_000);

afterAll(async () => {
  for (const step of undo.reverse()) await step();
  await site?.close();
});

async function editConfig(change: (yaml: string) => string): Promise<void> {
  await writeFile(site.configFile, change(await readFile(site.configFile, 'utf8')));
}

async function importRows(file: string, change: (csv: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
  const imported = await site.oob(['inventory', 'import', file, '--config', site.configFile]);
  if (imported.code !== 0) throw new Error(imported.out);
}

/** The reason code is the last of the small print. */
const causeOf = ({ view }: Shown) => view.context?.split(' · ').at(-1);

/** Expects exactly this cause of the PC, with its mend. */
async function expectCause(name: string, cause: WakeCause): Promise<string> {
  const shown = await answers.get(name)?.end();
  if (!shown) throw new Error(`nobody asked about ${name}`);
  const text = textOf(shown);
  expect([name, causeOf(shown), text]).toEqual([name, cause, text]);
  const { what, mend } = reasonFor(cause);
  const plain = (sentence: string) => sentence.replaceAll('`', '');
  expect(plain(text)).toContain(plain(what));
  expect(plain(text)).toContain(plain(mend));
  return text;
}

describe('why did it not wake', () => {
  test('those that failed to come on, each with its own cause', async () => {
    const [dark, link, me] = await Promise.all([
      expectCause('host2', 'accepted_but_dark'),
      expectCause('host4', 'link_down_in_sx'),
      expectCause('host5', 'me_off_in_sx'),
      expectCause('host6', 'wrong_credentials'),
    ]);
    expect(dark).toMatch(
      /host2 did not come on; it is off now, AMT answers.*PC: power state 8 \(off\).*stayed_dark: power state 8/s,
    );
    expect(link).toMatch(/host4 did not come on; it does not answer now.*record: link kept up then: s0-ac/s);
    expect(me).toMatch(/record: power package then: \w+: ON in S0\n/);
  }, 60_000);

  test('those whose connection tells it', async () => {
    const [plain, , certificate] = await Promise.all([
      expectCause('host7', 'plain_port_closed'),
      expectCause('host8', 'tls_too_old'),
      expectCause('host10', 'certificate_changed'),
      expectCause('host9', 'modern_standby'),
      expectCause('host3', 'me_asleep'),
    ]);
    const late = await expectCause('host13', 'me_asleep');
    expect(late).toMatch(/closed it without a word.*port 16993 \(TLS\): answers.*PC: power state 8/s);
    expect(plain).toMatch(/port 16992 \(plain\): refused.*port 16993 \(TLS\): answers: TLS 1\.2/s);
    expect(certificate).toMatch(/recorded certificate: SHA-256.*shown certificate: SHA-256/s);
  }, 60_000);

  test('unplugged: seen until a time, gone from the network, its neighbours there', async () => {
    const text = await expectCause('host14', 'unplugged');
    expect(text).toMatch(
      /port 16993 \(TLS\): did not answer, 3 times.*neighbours in 127\.24\.212\.0\/24.*answer.*last heard from/s,
    );
  }, 60_000);

  (hasDnsmasq ? test : test.skip)('DNS says another address (apt-get install dnsmasq-base)', async () => {
    const text = await expectCause('host11', 'dns_moved');
    expect(text).toMatch(
      /DNS: address of host11\.madrid\.example: 127\.24\.212\.111\n.*record: address in the inventory: 127\.24\.212\.11\n/s,
    );
  });

  (isIsolated ? test : test.skip)('no route, where this machine has only its loopback (unshare -n)', async () => {
    const text = await expectCause('host12', 'no_route');
    expect(text).toContain('no route to the network');
  });

  test('one that is on: nothing is wrong', async () => {
    await say('poweron host1');
    const shown = await say('why host1');
    expect(shown.view).toMatchObject({ tone: 'good', title: 'host1 came on last time; it is on now, AMT answers' });
    expect(causeOf(shown)).toBe('nothing_wrong');
  });

  test('several at once: each cause counted, with its mend, and the evidence of all in the file', async () => {
    const shown = await say('why host1,host6,host7');
    expect(shown.view.title).toMatch(/^Done: 3 looked into\. /);
    expect(textOf(shown)).toMatch(
      /1 × AMT refused the user name.*host6\s+wrong credentials.*host7\s+plain port closed/s,
    );
    expect(await site.operator.attachment(shown)).toMatch(/^pc,site,status,code,at,told_by,what,cause\r\n/);
  }, 60_000);
});
