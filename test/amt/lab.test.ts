/** The adapter against the simulated fleet, which shares no code with it: every fault the lab knows, by its meaning. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, defaultPassword, type Fleet } from '../../lab/fleet.ts';
import type { AmtEndpoint, AmtErrorCode, AmtSession } from '../../src/ports/amt.ts';
import { endpointAt, errorOf, openGateway, type TestGateway } from './conversation.ts';

const timing = { onMs: [1, 2], offMs: 1, gracefulMs: 1 } as const;

/** What a power-on costs the service: read, act, look. */
const readActLook = async (session: AmtSession) => {
  await session.readPower();
  const answer = await session.requestPower(2);
  await session.readPower();
  return answer.returnValue;
};

async function start(firstAddress: string, more: Parameters<typeof createFleet>[0]) {
  const fleet = await createFleet({ firstAddress, timing, ...more });
  await fleet.start();
  const opened = openGateway({
    ca: fleet.keys.authorityPem,
    credentials: async () => ({ user: 'admin', password: defaultPassword }),
    timeouts: { firstReplyTimeoutMs: 800, wakeWindowMs: 4_000 },
  });
  return { fleet, opened };
}

const inMode = (fleet: Fleet, name: string, tls: AmtEndpoint['tls']): AmtEndpoint =>
  endpointAt(fleet.device(name).address, {
    deviceId: `${name} ${tls}`,
    tls,
    fqdn: tls === 'ca' ? fleet.device(name).fqdn : null,
  });

describe('firmware generations', () => {
  const personas = ['amt-9.1', 'amt-10.0', 'amt-12.0', 'amt-15.0', 'amt-16.0', 'amt-19.0'];

  test.each(personas)('%s: powers on, and tells its facts', async (persona) => {
    const address = `127.22.7.${1 + personas.indexOf(persona)}`;
    const { fleet, opened } = await start(address, { persona });
    try {
      const device = fleet.device('host1');
      const modern = !['amt-9.1', 'amt-10.0'].includes(persona);
      const endpoint = modern ? inMode(fleet, 'host1', 'ca') : inMode(fleet, 'host1', 'none');
      const facts = await opened.run(endpoint, async (session) => {
        expect(await readActLook(session)).toBe(0);
        return session.readFacts();
      });
      expect(facts).toMatchObject({ amtVersion: device.persona.version, provisioningState: 'post' });
      expect(facts.tlsVersion).toBe(modern ? device.persona.tlsMax : 'none');
    } finally {
      await opened.gateway.close();
      await fleet.stop();
    }
  });
});

describe('faults', () => {
  let fleet: Fleet;
  let opened: TestGateway;

  beforeAll(async () => {
    ({ fleet, opened } = await start('127.22.8.1', { devices: 1, persona: 'amt-15.0' }));
  });

  afterAll(async () => {
    await opened.gateway.close();
    await fleet.stop();
  });

  const failures: ReadonlyArray<readonly [string, AmtEndpoint['tls'], AmtErrorCode, boolean]> = [
    ['wrong-password', 'ca', 'wrong_credentials', false],
    ['expired-certificate', 'ca', 'certificate_expired', false],
    ['plain-closed', 'none', 'plain_port_closed', false],
    ['tls10-only', 'ca', 'tls_too_old', false],
    ['unreachable', 'none', 'no_answer', false],
    ['drop-mid-reply:always', 'ca', 'connection_dropped', false],
    ['drop-mid-reply:power', 'none', 'connection_dropped', true],
    ['empty-400:always', 'ca', 'device_overloaded', false],
    ['empty-400:power', 'none', 'device_overloaded', false],
    ['not-provisioned', 'ca', 'not_provisioned', false],
  ];

  test.each(failures)('%s (%s) is %s, may have acted: %p', async (fault, tls, code, mayHaveActed) => {
    fleet.setPower('host1', 'off');
    await fleet.setFaults('host1', fault);
    const error = await errorOf(opened.run(inMode(fleet, 'host1', tls), readActLook));
    expect(error).toMatchObject({ code, mayHaveActed });
    expect(error.evidence.length).toBeGreaterThan(0);
  });

  test.each([
    ['none at all', '', 0],
    ['dark', 'dark', 0],
    ['busy once', 'busy-once', 4_099],
    ['asleep ME', 'asleep-me:700', 0],
    ['slow', 'slow:50', 0],
    ['dropped once in mid-reply', 'drop-mid-reply', 0],
    ['400 with an empty body, once', 'empty-400', 0],
    ['nonce reset', 'nonce-reset:1', 0],
  ])('%s is no failure', async (_name, faults, returnValue) => {
    for (const tls of ['none', 'ca'] as const) {
      fleet.setPower('host1', 'off');
      await fleet.setFaults('host1', faults);
      await expect(opened.run(inMode(fleet, 'host1', tls), readActLook)).resolves.toBe(returnValue);
    }
  });

  test('read, act and look cost one challenge, two connections and one full handshake; the next time none of it', async () => {
    await fleet.setFaults('host1', '');
    const endpoint = { ...inMode(fleet, 'host1', 'ca'), deviceId: 'never seen before' };
    // A reset replaces the counters, so they are looked up each time.
    const counters = () => fleet.device('host1').counters;
    fleet.setPower('host1', 'off');
    fleet.resetCounters();
    await opened.run(endpoint, readActLook);
    expect(counters()).toMatchObject({
      connections: 2,
      handshakes: 2,
      resumedHandshakes: 1,
      unauthorized: 1,
      surplusConnections: 0,
    });
    fleet.resetCounters();
    await opened.run(endpoint, readActLook);
    expect(counters()).toMatchObject({ connections: 0, unauthorized: 0 });
    expect(counters().requests.get('CIM_PowerManagementService.RequestPowerStateChange')).toBe(1);
  });

  test('a PC in Modern Standby is woken by its own method', async () => {
    await fleet.setFaults('host1', 'modern-standby');
    fleet.setPower('host1', 'standby');
    const seen = await opened.run(inMode(fleet, 'host1', 'ca'), async (session) => [
      (await session.readPower()).state,
      await session.readOsPowerSaving(),
      (await session.requestOsFullPower()).accepted,
    ]);
    expect(seen).toEqual([2, 'saving', true]);
  });
});

test('what the lab calls a name is what its certificate says', async () => {
  const { fleet, opened } = await start('127.22.7.20', {});
  try {
    const endpoint = { ...inMode(fleet, 'host1', 'ca'), fqdn: 'another.lab.example' };
    expect((await errorOf(opened.run(endpoint, readActLook))).code).toBe('certificate_untrusted');
  } finally {
    await opened.gateway.close();
    await fleet.stop();
  }
});
