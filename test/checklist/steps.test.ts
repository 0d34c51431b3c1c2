import { describe, expect, test } from '@jest/globals';
import { fixOf } from '../../src/checklist/fix-step.ts';
import { type StepContext, stepIds } from '../../src/checklist/step.ts';
import { checklistSteps } from '../../src/checklist/steps/index.ts';
import { commandSpecs } from '../../src/commands/index.ts';
import { readOperation } from '../../src/router/read-operation.ts';
import {
  findingOf,
  fleetOf,
  goodContext,
  goodSetup,
  type NetworkChange,
  networkOf,
  now,
  openSteps,
  pcs,
  profile,
} from './good-site.ts';

const finding = async (number: number, context: StepContext) => {
  const step = checklistSteps[number - 1];
  if (!step) throw new Error('no such step');
  return findingOf(step, context);
};

describe('the steps', () => {
  test('are the 18 of the checklist, in its order; each depends on earlier ones only', () => {
    expect(checklistSteps.map(({ id }) => id)).toEqual(stepIds);
    for (const [at, { dependsOn }] of checklistSteps.entries())
      for (const id of dependsOn) expect(stepIds.indexOf(id)).toBeLessThan(at);
  });

  test('all well: every one is proved, each piece of evidence with where, when and until when', async () => {
    expect(await openSteps(goodContext())).toEqual({});
    for (const step of checklistSteps) {
      const { evidence } = await findingOf(step, goodContext());
      expect(evidence.length).toBeGreaterThan(0);
      expect(new Set(evidence.map(({ check }) => check)).size).toBe(evidence.length);
      for (const each of evidence) {
        expect(each.values.length).toBeGreaterThan(0);
        expect(each.where).not.toBe('');
        expect(each.until.getTime()).toBeGreaterThan(now.getTime());
      }
    }
  });
});

type Broken = readonly [
  what: string,
  change: Parameters<typeof goodContext>[0],
  step: number,
  status: 'fail' | 'warn' | 'unknown',
  mend: RegExp,
];

const network = (...changed: NetworkChange[]) => ({ network: async () => networkOf(...changed) });
const fleet = (...change: Parameters<typeof fleetOf>) => ({ fleet: async () => fleetOf(...change) });
const directory = (name: string, status: 'fail' | 'unknown' = 'fail') => ({
  directory: async () =>
    (await goodContext().directory()).map((each) => (each.name === name ? { ...each, status, mend: 'mend it' } : each)),
});
const certificate = (name: string, status: 'fail' | 'warn') => ({
  provisioning: async () =>
    (await goodContext().provisioning()).map((each) =>
      each.name === name ? { ...each, status, mend: 'Renew it now' } : each,
    ),
});

const { upkeep } = goodSetup;

/** One thing goes wrong, one step says so: the others are as they were. */
const broken: readonly Broken[] = [
  [
    'a DHCP option is dropped',
    network({ check: 'DHCP option 15', status: 'fail', reason: 'dhcp_option_15_missing', mend: 'Set option 015' }),
    ...([1, 'fail', /option 015/] as const),
  ],
  [
    'ports are closed by a firewall',
    network({ check: 'management ports', status: 'fail', reason: 'port_filtered', mend: 'Open them' }),
    ...([1, 'fail', /Open them/] as const),
  ],
  ['firmware with a flaw', fleet({}, { versions: [{ version: '11.0.18', devices: 4 }] }), 1, 'warn', /Update/],
  ['firmware too old', fleet({}, { versions: [{ version: '3.0.1', devices: 1 }] }), 1, 'fail', /Update/],
  ['the provisioning certificate has ended', certificate('dates', 'fail'), 2, 'fail', /Renew/],
  ['its revocation list is gone', certificate('revocation', 'fail'), 2, 'fail', /Renew/],
  [
    'the issuer ends soon',
    { authority: async () => ({ subject: 'CN=CA', notAfter: new Date('2026-12-01'), listUntil: null }) },
    ...([2, 'warn', /Renew the authority/] as const),
  ],
  [
    'the revocation list of the issuer has run out',
    { authority: async () => ({ subject: 'CN=CA', notAfter: new Date('2036-12-01'), listUntil: now }) },
    ...([2, 'fail', /makes a new list/] as const),
  ],
  [
    'the issuer cannot be opened',
    { authority: async () => ({ problem: 'The password does not open the file.', mend: 'Give the password' }) },
    ...([2, 'fail', /Give the password/] as const),
  ],
  ['the unit is deleted', directory('unit'), 3, 'fail', /mend it/],
  ['the right on it is taken away', directory('full control'), 3, 'fail', /mend it/],
  ['nobody said how PCs are provisioned', { setup: { methods: [] } }, 4, 'unknown', /attest/],
  [
    'out of band, and hellos are not taken',
    { setup: { methods: [{ appliesTo: ['all'], method: 'out-of-band' }] } },
    ...([4, 'fail', /acknowledgedBy/] as const),
  ],
  [
    'no worker is heard of',
    { service: async () => ({ workers: 0, waiting: 0, longestWaitMs: 0 }) },
    ...([5, 'fail', /log of the service/] as const),
  ],
  [
    'the queue lags',
    { service: async () => ({ workers: 1, waiting: 9, longestWaitMs: 700_000 }) },
    ...([5, 'fail', /log of the service/] as const),
  ],
  [
    'the clock has moved',
    network({ check: 'clock', status: 'fail', reason: 'clock_off', mend: 'Set it by the time source' }),
    ...([5, 'fail', /time source/] as const),
  ],
  [
    'there is nothing to compare the clock with',
    network({ check: 'clock', status: 'not_applicable' }),
    ...([5, 'unknown', /network\.timeSource/] as const),
  ],
  ['the canary is silent, others answer', { reach: async () => 'silent' as const }, 5, 'fail', /checklist\.canaries/],
  ['the canary is in no inventory', { reach: async () => 'not_in_inventory' as const }, 5, 'fail', /canaries/],
  ['there is no backup', { newestBackup: async () => null }, 5, 'fail', /pg_dump/],
  [
    'the backup is old',
    { newestBackup: async () => ({ file: 'old.dump', at: new Date('2026-11-20T05:00:00Z') }) },
    ...([5, 'fail', /at most 26 hours/] as const),
  ],
  ['nobody said where the backup lies', { setup: { backup: null } }, 5, 'unknown', /attest/],
  [
    'the alias of provisioning has moved',
    network({ check: 'ProvisionServer', status: 'fail', reason: 'alias_elsewhere', mend: 'Find out who' }),
    ...([7, 'fail', /Find out who/] as const),
  ],
  ['a PC has no profile', { setup: { profiles: [] } }, 8, 'fail', /under profiles/],
  ['settings have drifted', fleet({ drifting: pcs('host3') }), 8, 'fail', /profile written/],
  ['groups of the audit log have drifted', fleet({ auditDrifting: pcs('host2') }), 9, 'fail', /profile written/],
  ['802.1X has drifted', fleet({ networkDrifting: pcs('host2') }), 10, 'fail', /profile written/],
  ['client certificates have ended', fleet({ networkCertificateEnded: pcs('host2') }), 10, 'fail', /new ones/],
  [
    'a PC lets nobody in, and no account is named',
    { ...fleet({ detected: pcs('host4'), provisioned: pcs('host1', 'host2', 'host3') }), setup: { accounts: [] } },
    ...([11, 'unknown', /discovery\.accounts/] as const),
  ],
  [
    'the password of an account is unfit',
    { passwordProblem: async () => 'it lacks a digit' },
    12,
    'fail',
    /secret set/,
  ],
  ['provisioning stopped half-way', fleet({ provisioningStopped: pcs('host4') }), 14, 'fail', /goes on from there/],
  ['wake-ups bring nobody up', fleet({ woke: pcs(), stayedOff: pcs('host1') }), 15, 'fail', /why host1/],
  ['a PC does not answer our account', fleet({ askFailed: pcs('host2') }), 16, 'fail', /verify host2/],
  ['a PC is back to factory settings', fleet({ reset: pcs('host2') }), 16, 'fail', /who reset them/],
  [
    'a PC refuses at its AMT ports',
    network({
      ...{ check: 'management ports', status: 'warn', reason: 'port_closed', mend: 'Look at the PC' },
      evidence: ['16993 or 16992: open on 3 of 4 PCs', 'host2: 16993 refused, 16992 refused'],
    }),
    ...([16, 'fail', /reset or switched off/] as const),
  ],
  ['an audit log is full', fleet({ auditLogFull: pcs('host1') }), 17, 'fail', /audit export/],
  ['logs are not read', fleet({ auditLogPulled: pcs('host1') }), 17, 'warn', /each night/],
  ['the certificate of a PC has ended', fleet({ certificateEnded: pcs('host1') }), 18, 'fail', /new certificates/],
  [
    'certificates of ours end soon, and nobody renews them',
    {
      due: async (what) => (what === 'certificates' ? ['host1'] : []),
      setup: { upkeep: { ...upkeep, renews: false } },
    },
    ...([18, 'warn', /Renew them/] as const),
  ],
  [
    'a password of a PC is old',
    { due: async (what) => (what === 'passwords' ? ['host1'] : []) },
    18,
    'warn',
    /changed/,
  ],
  ['upkeep is paused', { setup: { upkeep: { ...upkeep, rotates: false } } }, 18, 'warn', /resume the schedules/],
  [
    'a password that PCs share is old',
    {
      passwords: async () => ({
        ...{ total: 5, due: { items: [{ of: 'default', where: 'env', setAt: now }], total: 1 }, unknown: [] },
      }),
    },
    ...([18, 'warn', /Change them/] as const),
  ],
];

describe('one thing broken, one step says so, with the right mend', () => {
  test.each(broken)('%s', async (_what, change, step, status, mend) => {
    const context = goodContext(change);
    const open = await openSteps(context);
    const others = Object.fromEntries(Object.entries(open).filter(([, each]) => each === 'fail'));
    expect(open[step]).toBe(status);
    if (status === 'fail') expect(others).toEqual({ [step]: 'fail' });
    const { evidence } = await finding(step, context);
    const mends = evidence.filter((each) => each.status === status).map((each) => each.mend);
    expect(mends.join('\n')).toMatch(mend);
  });

  test('every command that mends is one that can be asked for', async () => {
    const commands = new Set<string>();
    const nothing = fleetOf({}, { versions: [{ version: null, devices: 4 }] });
    const empty = { ...nothing, tallies: fleetOf().tallies };
    const contexts = [
      ...broken.map(([, change]) => goodContext(change)),
      goodContext({
        fleet: async () => ({ ...empty, tallies: { ...empty.tallies, statusKnown: pcs(), asked: pcs() } }),
      }),
      goodContext(fleet({ compared: pcs(), told: pcs(), auditLogKnown: pcs(), provisioned: pcs('host1') })),
      goodContext(fleet({ neverProvisioned: pcs('host3', 'host4'), provisioned: pcs('host1') })),
    ];
    for (const context of contexts)
      for (const step of checklistSteps)
        for (const { command } of (await findingOf(step, context)).evidence)
          if (command !== null) commands.add(command);
    expect(commands.size).toBeGreaterThan(9);
    for (const command of commands)
      expect([command, readOperation(command, commandSpecs, { now, timeZone: 'UTC' }).ok]).toEqual([command, true]);
  });
});

describe('what does not apply says why', () => {
  const reasonOf = async (number: number, context: StepContext) => {
    const { status, evidence } = await finding(number, context);
    return [status, evidence[0]?.values[0]];
  };
  test('Active Directory with digest accounts only; but not where profiles name SIDs', async () => {
    const digest = { ...profile, accounts: [], networkAccess: null };
    expect(await reasonOf(3, goodContext({ setup: { domains: [], profiles: [digest] } }))).toEqual([
      'not_applicable',
      'only digest accounts are used, and directory.domains names no domain',
    ]);
    expect((await finding(3, goodContext({ setup: { domains: [] } }))).status).toBe('fail');
  });

  test('802.1X without a network profile; audit logs without auditing, or below AMT 4.0; wake-ups without schedules', async () => {
    const bare = { ...profile, auditGroups: [], networkAccess: null };
    const without = goodContext({ setup: { profiles: [bare], wakeSchedules: [], accounts: [] } });
    expect(await reasonOf(10, without)).toEqual(['not_applicable', expect.stringContaining('no profile describes')]);
    expect(await reasonOf(17, without)).toEqual(['not_applicable', expect.stringContaining('step 9')]);
    expect(await reasonOf(15, without)).toEqual(['not_applicable', expect.stringContaining('no schedule')]);
    expect(await reasonOf(12, without)).toEqual(['not_applicable', expect.stringContaining('step 11')]);
    // Recommended: not to do it is a risk that somebody may take, not a failure.
    expect((await finding(9, without)).evidence).toMatchObject([{ status: 'warn', isAttestable: true }]);
    const old = goodContext(fleet({ mayAudit: pcs() }));
    expect(await reasonOf(9, old)).toEqual(['not_applicable', expect.stringContaining('AMT 4.0')]);
    expect(await reasonOf(17, old)).toEqual(['not_applicable', expect.stringContaining('AMT 4.0')]);
  });
});

describe('accounts of profiles', () => {
  const withSids = (...sids: string[]) =>
    goodContext({
      setup: {
        profiles: [
          {
            ...profile,
            accounts: sids.map((sid) => ({ who: { kind: 'kerberos', sid }, access: 'network', realms: ['storage'] })),
          },
        ],
      },
    });
  test('groups of a machine itself, more than 32, more than 4 domains, or none: refused', async () => {
    const sid = (domain: number, id: number) => `S-1-5-21-1-2-${domain}-${id}`;
    const many = Array.from({ length: 33 }, (_, id) => sid(1, id));
    const five = Array.from({ length: 5 }, (_, domain) => sid(domain, 500));
    for (const sids of [['S-1-5-32-544'], many, five, []])
      expect((await finding(8, withSids(...sids))).evidence).toContainEqual(
        expect.objectContaining({ check: 'accounts', status: 'fail' }),
      );
    expect((await finding(8, withSids(...many.slice(1)))).status).toBe('pass');
  });
});

describe('what mends a step', () => {
  test('the worst comes first, and a command before people', async () => {
    const drifted = await finding(8, goodContext(fleet({ drifting: pcs('host3') })));
    expect(fixOf(drifted)).toMatchObject({ kind: 'command', command: 'settings apply host3' });
    const moved = await finding(5, goodContext(network({ check: 'clock', status: 'fail', mend: 'Set it' })));
    expect(fixOf(moved)).toMatchObject({ kind: 'people', mends: [{ check: 'clock' }] });
    expect(fixOf(await finding(5, goodContext()))).toEqual({ kind: 'nothing' });
    // More than are named: the whole site.
    const tally = { count: 40, names: ['host1', 'host2'] };
    expect(fixOf(await finding(8, goodContext(fleet({ drifting: tally }))))).toMatchObject({
      command: 'settings apply site:madrid',
    });
  });

  test('from zero: nothing provisioned yet is no fault of network or firmware', async () => {
    const zero = goodContext({
      ...fleet(
        { ...{ provisioned: pcs(), asked: pcs(), told: pcs(), compared: pcs(), statusKnown: pcs() } },
        { versions: [{ version: null, devices: 4 }] },
      ),
      ...network({
        ...{ check: 'management ports', status: 'fail', reason: 'port_closed', mend: 'Look at the PC' },
        evidence: ['16993 or 16992: open on 0 of 4 PCs', 'host1: 16993 refused, 16992 refused'],
      }),
      setup: { ...goodSetup, canary: null },
    });
    const open = await openSteps(zero);
    expect(Object.values(open)).not.toContain('fail');
    expect(open[1]).toBeUndefined();
    expect([open[13], open[14], open[16]]).toEqual(['unknown', 'unknown', 'unknown']);
  });
});
