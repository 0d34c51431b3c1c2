/** Reaching a PC with its own account, once its set-up has taken effect. */
import { describe, expect, test } from '@jest/globals';
import { type AmtEndpoint, AmtError, type AmtGateway } from '../../../src/ports/amt.ts';
import type { DeviceReach } from '../../../src/ports/store/inventory-store.ts';
import { reachSteps } from '../../../src/provisioning/machine/reach-steps.ts';
import { scriptedSession } from '../../operations/fake-session.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { device as anyDevice } from '../../support/fixtures.ts';
import { memoryProvisionings, memorySecrets } from './memory-stores.ts';

const device = { ...anyDevice, name: 'pc7', fqdn: null };

/** Reaches it; `errors` are what comes of the first conversations. */
async function reach(facts: Readonly<Record<string, string>>, ...errors: readonly Error[]) {
  const clock = createFakeClock();
  const unused = () => Promise.reject(new Error('not used here'));
  const reached: (DeviceReach | null)[] = [];
  const spoken: AmtEndpoint[] = [];
  const withDevice: AmtGateway['withDevice'] = async (endpoint, work) => {
    const error = errors[spoken.length];
    spoken.push(endpoint);
    if (error) throw error;
    return work(scriptedSession({}));
  };
  const provisionings = memoryProvisionings();
  const begun = await provisionings.begin({ deviceId: device.id, mode: 'remote', requestId: null, at: clock.now() });
  const work: Parameters<(typeof reachSteps)[number]['perform']>[0] = {
    record: { ...begun, facts },
    device,
    access: { as: unused },
    signal: new AbortController().signal,
    as: unused,
    kept: unused,
    deps: {
      provisionings,
      secrets: memorySecrets(),
      inventory: {
        devices: async () => [{ ...device, ...reached.at(-1) }],
        setReach: async (_id, to) => void reached.push(to),
      },
      gateway: { withDevice },
      statuses: { keep: unused },
      standings: { keepStatus: unused },
      trail: { append: unused },
      blocks: {
        certificates: null,
        enableTls: unused,
        directoryOf: () => null,
        hasProfile: () => false,
        applyProfile: unused,
      },
      clock,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      newPassword: () => '',
    },
  };
  const [step] = reachSteps;
  const end = await step?.perform(work).then(
    () => null,
    (error: unknown) => error,
  );
  return { end, reached, spoken };
}

const met = {
  factoryFingerprint: 'ab'.repeat(32),
  setupTls: 'pinned',
  dnsSuffix: 'corp.example',
  amtVersion: '15.0.23',
};
const refused = new AmtError('connection_refused', ['127.22.0.42:16993 refused']);

describe('reaching', () => {
  test('by its own account, held to the certificate that it was met with, or that it was given', async () => {
    const { end, reached, spoken } = await reach(met);
    const way = { tls: 'pinned', credential: `device:${device.id}`, port: null, fqdn: 'pc7.corp.example' };
    expect([end, reached]).toEqual([null, [{ ...way, certificateFingerprint: met.factoryFingerprint }]]);
    expect(spoken).toMatchObject([
      { credential: `device:${device.id}`, certificateFingerprint: met.factoryFingerprint },
    ]);
    const given = await reach({ ...met, setupTls: 'legacy', fingerprint: 'cd'.repeat(32) });
    expect(given.reached).toMatchObject([{ tls: 'legacy', certificateFingerprint: 'cd'.repeat(32) }]);
  });

  test('with patience, for its network restarts with the commit', async () => {
    const { end, spoken } = await reach({ ...met, certificateId: 'crt_1' }, refused, refused);
    expect([end, spoken.length]).toEqual([null, 3]);
  });

  test.each([
    ['15.0.23', {}, 'provisioning_without_tls'],
    ['15.0.23', { certificateId: 'crt_1' }, 'connection_refused'],
    ['18.0.10', {}, 'connection_refused'],
  ])('AMT %s, %j: a TLS port that stays closed is %s', async (amtVersion, more, code) => {
    const { end } = await reach({ ...met, amtVersion, ...more }, ...Array.from({ length: 6 }, () => refused));
    expect(end).toMatchObject({ code, evidence: refused.evidence });
  });

  test('not without a certificate to hold it to', async () => {
    const { end, reached } = await reach({});
    expect([end, reached]).toMatchObject([{ code: 'provisioning_not_verified' }, []]);
  });
});
