/** PCs of the lab with firmware up to AMT 10, set up by TLS with a pre-shared key. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSetupGateway } from '../../../adapters/amt/index.ts';
import { pidOf, ppsOf } from '../../../lab/bare/hello-message.ts';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import type { SharedKey } from '../../../src/ports/amt/setup-gateway.ts';
import type { AmtSession } from '../../../src/ports/amt.ts';
import { remoteSteps } from '../../../src/provisioning/remote/remote-steps.ts';
import { endpointAt, errorOf, realClock } from '../../amt/conversation.ts';
import { undoAt } from '../../support/undo.ts';

const secrets = { administrator: { user: 'admin', password: 'Adm1n-Passw0rd!' }, mebxPassword: 'Mebx-Passw0rd1!' };
const accounts = new Map([
  ['factory', { user: 'admin', password: 'admin' }],
  ['administrator', secrets.administrator],
]);
const signal = new AbortController().signal;
const undo = undoAt(afterEach);

async function bareFleet(firstAddress: string, persona: string, key?: SharedKey): Promise<Fleet> {
  const server = { host: '127.24.186.253', port: 9 };
  const fleet = await createFleet({
    firstAddress,
    persona,
    bare: { hosts: 'all', server, helloVersion: 2, helloSpeed: 0.001, ...(key ? { key } : {}) },
  });
  undo.push(() => fleet.stop());
  await fleet.start();
  return fleet;
}

function gatewayWith(key: SharedKey) {
  const credentials = async (name: string) => accounts.get(name) ?? null;
  const gateway = createSetupGateway({ credentials, clock: realClock, timeouts: { wakeWindowMs: 500 } }, key);
  undo.push(() => gateway.close());
  return gateway;
}

describe('with a pre-shared key', () => {
  test.each(['amt-3.2', 'amt-6.2', 'amt-9.1', 'amt-10.0'])('%s: met, given passwords, committed', async (persona) => {
    const host = `127.24.186.${40 + ['amt-3.2', 'amt-6.2', 'amt-9.1', 'amt-10.0'].indexOf(persona)}`;
    const fleet = await bareFleet(host, persona);
    const device = fleet.device('host1');
    const gateway = gatewayWith({ pid: pidOf(device), pps: ppsOf(device) });
    const met = await gateway.meet({ host, port: null, tls: 'legacy' }, signal);
    expect(met).toEqual({
      fingerprint: null,
      tlsVersion: ['amt-3.2', 'amt-6.2'].includes(persona) ? 'TLSv1' : 'TLSv1.1',
    });
    const endpoint = endpointAt(host, { tls: 'legacy', certificateFingerprint: null });
    const as = <T>(credential: string, work: (session: AmtSession) => Promise<T>) =>
      gateway.withDevice({ ...endpoint, credential }, work, signal);
    expect((await as('factory', (session) => session.provisioning.setup.read())).provisioningState).toBe('in');
    for (const step of remoteSteps) await as(step.as, (session) => step.perform(session, secrets));
    expect(device.factory).toMatchObject({ isMebxChanged: true, refusals: [] });
    // It is in operation: the key is of no use any more.
    expect(await errorOf(as('administrator', (session) => session.readFacts()))).toMatchObject({ mayHaveActed: false });
  });

  test.each([
    ['the key', { pid: '44444445', pps: 'B'.repeat(32) }],
    ['the PID', { pid: '44444446', pps: 'A'.repeat(32) }],
  ])('with another one of %s it ends before any password is sent', async (_what, wrong) => {
    const host = '127.24.186.45';
    const fleet = await bareFleet(host, 'amt-9.1', { pid: '44444445', pps: 'A'.repeat(32) });
    const failed = await errorOf(gatewayWith(wrong).meet({ host, port: null, tls: 'legacy' }, signal));
    expect(['tls_failed', 'tls_too_old', 'connection_dropped']).toContain(failed.code);
    expect(JSON.stringify(failed.evidence)).not.toContain(wrong.pps);
    expect(fleet.device('host1').counters.unauthorized).toBe(0);
  });

  test('certificates are of no use with such a PC, and the key with none that asks for certificates', async () => {
    const fleet = await createFleet({
      firstAddress: '127.24.186.46',
      bare: { hosts: 'all', server: { host: '127.24.186.253', port: 9 }, helloSpeed: 0.001 },
    });
    undo.push(() => fleet.stop());
    await fleet.start();
    const gateway = gatewayWith({ pid: '44444445', pps: 'A'.repeat(32) });
    await errorOf(gateway.meet({ host: '127.24.186.46', port: null, tls: 'legacy' }, signal));
    expect(fleet.device('host1').counters.requests.size).toBe(0);
  });
});
