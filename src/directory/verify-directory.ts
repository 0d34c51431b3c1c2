import { type DirectoryCheckName, directoryCheckMends } from '../messages/checks/directory-checks.ts';
import { directoryReasons } from '../messages/reasons/directory-reasons.ts';
import type { DirectoryPeople } from '../ports/directory/people.ts';
import { type Directory, DirectoryError } from '../ports/directory.ts';
import { bestSkewSeconds, worstSkewSeconds } from './clock-tolerance.ts';
import { estimateTicketBytes, ticketLimits } from './ticket-size.ts';

/** What one look at a domain showed. */
export interface DirectoryCheck {
  /** Name of the domain in the configuration. */
  readonly domain: string;
  readonly name: DirectoryCheckName;
  /** `skipped`: something before it failed. */
  readonly status: 'pass' | 'warn' | 'fail' | 'skipped';
  /** What was measured; one line each, no secrets. */
  readonly evidence: readonly string[];
  /** What to do; null when there is nothing to mend. */
  readonly mend: string | null;
}

/** Somebody who may come to AMT with a ticket of the domain. */
export interface TicketHolder {
  readonly name: string;
  readonly sid: string;
}

type Found = Pick<DirectoryCheck, 'status' | 'evidence'> & { readonly mend?: string };

/**
 * Looks at one domain: whether it is reached, its clock, the unit, Full Control by the security descriptor, by what the domain
 * controller computes and by a trial, the Global Catalog, and how large the tickets of `people` are. Never rejects with DirectoryError: that becomes a failed check.
 * The trial makes a disabled computer object in the unit and deletes it again.
 */
export async function verifyDirectory(
  directory: Directory,
  now: () => Date,
  people: readonly TicketHolder[] = [],
): Promise<readonly DirectoryCheck[]> {
  const checks: DirectoryCheck[] = [];
  const look = async (name: DirectoryCheckName, needs: readonly DirectoryCheckName[], work: () => Promise<Found>) => {
    const base = { domain: directory.name, name };
    const missing = needs.find((need) => checks.some((check) => check.name === need && check.status !== 'pass'));
    if (missing !== undefined) {
      checks.push({ ...base, status: 'skipped', evidence: [`after: ${missing}`], mend: null });
      return;
    }
    try {
      const { mend = directoryCheckMends[name], ...found } = await work();
      checks.push({ ...base, ...found, mend: found.status === 'pass' ? null : mend });
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const { what, mend } = directoryReasons[error.code];
      checks.push({ ...base, status: 'fail', evidence: [what, ...error.evidence], mend });
    }
  };
  const verdict = (good: boolean, ...evidence: string[]): Found => ({ status: good ? 'pass' : 'fail', evidence });
  const { unit, devices } = directory;

  await look('reached', [], async () => {
    const { server, baseDn } = await directory.facts();
    return verdict(true, `${server} answers for ${baseDn}`);
  });
  await look('clock', ['reached'], async () => {
    const { serverTime } = await directory.facts();
    const skew = Math.abs(serverTime.getTime() - now().getTime()) / 1_000;
    const evidence = [`${Math.round(skew)} s apart`];
    if (skew > worstSkewSeconds) return { status: 'fail', evidence };
    return { status: skew > bestSkewSeconds ? 'warn' : 'pass', evidence };
  });
  await look('unit', ['reached'], async () => verdict(await unit.exists(), unit.dn));
  await look('full control', ['unit'], async () => {
    const { onUnit, onChildren, grantedBy, deniedBy } = await unit.granted();
    const where = `on the unit: ${onUnit ? 'yes' : 'no'}; on all child objects: ${onChildren ? 'yes' : 'no'}`;
    const by = grantedBy.length > 0 ? [`entries of ${grantedBy.join(', ')}`] : [];
    const against = deniedBy.length > 0 ? [`denied by entries of ${deniedBy.join(', ')}`] : [];
    return verdict(onUnit && onChildren, where, ...by, ...against);
  });
  await look('effective rights', ['unit'], async () => {
    const { createComputers, descriptorRights } = await unit.effective();
    const accessList = (descriptorRights & 4) !== 0;
    return verdict(
      createComputers && accessList,
      `create computers: ${createComputers ? 'yes' : 'no'}; change the access list: ${accessList ? 'yes' : 'no'}`,
    );
  });
  await look('trial', ['unit'], async () => {
    const { failedStep, evidence, leftBehind } = await unit.probe();
    if (failedStep === null) return verdict(true, 'a computer object was made, changed and deleted');
    const left = leftBehind === null ? [] : [`left behind, delete it by hand: ${leftBehind}`];
    return verdict(false, `failed at: ${failedStep}`, ...evidence, ...left);
  });
  await look('global catalog', ['reached'], async () => {
    const { server } = await directory.facts();
    await devices.holders([`HTTP/${server}:16992`]);
    return verdict(true, 'answers on port 3269');
  });
  if (people.length > 0) await look('ticket size', ['reached'], () => ticketSizes(directory.people, people));
  return checks;
}

/** AMT refuses larger tickets, and says no more than that it lets nobody in. */
async function ticketSizes(known: DirectoryPeople, people: readonly TicketHolder[]): Promise<Found> {
  const sizes: { readonly name: string; readonly groups: number; readonly bytes: number }[] = [];
  for (const { name, sid } of people) {
    const groups = await groupsOf(known, sid);
    if (groups !== null) sizes.push({ name, groups: groups.length, bytes: estimateTicketBytes(sid, groups) });
  }
  const tooLarge = sizes.filter(({ bytes }) => bytes > ticketLimits.redirection);
  const lineOf = ({ name, groups, bytes }: (typeof sizes)[number]) =>
    `${name}: about ${bytes} bytes, ${groups} groups; AMT takes ${ticketLimits.management}, for redirection ${ticketLimits.redirection}`;
  if (tooLarge.length === 0) {
    const [largest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
    return { status: 'pass', evidence: largest ? [lineOf(largest)] : [] };
  }
  const isRefused = tooLarge.some(({ bytes }) => bytes > ticketLimits.management);
  return { status: isRefused ? 'fail' : 'warn', evidence: tooLarge.map(lineOf) };
}

/** Null for an account that is gone or disabled: it gets no ticket at all. */
async function groupsOf(known: DirectoryPeople, sid: string): Promise<readonly string[] | null> {
  try {
    return await known.groupsOf(sid);
  } catch (error) {
    if (error instanceof DirectoryError && ['directory_not_found', 'directory_account_disabled'].includes(error.code))
      return null;
    throw error;
  }
}

/** Whether the unit lies at the same place in every domain: management of all of them names it once. Null for one domain alone. */
export function comparePlaces(directories: readonly Directory[]): DirectoryCheck | null {
  const [first] = directories;
  if (!first || directories.length === 1) return null;
  const places = directories.map(({ unit }) => unit.dn.replace(/,\s*DC=.*$/is, '').toLowerCase());
  const same = new Set(places).size === 1;
  return {
    domain: directories.map(({ name }) => name).join(', '),
    name: 'same place',
    status: same ? 'pass' : 'warn',
    evidence: same ? [places[0] ?? ''] : directories.map(({ name, unit }) => `${name}: ${unit.dn}`),
    mend: same ? null : directoryCheckMends['same place'],
  };
}
