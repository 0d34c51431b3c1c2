import { auditFormats } from '../../messages/reports/logs/audit-log.ts';
import { auditGroupOf, auditGroups } from '../../operations/audit/groups.ts';
import { storagePolicies } from '../../operations/audit/policy.ts';
import type { OperationName } from '../../operations/operation.ts';
import { answering, type Command, onTargets } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';
import { acceptFinding, reviewFindings } from './findings.ts';

const reading =
  (operation: OperationName): Command['read'] =>
  (targetWords, options) => {
    const format = options.get('format')?.toLowerCase();
    if (format !== undefined && !auditFormats.some((each) => each === format))
      return { kind: 'mistake', problem: `--format is ${auditFormats.join(' or ')}.` };
    return { kind: 'operation', operation, parameters: format === undefined ? {} : { format }, targetWords };
  };

/** Shows the policy, unless an option says what to change in it. */
const policy: Command['read'] = (targetWords, options) => {
  const mistake = (problem: string) => ({ kind: 'mistake', problem }) as const;
  const groups = options.get('group')?.toLowerCase().split(',');
  const storage = options.get('storage')?.toLowerCase();
  const critical = options.has('critical');
  if (groups?.some((word) => auditGroupOf(word) === null))
    return mistake(`--group takes names of ${auditGroups.join(', ')}.`);
  if (critical && !groups) return mistake('--critical goes with --group.');
  if (storage !== undefined && !storagePolicies.some((each) => each === storage))
    return mistake(`--storage is ${storagePolicies.join(' or ')}.`);
  const parameters = {
    ...(groups ? { groups: [...new Set(groups)].join(',') } : {}),
    ...(critical ? { critical: 'yes' } : {}),
    ...(storage === undefined ? {} : { storage }),
  };
  const operation = groups || storage !== undefined ? 'set-audit-policy' : 'read-audit-policy';
  return { kind: 'operation', operation, parameters, targetWords };
};

const forms: readonly Form[] = [
  {
    name: 'pull',
    summary: 'Read the whole audit log of PCs, keep it, and show its newest records',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['pull-audit-log'],
    read: reading('pull-audit-log'),
  },
  {
    name: 'export',
    summary: 'Read it, keep it, and hand it over as a file; then it may be cleared',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['export-audit-log'],
    read: reading('export-audit-log'),
  },
  {
    name: 'enable',
    summary: 'Switch the audit log on',
    usage: 'TARGETS',
    risk: 'act',
    operations: ['enable-audit-log'],
    read: onTargets('enable-audit-log'),
  },
  {
    name: 'disable',
    summary: 'Switch the audit log off; for auditors',
    usage: 'TARGETS',
    risk: 'peer',
    operations: ['disable-audit-log'],
    read: onTargets('disable-audit-log'),
  },
  {
    name: 'policy',
    summary: 'Show which groups of events are logged, or set that and what a full log does',
    usage: 'TARGETS [--group NAMES] [--critical] [--storage POLICY]',
    risk: 'act',
    operations: ['read-audit-policy', 'set-audit-policy'],
    read: policy,
  },
  {
    name: 'clear',
    summary: 'Clear a log of which every record was exported; for auditors',
    usage: 'TARGETS',
    risk: 'peer',
    operations: ['clear-audit-log'],
    read: onTargets('clear-audit-log'),
  },
  {
    name: 'review',
    summary: 'List where the logs of PCs differ from what this service did',
    usage: '[TARGETS]',
    risk: 'read',
    operations: [],
    alone: true,
    read: answering(reviewFindings),
  },
  {
    name: 'accept',
    summary: 'Close such a finding; for auditors',
    usage: 'ID --reason TEXT',
    risk: 'act',
    operations: [],
    read: answering(acceptFinding),
  },
];

/** `audit pull|export|enable|disable|policy|clear TARGETS`, `audit review [TARGETS]`, `audit accept ID`. */
export const audit: Command = {
  ...ofForms(forms),
  name: 'audit',
  summary: 'Read, export, switch, set up or clear the audit log of PCs',
  words: { least: 1, most: 101 },
  options: [
    { name: 'format', value: auditFormats.join('|'), summary: 'form of the file; csv for pull, jsonl for export' },
    { name: 'group', value: 'NAMES', summary: `with policy: ${auditGroups.slice(0, 3).join(', ')} ..., with commas` },
    { name: 'critical', value: null, summary: 'with --group: what cannot be logged is not done either' },
    {
      name: 'storage',
      value: storagePolicies.join('|'),
      summary: 'with policy: a full log stops, or its oldest records go',
    },
    reasonOption,
    breakGlassOption,
    dryRunOption,
  ],
  examples: [
    'audit pull host42',
    'audit export site:madrid',
    'audit policy host42 --group security-admin,remote-control',
    'audit clear host42 --reason "exported for the audit"',
    'audit review',
    'audit accept dif_4kq1 --reason "technician on site"',
  ],
  featured: true,
  read: byForm('audit', forms),
};
