import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { NameAnswer, PortAnswer } from '../../src/ports/network/network-probes.ts';
import type { DhcpAnswer, DhcpReply } from '../../src/ports/network/site-probes.ts';
import { sampleOf } from '../../src/prerequisites/sample-devices.ts';
import { caKeysOf, judgeCaKeys } from '../../src/prerequisites/verdicts/ca-keys.ts';
import { judgeClock, judgeDomainClocks } from '../../src/prerequisites/verdicts/clocks.ts';
import { judgeDhcp } from '../../src/prerequisites/verdicts/dhcp.ts';
import { judgeAlias, judgeForward, judgeReverse, type NameEvidence } from '../../src/prerequisites/verdicts/dns.ts';
import { judgeContiguity } from '../../src/prerequisites/verdicts/names.ts';
import { judgePorts, judgeProvisioningPort } from '../../src/prerequisites/verdicts/ports.ts';

/** The program. */
const openssl = 'openssl';

describe('DHCP', () => {
  const reply: DhcpReply = {
    server: '10.0.0.1',
    dnsServers: ['10.0.0.53', '2001:db8::53'],
    domainName: 'corp.example',
    clientNameFlags: 3,
  };
  const wanted = { dnsSuffixes: ['corp.example'], dnsServers: ['10.0.0.53:53', '[2001:db8::53]:53'], dynamicDns: true };
  const answered = (...replies: readonly DhcpReply[]): DhcpAnswer => ({
    kind: 'answered',
    from: '10.0.0.9',
    replies,
    ignored: 0,
  });

  test('DNS servers are the same with and without their port', () => {
    expect(judgeDhcp(answered(reply), wanted)['DHCP option 6']?.status).toBe('pass');
  });

  test('a server that says nothing of option 81 is worth a look, unless PCs get into DNS in another way', () => {
    const silent = answered({ ...reply, clientNameFlags: null });
    expect(judgeDhcp(silent, wanted)['DHCP option 81']).toMatchObject({
      status: 'warn',
      reason: 'dhcp_option_81_missing',
    });
    expect(judgeDhcp(silent, { ...wanted, dynamicDns: false })['DHCP option 81']?.status).toBe('not_applicable');
  });

  test('a second server that hands out something else', () => {
    const verdicts = judgeDhcp(answered(reply, { ...reply, server: '10.0.0.66', domainName: 'evil.example' }), wanted);
    expect(verdicts['DHCP server']).toMatchObject({ status: 'warn', reason: 'dhcp_servers_differ' });
    expect(verdicts['DHCP option 15']).toMatchObject({ status: 'fail', reason: 'dhcp_option_15_other' });
    expect(judgeDhcp(answered(reply, { ...reply, server: '10.0.0.2' }), wanted)['DHCP server']?.status).toBe('pass');
  });

  test.each<[DhcpAnswer, string, string]>([
    [{ kind: 'no_rights' }, 'unknown', 'dhcp_no_rights'],
    [{ kind: 'port_taken' }, 'unknown', 'dhcp_port_taken'],
    [{ kind: 'no_interface', known: [] }, 'unknown', 'dhcp_no_interface'],
    [{ kind: 'failed', why: 'ENETUNREACH' }, 'unknown', 'dhcp_failed'],
    [{ kind: 'silent', from: '10.0.0.9', ignored: 2 }, 'fail', 'dhcp_silent'],
  ])('%j', (answer, status, reason) => {
    const verdicts = judgeDhcp(answer, wanted);
    expect(verdicts['DHCP server']).toMatchObject({ status, reason });
    expect(verdicts['DHCP option 6']).toMatchObject({ status: 'unknown', evidence: ['after: DHCP server'] });
  });

  test('a site without an interface here', () => {
    expect(judgeDhcp(null, wanted)['DHCP option 15']?.status).toBe('not_applicable');
  });
});

describe('names', () => {
  const found = (...values: string[]): NameAnswer => ({ kind: 'found', values });
  const seen = (forward: NameAnswer, reverse: NameAnswer): NameEvidence => ({
    device: 'host1',
    fqdn: 'Host1.corp.example',
    address: '10.0.0.1',
    forward: [{ server: 'a', answer: forward }],
    reverse: [{ server: 'a', address: '10.0.0.1', answer: reverse }],
  });

  test('are the same in either case and with a dot at their end', () => {
    expect(judgeReverse([seen(found('10.0.0.1'), found('host1.CORP.example.'))]).status).toBe('pass');
  });

  test('a server that does not say is not one that says there is none', () => {
    const unclear = seen({ kind: 'no_answer' }, { kind: 'no_answer' });
    expect(judgeForward([unclear])).toMatchObject({ status: 'unknown', reason: 'dns_unclear' });
    expect(judgeReverse([unclear])).toMatchObject({ status: 'unknown', reason: 'dns_unclear' });
    expect(judgeAlias(['10.0.0.5'], [{ server: 'a', name: 'x', answer: { kind: 'no_answer' } }]).status).toBe(
      'unknown',
    );
  });

  test('a wrong record counts more than a missing one, and long lists are cut', () => {
    const many = Array.from({ length: 30 }, () => seen({ kind: 'none' }, { kind: 'none' }));
    const { reason, evidence } = judgeForward([...many, seen(found('10.0.0.2'), found('x'))]);
    expect(reason).toBe('dns_forward_wrong');
    expect(evidence).toHaveLength(9);
    expect(evidence.at(-1)).toBe('and 23 more');
  });

  test('of which one address of several is the right one', () => {
    expect(judgeForward([seen(found('10.0.0.7', '10.0.0.1'), found())]).status).toBe('pass');
  });

  test('an alias with a rogue address beside the right one', () => {
    const both = [{ server: 'a', name: 'x', answer: found('10.0.0.5', '10.6.6.6') }];
    expect(judgeAlias(['10.0.0.5'], both)).toMatchObject({ status: 'fail', reason: 'alias_elsewhere' });
  });
});

describe('name space', () => {
  const judge = (fqdn: string | null, suffixes: readonly string[], domains: readonly string[]) =>
    judgeContiguity({ names: [{ device: 'host1', fqdn }], suffixes, domains });

  test.each([
    ['host1.corp.example', 'pass'],
    ['host1.madrid.corp.example.', 'pass'],
    ['host1.evilcorp.example', 'fail'],
    ['corp.example', 'fail'],
    ['host1.corp.example.evil', 'fail'],
  ])('%s in corp.example: %s', (fqdn, status) => {
    expect(judge(fqdn, ['corp.example'], []).status).toBe(status);
  });

  test('a suffix that no domain of the forest holds is disjoint', () => {
    expect(judge('host1.lab.example', ['lab.example'], ['corp.example'])).toMatchObject({ reason: 'name_outside' });
    expect(judge('host1.lab.example', ['lab.example'], ['corp.example', 'lab.example']).status).toBe('pass');
  });

  test('no full name, and nothing to compare with', () => {
    expect(judge(null, ['corp.example'], [])).toMatchObject({ status: 'warn', reason: 'name_missing' });
    expect(judge('host1.corp.example', [], [])).toMatchObject({ status: 'unknown', reason: 'not_described' });
  });
});

describe('clocks', () => {
  const source = { host: 'ntp', port: 123 };
  const ahead = (offsetMs: number) => ({ kind: 'answered', offsetMs, delayMs: 1, stratum: 2 }) as const;

  test('5 minutes are the most, 2 are worth a look', () => {
    expect(judgeClock(source, ahead(120_000)).status).toBe('pass');
    expect(judgeClock(source, ahead(-120_100)).status).toBe('warn');
    expect(judgeClock(source, ahead(300_100)).status).toBe('fail');
  });

  test('a domain controller is right although this machine is off: the time source decides', () => {
    const clocks = [{ domain: 'corp', server: 'dc1', aheadMs: 400_000 }];
    expect(judgeDomainClocks(clocks, ahead(400_000)).status).toBe('pass');
    expect(judgeDomainClocks(clocks, null)).toMatchObject({ status: 'fail', reason: 'domain_clock_off' });
    expect(judgeDomainClocks([{ domain: 'corp', why: 'gone' }], null).status).toBe('unknown');
  });
});

describe('ports', () => {
  const answered: PortAnswer = { kind: 'answered', ms: 1, tls: null };
  const silent: PortAnswer = { kind: 'silent', ms: 1 };
  const pc = (device: string, answer: PortAnswer) => ({
    device,
    ports: new Map([16_992, 16_993, 16_994, 16_995, 623, 664].map((port) => [port, answer] as const)),
  });

  test('some PCs silent is worth a look, all of them a failure; the others are judged where AMT answers', () => {
    const some = judgePorts([pc('host1', answered), pc('host2', silent)]);
    expect(some['management ports']).toMatchObject({
      status: 'warn',
      reason: 'port_filtered',
      evidence: ['16993 or 16992: open on 1 of 2 PCs', 'host2: 16993 no answer, 16992 no answer'],
    });
    expect(some['redirection ports']?.status).toBe('pass');
    expect(judgePorts([pc('host2', silent)])['management ports']?.status).toBe('fail');
  });

  test('the provisioning port: not wanted, nobody there, on the loopback only, heard', () => {
    expect(judgeProvisioningPort(null, []).status).toBe('not_applicable');
    expect(judgeProvisioningPort(9_971, []).reason).toBe('hello_unheard');
    expect(judgeProvisioningPort(9_971, ['127.0.0.1']).reason).toBe('hello_loopback');
    expect(judgeProvisioningPort(9_971, ['10.0.0.5', '127.0.0.1']).status).toBe('pass');
  });
});

describe('CA keys', () => {
  const certificate = (...key: string[]) =>
    execFileSync(
      openssl,
      ['req', '-x509', '-newkey', ...key, '-nodes', '-keyout', '/dev/null', '-subj', '/CN=Lab CA', '-days', '1'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );

  test('of 2048 bits pass, longer ones do not, whichever of the chain; others than RSA are pointed out', () => {
    const short = certificate('rsa:2048');
    expect(judgeCaKeys('ca.pem', caKeysOf(short))).toMatchObject({ status: 'pass', evidence: ['CN=Lab CA: rsa 2048'] });
    const long = caKeysOf(`${short}\n${certificate('rsa:3072')}`);
    expect(judgeCaKeys('ca.pem', long)).toMatchObject({ status: 'fail', reason: 'ca_key_long' });
    const curve = caKeysOf(certificate('ec', '-pkeyopt', 'ec_paramgen_curve:P-256'));
    expect(judgeCaKeys('ca.pem', curve)).toMatchObject({ status: 'warn', reason: 'ca_key_other' });
  });

  test('a file that holds none', () => {
    expect(
      judgeCaKeys('ca.pem', caKeysOf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')),
    ).toMatchObject({
      reason: 'ca_unreadable',
    });
    expect(caKeysOf('')).toBeNull();
    expect(judgeCaKeys(null, null).status).toBe('not_applicable');
  });
});

describe('the sample', () => {
  const all = Array.from({ length: 95 }, (_, index) => index);
  const day = (number: number) => new Date(number * 86_400_000);

  test('is spread, holds nobody twice, and in ten days everybody was in it', () => {
    const days = Array.from({ length: 10 }, (_, index) => sampleOf(all, 10, day(20_000 + index)));
    for (const sample of days) expect(new Set(sample).size).toBe(10);
    expect(new Set(days.flat()).size).toBe(95);
  });

  test('is everybody where there are few', () => expect(sampleOf([1, 2], 10, day(0))).toEqual([1, 2]));
});
