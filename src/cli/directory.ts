import { dsaclsCommand } from '../directory/dsacls-command.ts';
import {
  comparePlaces,
  type DirectoryCheck,
  type TicketHolder,
  verifyDirectory,
} from '../directory/verify-directory.ts';
import { redactText } from '../logging/redact.ts';
import { directoryReasons } from '../messages/reasons/directory-reasons.ts';
import { type Directory, DirectoryError } from '../ports/directory.ts';

/** What the `directory` commands work with. */
export interface DirectoryCommand {
  /** Every domain that is meant, with the account of the service under `account`. */
  readonly domains: readonly {
    readonly directory: Directory;
    readonly account: string;
    /** Those of the configuration who have an account there; default nobody. */
    readonly people?: readonly TicketHolder[];
  }[];
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const icons = { pass: '✔ ok  ', warn: '▲ warn', fail: '✖ fail', skipped: '· skip' } as const;

/** `oob directory verify`: every check of every domain, with evidence and mend. Ends 1 when one failed. */
export async function runDirectoryVerify(
  { domains, out, err }: DirectoryCommand,
  { json, now }: { readonly json: boolean; readonly now: () => Date },
): Promise<number> {
  if (domains.length === 0) return nothing(err);
  const directories = domains.map(({ directory }) => directory);
  const counts = { pass: 0, warn: 0, fail: 0, skipped: 0 };
  const show = (check: DirectoryCheck) => {
    counts[check.status] += 1;
    out(json ? JSON.stringify(check) : lineOf(check));
  };
  for (const { directory, people } of domains)
    for (const check of await verifyDirectory(directory, now, people)) show(check);
  const places = comparePlaces(directories);
  if (places) show(places);
  if (!json)
    out(
      `${counts.pass} ok, ${counts.warn} to look at, ${counts.fail} failed, ${counts.skipped} could not be looked at.`,
    );
  return counts.fail > 0 ? 1 : 0;
}

function lineOf({ domain, name, status, evidence, mend }: DirectoryCheck): string {
  const indent = ' '.repeat(icons.pass.length + 2);
  const advice = mend === null ? '' : `\n${indent}→ ${mend}`;
  return `${icons[status]}  ${domain}: ${name}\n${indent}${redactText(evidence.join(`\n${indent}`))}${advice}`;
}

/** `oob directory prepare`: makes the unit in each domain where it is missing. Ends 1 when one could not be made. */
export function runDirectoryPrepare(command: DirectoryCommand): Promise<number> {
  return inEach(command, async ({ directory }) => {
    const made = await directory.unit.create();
    return `${directory.unit.dn}: ${made ? 'made' : 'was there already'}.`;
  });
}

/** `oob directory delegate`: grants Full Control on the unit and all child objects to the service's account, or to `to`. */
export function runDirectoryDelegate(command: DirectoryCommand, to: string | null): Promise<number> {
  return inEach(command, async ({ directory, account }) => {
    const trustee = await directory.people.trustee(to ?? account);
    if (!trustee) throw new DirectoryError('directory_not_found', [to ?? account]);
    const granted = await directory.unit.delegate(trustee.sid);
    const whom = `${trustee.accountName} (${trustee.sid})`;
    return `${directory.unit.dn}: ${granted ? 'Full Control granted to' : 'Full Control was granted already to'} ${whom}.`;
  });
}

/** `oob directory delegate --print`: the command that a domain administrator runs instead. Nothing is asked of the domain. */
export function runDirectoryPrint(command: DirectoryCommand, to: string | null): Promise<number> {
  return inEach(command, async ({ directory, account }) => dsaclsCommand(directory.unit.dn, to ?? account));
}

/** `oob directory sid`: who has the name, and the SID that the configuration and device accounts want. */
export function runDirectorySid(command: DirectoryCommand, name: string): Promise<number> {
  return inEach(command, async ({ directory }) => {
    const trustee = await directory.people.trustee(name);
    if (!trustee) throw new DirectoryError('directory_not_found', [name]);
    return `${trustee.sid}  ${trustee.kind} ${trustee.accountName}  ${trustee.dn}`;
  });
}

async function inEach(
  { domains, out, err }: DirectoryCommand,
  work: (domain: DirectoryCommand['domains'][number]) => Promise<string>,
): Promise<number> {
  if (domains.length === 0) return nothing(err);
  let failures = 0;
  for (const domain of domains) {
    try {
      out(await work(domain));
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      failures += 1;
      err(`${domain.directory.name}: ${sentenceOf(error)}`);
    }
  }
  return failures > 0 ? 1 : 0;
}

/** What went wrong and what to do, for a terminal. */
export function sentenceOf({ code, evidence, mayHaveActed }: DirectoryError): string {
  const { what, mend } = directoryReasons[code];
  const facts = evidence.length > 0 ? ` (${redactText(evidence.join('; '))})` : '';
  return `${what}${facts}${mayHaveActed ? ' The change may have been made.' : ''}\n  → ${mend}`;
}

function nothing(err: (line: string) => void): number {
  err('The configuration names no such domain: see directory.domains.');
  return 2;
}
