/** Every operation on every firmware generation of the lab, over the wire: a result, or a refusal with its reason. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAmtGateway } from '../../adapters/amt/index.ts';
import { createFleet, defaultPassword, type Fleet } from '../../lab/fleet.ts';
import { personas } from '../../lab/personas.ts';
import { type OperationName, operationNames } from '../../src/operations/operation.ts';
import type { AmtGateway } from '../../src/ports/amt.ts';
import type { Outcome } from '../../src/ports/runs/run-store.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import type { Profile } from '../../src/profiles/profile.ts';
import { performTask } from '../../src/runs/perform-task.ts';
import { recordingLogger } from '../store/testing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { device } from '../support/fixtures.ts';
import { operationsWith } from './perform.ts';

const password = 'P@ssw0rd-1';
const credentials = async (name: string) =>
  name === 'lab' ? { user: 'admin', password: defaultPassword } : { user: 'helpdesk', password };

/** Names everything that a profile can. */
const profile: Profile = {
  id: 'everything',
  appliesTo: ['all'],
  settings: {
    hostName: 'renamed',
    domainName: 'corp.example',
    pingResponse: false,
    rmcpPingResponse: false,
    idleWakeTimeoutMinutes: 7,
    linkPolicy: ['s0-ac', 'sx-ac'],
    serialOverLan: false,
    storageRedirection: false,
    kvm: false,
    webUi: false,
    userConsent: 'all',
  },
  accounts: [
    {
      who: { kind: 'digest', credential: 'helpdesk', user: 'helpdesk' },
      access: 'network',
      realms: ['remote-control'],
    },
    { who: { kind: 'kerberos', sid: 'S-1-5-21-1-2-3-512' }, access: 'any', realms: ['pt-administration'] },
  ],
  auditGroups: ['security-admin', 'kvm', 'screen-blanking'],
  auditCredential: null,
  networkAccess: null,
};

/** In an order in which each has something to do. */
const steps: readonly (readonly [OperationName, Readonly<Record<string, string>>])[] = [
  ['power-on', {}],
  ['read-status', {}],
  ['diagnose', {}],
  ['discover', {}],
  ['verify', {}],
  ['read-inventory', {}],
  ['sync-time', {}],
  ['read-accounts', {}],
  ['apply-accounts', {}],
  ['prune-accounts', {}],
  ['read-settings', {}],
  ['diff-settings', {}],
  ['apply-settings', {}],
  ['enable-audit-log', {}],
  ['read-audit-policy', {}],
  ['set-audit-policy', { groups: 'remote-control,security-admin', critical: 'yes', storage: 'roll-over' }],
  ['pull-audit-log', {}],
  ['export-audit-log', {}],
  ['clear-audit-log', {}],
  ['disable-audit-log', {}],
  ['set-alarm', { name: 'patch', at: '2050-01-01T05:30:00Z', every: '1440' }],
  ['set-alarm', { name: 'patch', at: '2050-01-01T05:30:00Z', every: '1440' }],
  ['read-alarms', {}],
  ['clear-alarm', { name: 'all' }],
  ['reset', {}],
  ['power-cycle', {}],
  ['boot', { from: 'pxe' }],
  ['read-events', {}],
  ['shut-down', {}],
  ['power-on', {}],
  ['power-off', {}],
];

/** What a generation refuses, by its code; everything else ends well. */
function refusalsOf(generation: number): Readonly<Record<string, string>> {
  const audit = ['enable-audit-log', 'read-audit-policy', 'set-audit-policy', 'pull-audit-log', 'export-audit-log'];
  const missing = [...audit, 'disable-audit-log', 'set-alarm', 'read-alarms', 'clear-alarm'];
  return {
    ...(generation < 4
      ? { ...Object.fromEntries(missing.map((name) => [name, 'class_missing'])), 'clear-audit-log': 'export_first' }
      : {}),
    // The profile names KVM, consent and a group of events that older firmware does not have.
    ...(generation < 11 ? { 'apply-settings': 'settings_differ' } : {}),
    // The profile asks for consent to everything.
    ...(generation >= 6.2 ? { boot: 'consent_needed' } : {}),
  };
}

/** Each operation's outcome on one PC of that generation. */
async function workThrough(fleet: Fleet, gateway: AmtGateway, clock: ReturnType<typeof createFakeClock>) {
  const [lab] = fleet.devices;
  if (!lab) throw new Error('no device');
  const operations = operationsWith({ profiles: () => [profile], credentials });
  const logger = recordingLogger();
  const asked: Device = {
    ...device,
    host: lab.address,
    fqdn: lab.fqdn,
    tls: lab.persona.plainPort ? 'none' : 'ca',
    port: null,
    credential: 'lab',
  };
  const outcomes: (readonly [OperationName, Outcome | null])[] = [];
  for (const [name, parameters] of steps) {
    const outcome = await performTask({ device: asked, attempt: 1, interrupted: false }, operations[name], {
      gateway,
      clock,
      logger,
      verifyMs: 30_000,
      auditCredentialOf: () => null,
      parameters,
      signal: new AbortController().signal,
      lend: (wait) => wait,
    });
    outcomes.push([name, outcome]);
  }
  return { outcomes, logged: logger.lines.filter(({ level }) => level === 'error') };
}

/** Begins with PCs of the factory: test/provisioning/machine; or with provisioned ones: test/provisioning/upkeep. */
const elsewhere: readonly string[] = [
  'provision',
  'update',
  'renew-certificates',
  'rotate-passwords',
  'unprovision',
  'unprovision-fully',
];

test('every operation is among them', () => {
  const missing = operationNames.filter((name) => !steps.some(([step]) => step === name));
  expect(missing.filter((name) => !elsewhere.includes(name))).toEqual([]);
});

describe.each(personas.map((persona, index) => [persona.name, persona, index] as const))(
  '%s',
  (name, persona, index) => {
    const clock = createFakeClock(new Date());
    let fleet: Fleet;
    let gateway: AmtGateway;
    beforeAll(async () => {
      const firstAddress = `127.24.8.${index + 1}`;
      const timing = { onMs: [5, 5], offMs: 5, gracefulMs: 5 } as const;
      fleet = await createFleet({ firstAddress, persona: name, timing, now: () => clock.now().getTime() });
      await fleet.start();
      gateway = createAmtGateway({ credentials, ca: fleet.keys.authorityPem, clock });
    });
    afterAll(async () => {
      await gateway?.close();
      await fleet?.stop();
    });

    test('each operation ends in a result, or in a refusal that says what is missing', async () => {
      const { outcomes, logged } = await workThrough(fleet, gateway, clock);
      expect(logged).toEqual([]);
      const refused = outcomes.filter(([, outcome]) => outcome?.status !== 'ok');
      expect(Object.fromEntries(refused.map(([operation, outcome]) => [operation, outcome?.code]))).toEqual(
        refusalsOf(persona.generation),
      );
      for (const [, outcome] of refused.filter(([, each]) => each?.code === 'class_missing'))
        expect(outcome?.evidence).toEqual([expect.stringMatching(/^AMT 3\.2\.20 has no .* \(since [\d.]+\)$/)]);
    });
  },
);
