import { checklistSteps, numberOf } from '../src/checklist/steps/index.ts';
import { commandSpecs } from '../src/commands/index.ts';
import { type FailureCause, failureCauses } from '../src/messages/causes/failure-causes.ts';
import { mendOf, namerWords } from '../src/messages/causes/namers.ts';
import { prerequisiteReasons } from '../src/messages/checks/prerequisites.ts';
import { riskWords } from '../src/messages/plan/risk-words.ts';
import { directoryReasons } from '../src/messages/reasons/directory-reasons.ts';
import { pkiReasons } from '../src/messages/reasons/pki-reasons.ts';
import type { Reason } from '../src/messages/reasons/reason.ts';
import { reasons } from '../src/messages/reasons/reasons.ts';
import { risks } from '../src/policy/risk.ts';
import { binaryDependencies, runtimeDependencies } from './dependencies.ts';
import { slackScopes } from './slack.ts';
import { teamsPermissions } from './teams.ts';

/** A Markdown table; `|` in a cell is escaped. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string) => `\`${text}\``;

const stagedWords = ({ id, staged, apart }: FailureCause) => {
  if (staged !== true) return `no: ${staged.cannot}`;
  return `${code(id)}${apart === undefined ? '' : `; not: ${apart}`}`;
};

/** What the first says, and those whose mends stand in no other table. */
const mendsHere = ({ namers: [first, ...others] }: FailureCause) => {
  const untold = others.filter(({ by }) => ['verify', 'pki judge', 'directory verify'].includes(by));
  return [...new Set([first, ...untold].map(mendOf))];
};

/** Parts of the README and of the pages in docs/ that are made from code, by the name between their markers. */
const parts: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(
      ['Command', 'What it does', 'Risk'],
      commandSpecs.flatMap((spec) =>
        spec.forms
          ? spec.forms.map((form) => [
              code(`/oob ${spec.name} ${form.name} ${form.usage}`.trim()),
              form.summary,
              riskWords[form.risk].short,
            ])
          : [[code(`/oob ${spec.name} ${spec.usage}`.trim()), spec.summary, riskWords[spec.risk].short]],
      ),
    ),
  checklist: () =>
    table(
      ['Step', 'Id', 'What is done', 'Needed', 'Whose work', 'After'],
      checklistSteps.map(({ id, title, optionality, appliesTo, actors, dependsOn }) => [
        ...[String(numberOf(id)), code(id), title, `${optionality}: ${appliesTo}`, actors],
        dependsOn.map(numberOf).join(', '),
      ]),
    ),
  ladder: () =>
    table(
      ['Step', 'What it means'],
      risks.map((risk) => [code(risk), riskWords[risk].does]),
    ),
  directory: () =>
    table(
      ['Code', 'What happened', 'What to do'],
      Object.entries(directoryReasons).map(([name, { what, mend }]) => [code(name), what, mend]),
    ),
  pki: () =>
    table(
      ['Code', 'What happened', 'What to do'],
      Object.entries(pkiReasons).map(([name, { what, mend }]) => [code(name), what, mend]),
    ),
  prerequisites: () =>
    table(
      ['Code', 'What is wrong', 'What to do'],
      Object.entries(prerequisiteReasons).map(([name, { what, mend }]) => [code(name), what, mend]),
    ),
  causes: () =>
    table(
      ['No.', 'Cause', 'Who names it', 'What to do', 'Staged in a test'],
      failureCauses.map((cause: FailureCause, index) => [
        String(index + 1),
        cause.title,
        cause.namers.map(namerWords).join('<br>'),
        mendsHere(cause).join('<br>'),
        stagedWords(cause),
      ]),
    ),
  reasons: () =>
    table(
      ['Code', 'What happened', 'What to do', 'For those who run the service'],
      Object.entries<Reason>(reasons).map(([name, { what, mend, operator = '' }]) => [
        code(name),
        what,
        mend,
        operator,
      ]),
    ),
  slack: () =>
    table(
      ['Scope', 'Why'],
      slackScopes.map(({ scope, why }) => [code(scope), why]),
    ),
  teams: () =>
    table(
      ['Permission', 'Why'],
      teamsPermissions.map(({ permission, why }) => [code(permission), why]),
    ),
  dependencies: () =>
    table(
      ['Package', 'Why'],
      Object.entries({ ...runtimeDependencies, ...binaryDependencies }).map(([name, why]) => [code(name), why]),
    ),
};

/** The README, or a page of docs/, with its made parts as they should be. Throws when a marker names a part that there is not. */
export function withMadeParts(readme: string): string {
  return readme.replace(
    /(<!-- made: (\w+) -->\n)[\s\S]*?(<!-- \/made -->)/g,
    (_, open: string, name: string, close: string) => {
      const part = parts[name];
      if (!part) throw new Error(`a page asks for a part "${name}" that manifest/readme.ts does not make`);
      return `${open}${part()}\n${close}`;
    },
  );
}
