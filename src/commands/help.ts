import { nearest } from '../inventory/resolve-targets.ts';
import { riskWords } from '../messages/plan/risk-words.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Risk } from '../policy/risk.ts';
import { isCommandAllowed } from './allowed.ts';
import { type AnswerContext, answering, type Command } from './command-spec.ts';

const usageOf = (command: Command) => `/oob ${command.name}${command.usage ? ` ${command.usage}` : ''}`;

/** `help [COMMAND]`: what you may do here, or one command in full. */
export const help: Command = {
  name: 'help',
  summary: 'Show what you may do here, or one command in full',
  usage: '[COMMAND]',
  words: { least: 0, most: 1 },
  options: [],
  examples: ['help', 'help poweron'],
  risk: 'read',
  operations: [],
  featured: true,
  read: answering(async (context) => {
    const [wanted] = context.words;
    if (wanted === undefined) return { ok: true, view: overview(context) };
    const command = context.commands.find((each) => each.name === wanted.toLowerCase());
    if (command) return { ok: true, view: inFull(command, context) };
    const meant = nearest(
      wanted,
      context.commands.map((each) => each.name),
    );
    return { ok: false, code: 'unknown_command', details: [], ...(meant ? { suggestion: `help ${meant}` } : {}) };
  }),
};

function overview({ commands, principal, policy, conversation }: AnswerContext) {
  const may = commands.filter((command) => isCommandAllowed(command, principal, policy, conversation));
  const mayNot = commands.filter((command) => !may.includes(command));
  return {
    tone: 'neutral',
    title: 'What you may do here',
    table: { columns: ['Command', 'What it does'], rows: may.map((command) => [usageOf(command), command.summary]) },
    text: [
      'Targets: ',
      { code: 'host42' },
      ', ',
      { code: 'host42,host43' },
      ', ',
      { code: 'lab-*' },
      ', ',
      { code: 'site:madrid' },
      ', ',
      { code: 'group:floor3' },
      ', ',
      { code: 'ou:Madrid' },
      ', ',
      { code: 'failed:REQUEST' },
      ', ',
      { code: 'all' },
      ', and ',
      { code: 'site:madrid - group:vip' },
    ],
    context:
      mayNot.length > 0
        ? `not with your roles here: ${mayNot.map((command) => command.name).join(', ')}`
        : '/oob help COMMAND tells more',
  } as const;
}

/** What the policy in force says where the operation is certain, else what is usual. */
function riskOf(operations: readonly OperationName[], usual: Risk, policy: Policy): string {
  const [only, ...others] = operations;
  return riskWords[only === undefined || others.length > 0 ? usual : policy.risks[only]].does;
}

function inFull(command: Command, { principal, policy, conversation }: AnswerContext) {
  return {
    tone: 'neutral',
    title: usageOf(command),
    text: `${command.summary}.`,
    facts: [
      ...(command.forms ?? []).map((form) => ({
        label: `${form.name} ${form.usage}`,
        value: `${form.summary}. It ${riskOf(form.operations, form.risk, policy)}.`,
      })),
      ...(command.forms ? [] : [{ label: 'Risk', value: riskOf(command.operations, command.risk, policy) }]),
      ...command.options.map((option) => ({
        label: `--${option.name}${option.value ? ` ${option.value}` : ''}`,
        value: option.summary,
      })),
      ...command.examples.map((example) => ({ label: 'Example', value: `/oob ${example}` })),
      {
        label: 'You here',
        value: isCommandAllowed(command, principal, policy, conversation) ? 'allowed' : 'not allowed',
      },
    ],
  } as const;
}
