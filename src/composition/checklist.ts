import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Look, Problem, StepContext } from '../checklist/step.ts';
import { commandSpecs } from '../commands/index.ts';
import type { Config } from '../config/schema.ts';
import { createCredentialAges } from '../config/secrets/credential-ages.ts';
import { createCredentialSource } from '../config/secrets/credential-source.ts';
import { SecretError } from '../config/secrets/resolve-secret.ts';
import { checklistSettingsOf, siteSetupOf } from '../config/settings/checklist-of.ts';
import { networkOf } from '../config/settings/network-of.ts';
import { missingObjects } from '../directory/missing-objects.ts';
import { comparePlaces, verifyDirectory } from '../directory/verify-directory.ts';
import { coversDevice } from '../inventory/match-device.ts';
import { resolveTargets } from '../inventory/resolve-targets.ts';
import { parseTargets } from '../inventory/targets.ts';
import type { DirectoryCheckName } from '../messages/checks/directory-checks.ts';
import type { ProvisioningCheckName } from '../messages/checks/pki-checks.ts';
import { pkiReasons } from '../messages/reasons/pki-reasons.ts';
import { judgeBundle } from '../pki/judge-provisioning.ts';
import { portOf } from '../ports/amt.ts';
import type { SiteFleet } from '../ports/checklist/checklist-facts.ts';
import { devicePasswordProblem } from '../ports/directory/password.ts';
import type { Directory } from '../ports/directory.ts';
import type { SiteProbes } from '../ports/network/site-probes.ts';
import { PkiError } from '../ports/pki.ts';
import type { Schedule } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import { measureSite } from '../prerequisites/measure-site.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { readScheduled } from '../schedule/scheduled-command.ts';
import { upkeepSchedules } from '../schedule/upkeep-schedules.ts';
import type { ServiceParts } from '../service.ts';
import { openCertificates, openProvisioning, openProvisioningReader } from './certificates.ts';
import { openDirectories } from './directories.ts';
import { siteQuestionOf } from './site-question.ts';
import { openSiteProbes } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

const dayMs = 86_400_000;
/** Old passwords that are named. */
const shownPasswords = 5;
const secretMend = 'Store the secret: oob secret set; `oob doctor` shows which are missing.';

/** What the checklists of a service are verified with. */
export function checklistPartsOf(surroundings: Surroundings, store: Store): ServiceParts['checklist'] {
  const { config } = surroundings;
  const probes = openSiteProbes();
  return {
    settings: checklistSettingsOf(config),
    configuredSites: Object.keys(config.network.sites),
    where: probes.ownName(),
    contextOf: (site, signal) => contextOf(surroundings, store, probes, site, signal),
  };
}

/** Measures once what several steps ask for. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | null = null;
  return () => {
    begun ??= work();
    return begun;
  };
}

async function contextOf(
  { config, secrets }: Surroundings,
  store: Store,
  probes: SiteProbes,
  site: string,
  signal: AbortSignal,
): Promise<StepContext> {
  const now = clock.now();
  const listed = await store.inventory.select({ kind: 'site', value: site });
  const records = await store.provisionings.of(listed.map(({ id }) => id));
  const takenBack = new Set(records.flatMap(({ deviceId, state }) => (state === 'removed' ? [deviceId] : [])));
  const devices = listed.filter(({ id }) => !takenBack.has(id));
  const settings = siteSetupOf(config, site, now);
  const schedules = (await store.schedules.all()).filter(({ pause }) => pause === null);
  const setup = {
    ...settings,
    devices,
    profiles: settings.profiles.filter(({ appliesTo }) => devices.some((device) => coversDevice(appliesTo, device))),
    wakeSchedules: await wakeSchedulesOf(schedules, store, site),
    upkeep: { ...upkeepOf(schedules), rotateDays: config.provisioning.upkeep.rotateDays },
  };
  const since = new Date(now.getTime() - setup.freshDays * dayMs);
  const fleet = once(() => store.checklistFacts.fleet(site, since, now));
  const withDirectories = async <T>(work: (directories: readonly Directory[]) => Promise<T>): Promise<T> => {
    const directories = await openDirectories(config, secrets);
    try {
      return await work(directories);
    } finally {
      for (const directory of directories) await directory.close();
    }
  };
  const credentials = createCredentialSource(config, secrets);
  return {
    ...{ site, now, setup, fleet },
    service: once(() => store.checklistFacts.service(now)),
    network: once(() =>
      withDirectories((directories) => lookAtNetwork(config, store, probes, site, directories, signal)),
    ),
    directory: once(() => withDirectories(lookAtDomains)),
    provisioning: once(async () => lookAtProvisioning({ config, secrets }, site, !setup.hello.enabled, await fleet())),
    authority: once(() => lookAtAuthority({ config, secrets }, store)),
    passwords: once(() => {
      const before = new Date(now.getTime() - setup.passwordDays * dayMs);
      return createCredentialAges(config, secrets)(before, [site], shownPasswords);
    }),
    due: async (value) =>
      (await store.inventory.select({ kind: 'due', value }))
        .filter((device) => device.site.toLowerCase() === site.toLowerCase())
        .map(({ name }) => name),
    deviceObjects: once(async () => {
      const domainOf = new Map(
        records.flatMap(({ deviceId, state, facts: { directoryDn, domain } }) =>
          state === 'provisioned' && directoryDn && domain ? [[deviceId, domain] as const] : [],
        ),
      );
      if (domainOf.size === 0) return null;
      const known = (await store.inventory.devices([...domainOf.keys()])).flatMap(({ id, name: pc, fqdn }) =>
        fqdn === null ? [] : [{ pc, fqdn, domain: domainOf.get(id) ?? '' }],
      );
      const missing = await withDirectories((directories) => missingObjects(known, directories));
      return missing && { known: known.length, missing };
    }),
    async passwordProblem(name) {
      const credential = await credentials(name).catch((error: unknown) => {
        if (!(error instanceof SecretError)) throw error;
        return null;
      });
      return credential ? devicePasswordProblem(credential.password) : 'it is not stored';
    },
    async reach(name) {
      const [found] = await store.inventory.select({ kind: 'name', value: name });
      const [device] = found ? await store.inventory.devices([found.id]) : [];
      if (!device) return 'not_in_inventory';
      const { kind } = await probes.knock(device.host, portOf(device), networkOf(config, site).probeMs, signal);
      return kind === 'answered' ? 'answers' : kind === 'refused' ? 'refuses' : 'silent';
    },
    newestBackup,
  };
}

async function lookAtNetwork(
  config: Config,
  store: Store,
  probes: SiteProbes,
  site: string,
  directories: readonly Directory[],
  signal: AbortSignal,
) {
  const domains = directories.map((directory) => ({
    dnsName: config.directory.domains[directory.name]?.dnsName ?? directory.name,
    directory,
  }));
  return measureSite({ probes, clock, domains }, await siteQuestionOf(config, store.inventory, site), signal);
}

/** Looks at the domains as step 3 wants it: each by itself, and whether the unit lies at the same place in all. */
export async function lookAtDomains(directories: readonly Directory[]): Promise<readonly Look<DirectoryCheckName>[]> {
  const places = comparePlaces(directories);
  const each = await Promise.all(directories.map((directory) => verifyDirectory(directory, () => clock.now())));
  return [...each.flat(), ...(places ? [places] : [])].map(({ domain: of, status, ...check }) => ({
    ...check,
    of,
    // What was left out for another one's failure is not known.
    status: status === 'skipped' ? 'unknown' : status,
  }));
}

async function lookAtProvisioning(
  { config, secrets }: Pick<Surroundings, 'config' | 'secrets'>,
  site: string,
  hostBased: boolean,
  { versions }: SiteFleet,
): Promise<readonly Look<ProvisioningCheckName>[]> {
  const reader = await openProvisioningReader(config.pki.fetchSeconds);
  const majors = versions.flatMap(({ version }) => (version === null ? [] : [Number(version.split('.')[0])]));
  const looks = openProvisioning(config, secrets).map(async ({ name: of, read }) => {
    try {
      const bundle = await read();
      const [leaf] = bundle.chain;
      const suffixes = networkOf(config, site).dnsSuffixes;
      const fitting = suffixes.find((suffix) => leaf?.commonNames[0]?.toLowerCase().endsWith(suffix));
      const target = {
        dnsSuffix: fitting ?? suffixes[0] ?? null,
        rootHashes: null,
        amtMajor: majors.length > 0 ? Math.min(...majors) : null,
        hostBased,
      };
      const checks = judgeBundle(bundle, target, await reader.revocation(bundle.chain), clock.now());
      return checks.map((check) => ({ ...check, of }));
    } catch (error) {
      const { problem, mend } = problemOf(error);
      return [{ of, name: 'private key' as const, status: 'fail' as const, evidence: [problem], mend }];
    }
  });
  return (await Promise.all(looks)).flat();
}

async function lookAtAuthority({ config, secrets }: Pick<Surroundings, 'config' | 'secrets'>, store: Store) {
  try {
    const office = await openCertificates(config, secrets, store);
    if (!office) return null;
    const { chain, id } = office.authority;
    const [first] = chain.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime());
    const list = await store.certificates.currentList(id);
    return first ? { subject: first.subject, notAfter: first.notAfter, listUntil: list?.nextUpdate ?? null } : null;
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof SecretError) return { problem: 'Its secret cannot be had.', mend: secretMend };
  if (!(error instanceof PkiError)) throw error;
  const { what, mend } = pkiReasons[error.code];
  return { problem: [what, ...error.evidence].join(' '), mend };
}

/** Which schedules of upkeep are on. */
function upkeepOf(on: readonly Schedule[]): { readonly renews: boolean; readonly rotates: boolean } {
  const isOn = (id: string) => on.some((schedule) => schedule.id === id);
  return { renews: isOn(upkeepSchedules.renew), rotates: isOn(upkeepSchedules.rotate) };
}

/** Which of the schedules that are on turn a PC of the site on. */
async function wakeSchedulesOf(on: readonly Schedule[], store: Store, site: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { id, commandText, timeZone } of on) {
    const read = readScheduled(commandText, commandSpecs, clock.now(), timeZone);
    if (!read.ok || read.command.operation !== 'power-on') continue;
    const targets = parseTargets(read.command.targetWords);
    const resolved = targets.ok ? await resolveTargets(targets.steps, store.inventory) : null;
    if (resolved?.ok && resolved.devices.some((device) => device.site.toLowerCase() === site.toLowerCase()))
      ids.push(id);
  }
  return ids;
}

/** The newest file of a directory, or the file itself; null when there is none. */
async function newestBackup(path: string): Promise<{ readonly file: string; readonly at: Date } | null> {
  const entry = await stat(path).catch(() => null);
  if (entry?.isFile()) return { file: path, at: entry.mtime };
  const names = entry ? await readdir(path) : [];
  const files = await Promise.all(
    names.map(async (name) => ({ file: join(path, name), at: await stat(join(path, name)).catch(() => null) })),
  );
  const [newest] = files
    .flatMap(({ file, at }) => (at?.isFile() ? [{ file, at: at.mtime }] : []))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return newest ?? null;
}
