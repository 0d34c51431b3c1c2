import { redactText } from '../../logging/redact.ts';
import type { PrerequisiteFinding } from '../../prerequisites/measure-site.ts';
import type { PrerequisiteStatus } from '../../prerequisites/verdict.ts';

/** What `oob prerequisites` works with. */
export interface PrerequisitesCommand {
  /** Every site of the inventory and of the configuration. */
  readonly sites: readonly string[];
  /** The site that is meant; null: all. */
  readonly only: string | null;
  /** One JSON object per check instead of text. */
  readonly json: boolean;
  readonly measure: (site: string) => Promise<readonly PrerequisiteFinding[]>;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const icons: Readonly<Record<PrerequisiteStatus, string>> = {
  pass: '✔ ok  ',
  warn: '▲ warn',
  fail: '✖ fail',
  unknown: '? n/k ',
  not_applicable: '· n/a ',
};

/**
 * Looks at one site after the other and shows every check. Resolves to the exit code: 0 all well, 1 something to look at or not known,
 * 2 something fails or there is no such site.
 */
export async function runPrerequisites(command: PrerequisitesCommand): Promise<number> {
  const { sites, only, json, measure, out, err } = command;
  const chosen = only === null ? sites : sites.filter((site) => site.toLowerCase() === only.toLowerCase());
  if (chosen.length === 0) {
    const known = sites.length === 0 ? 'The inventory and network.sites name none.' : `Known: ${sites.join(', ')}.`;
    err(only === null ? 'There is no site to look at: import an inventory.' : `There is no site ${only}. ${known}`);
    return 2;
  }
  const counts = { pass: 0, warn: 0, fail: 0, unknown: 0, not_applicable: 0 };
  for (const site of chosen) {
    const findings = await measure(site);
    const [first] = findings;
    if (!json && first) out(`${site}, seen from ${first.where} at ${first.measuredAt.toISOString()}`);
    for (const finding of findings) {
      counts[finding.status] += 1;
      out(json ? JSON.stringify(finding) : textOf(finding));
    }
  }
  const { pass, warn, fail, unknown, not_applicable: none } = counts;
  if (!json) out(`${pass} ok, ${warn} to look at, ${fail} failed, ${unknown} not known, ${none} not applicable.`);
  if (fail > 0) return 2;
  return warn + unknown > 0 ? 1 : 0;
}

function textOf({ status, check, evidence, mend }: PrerequisiteFinding): string {
  const indent = ' '.repeat(icons.pass.length + 2);
  const advice = mend === null ? '' : `\n${indent}→ ${mend}`;
  return `${icons[status]}  ${check}\n${indent}${redactText(evidence.join(`\n${indent}`))}${advice}`;
}
