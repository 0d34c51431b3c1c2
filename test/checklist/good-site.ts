import { judgeStep } from '../../src/checklist/judge-step.ts';
import type { SiteSetup } from '../../src/checklist/site-setup.ts';
import type { ChecklistStep, Look, StepContext } from '../../src/checklist/step.ts';
import { checklistSteps } from '../../src/checklist/steps/index.ts';
import { directoryChecks } from '../../src/messages/checks/directory-checks.ts';
import { provisioningChecks } from '../../src/messages/checks/pki-checks.ts';
import { prerequisiteChecks } from '../../src/messages/checks/prerequisites.ts';
import { type SiteFleet, type Tally, type TallyName, tallyNames } from '../../src/ports/checklist/checklist-facts.ts';
import type { StepFinding } from '../../src/ports/checklist/checklist-store.ts';
import type { PrerequisiteFinding } from '../../src/prerequisites/measure-site.ts';
import type { Profile } from '../../src/profiles/profile.ts';
import { target } from '../support/fixtures.ts';

export const now = new Date('2026-11-23T05:00:00Z');
const hour = 60 * 60_000;

/** A profile that says something of everything. */
export const profile: Profile = {
  id: 'usual',
  appliesTo: ['all'],
  settings: { pingResponse: true },
  accounts: [{ who: { kind: 'kerberos', sid: 'S-1-5-21-1-2-3-1107' }, access: 'network', realms: ['remote-control'] }],
  auditGroups: ['security-admin'],
  auditCredential: null,
  networkAccess: {
    method: 'tls',
    serverName: { name: 'radius.corp.example.com', match: 'full-name' },
    trustedRootFile: null,
    credential: null,
    username: 'host/{fqdn}',
    domain: null,
    activeInS0: true,
    pxeTimeoutSeconds: 120,
  },
};

/** A site of four PCs that is described and set up in every respect. */
export const goodSetup: SiteSetup = {
  domains: [{ name: 'corp', unit: 'OU=AMT,DC=corp,DC=example,DC=com' }],
  provisioningCertificates: ['corp'],
  issuer: 'own',
  methods: [{ appliesTo: ['all'], method: 'in-band' }],
  passwordDays: 28,
  upkeep: { rotateDays: 28, renews: true, rotates: true },
  hello: { enabled: false, acknowledgedBy: null },
  transmission: {
    ...{ retries: 3, retryDelayMs: 120_000, pauseAfter: 1_000, pauseMs: 10_000, perSubnet: null, spreadMs: 0 },
    ...{ deadlineMs: null, offsetMs: 600_000 },
  },
  wakeMethod: 'amt-then-wol',
  profiles: [profile],
  devices: ['host1', 'host2', 'host3', 'host4'].map((name) => target(name)),
  accounts: ['factory'],
  wakeSchedules: ['patch-tuesday'],
  freshDays: 7,
  canary: 'host1',
  backup: { path: '/srv/backup', hours: 26 },
  nextDue: null,
};

/** A tally of PCs of these names. */
export const pcs = (...names: string[]): Tally => ({ count: names.length, names });
const all = pcs('host1', 'host2', 'host3', 'host4');
const goodOnes: readonly TallyName[] = [
  ...(['statusKnown', 'provisioned', 'told', 'asked', 'provisionedByUs', 'compared', 'certificateKnown'] as const),
  ...(['auditLogKnown', 'auditLogPulled', 'mayAudit', 'woke'] as const),
];

/** What is kept of its PCs; all is well but for these. */
export function fleetOf(tallies: Partial<Record<TallyName, Tally>> = {}, more: Partial<SiteFleet> = {}): SiteFleet {
  const at = new Date(now.getTime() - hour);
  const each = (name: TallyName): Tally => tallies[name] ?? (goodOnes.includes(name) ? all : pcs());
  // Every name is there: the cast only says so to the compiler.
  const whole = Object.fromEntries(tallyNames.map((name) => [name, each(name)])) as SiteFleet['tallies'];
  return {
    ...{ devices: 4, versions: [{ version: '16.1.25', devices: 4 }], tallies: whole },
    oldest: { status: at, asked: at, compared: at },
    ...more,
  };
}

/** A check of the network that is otherwise. */
export type NetworkChange = Partial<PrerequisiteFinding> & Pick<PrerequisiteFinding, 'check'>;

/** The network, seen as it should be; some checks otherwise. */
export function networkOf(...changed: NetworkChange[]): readonly PrerequisiteFinding[] {
  return prerequisiteChecks.map((check) => ({
    ...{ site: 'madrid', check, status: 'pass', reason: null, evidence: ['open on 4 of 4 PCs'], mend: null },
    ...{ where: 'here', measuredAt: now },
    ...changed.find((each) => each.check === check),
  }));
}

const look =
  (of: string) =>
  <Name extends string>(name: Name): Look<Name> => ({ of, name, status: 'pass', evidence: ['seen'], mend: null });

/** Everything that steps look with, as it should be; some of it otherwise. */
export function goodContext(
  change: Omit<Partial<StepContext>, 'setup'> & { readonly setup?: Partial<SiteSetup> } = {},
): StepContext {
  return {
    site: 'madrid',
    now,
    fleet: async () => fleetOf(),
    service: async () => ({ workers: 1, waiting: 0, longestWaitMs: 0 }),
    network: async () => networkOf(),
    directory: async () => directoryChecks.map(look('corp')),
    provisioning: async () => provisioningChecks.map(look('corp')),
    authority: async () => ({ subject: 'CN=CA', notAfter: new Date('2036-01-01'), listUntil: new Date('2026-11-29') }),
    passwords: async () => ({ total: 5, due: { items: [], total: 0 }, unknown: [] }),
    due: async () => [],
    passwordProblem: async () => null,
    deviceObjects: async () => ({ known: 4, missing: [] }),
    reach: async () => 'answers',
    newestBackup: async () => ({ file: '/srv/backup/oob.dump', at: new Date(now.getTime() - 2 * hour) }),
    ...change,
    setup: { ...goodSetup, ...change.setup },
  };
}

/** What a step comes to. */
export async function findingOf(step: ChecklistStep, context: StepContext): Promise<StepFinding> {
  const judging = { site: 'madrid', now, where: 'here', nextDue: null, attestations: [] };
  return judgeStep(step, await step.verify(context), judging);
}

/** Every step that does not pass, by number. */
export async function openSteps(context: StepContext): Promise<Readonly<Record<number, StepFinding['status']>>> {
  const found = await Promise.all(checklistSteps.map((step) => findingOf(step, context)));
  return Object.fromEntries(
    found.flatMap(({ status }, at) => (status === 'pass' || status === 'not_applicable' ? [] : [[at + 1, status]])),
  );
}
