/** Reaching a PC with its own account, once its set-up has taken effect. */
import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../../src/ports/amt.ts';
import { reachSteps } from '../../../src/provisioning/machine/reach-steps.ts';
import { device as anyDevice } from '../../support/fixtures.ts';
import { performStep } from './perform-step.ts';

const device = { ...anyDevice, name: 'pc7', fqdn: null };

/** Reaches it; `errors` are what comes of the first conversations. */
const reach = (facts: Readonly<Record<string, string>>, ...errors: readonly Error[]) =>
  performStep(reachSteps[0], { device, facts, errors });

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
    expect([end, reached]).toEqual([{}, [{ ...way, certificateFingerprint: met.factoryFingerprint }]]);
    expect(spoken).toMatchObject([
      { credential: `device:${device.id}`, certificateFingerprint: met.factoryFingerprint },
    ]);
    const given = await reach({ ...met, setupTls: 'legacy', fingerprint: 'cd'.repeat(32) });
    expect(given.reached).toMatchObject([{ tls: 'legacy', certificateFingerprint: 'cd'.repeat(32) }]);
  });

  test('with patience, for its network restarts with the commit', async () => {
    const { end, spoken } = await reach({ ...met, certificateId: 'crt_1' }, refused, refused);
    expect([end, spoken.length]).toEqual([{}, 3]);
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
