import type { OperationName } from '../../operations/operation.ts';
import type { PlanSummary, Tally } from '../../plan/summary.ts';
import { count, plural } from '../format.ts';
import type { Fact } from '../view.ts';

const shownTallies = 5;

/** `madrid 96, lyon 4`; what is more than a few kinds is counted. Pure. */
export function tallyWords(tallies: readonly Tally[]): string {
  const shown = tallies.slice(0, shownTallies).map(({ name, devices }) => `${name} ${count(devices)}`);
  const rest = tallies.slice(shownTallies).reduce((sum, { devices }) => sum + devices, 0);
  return [...shown, ...(rest > 0 ? [`others ${count(rest)}`] : [])].join(', ');
}

/** `1 VIP (policy vip-hold), 3 lab`; empty when none is left out. Pure. */
export function leftOutWords({ leftOut }: Pick<PlanSummary, 'leftOut'>): string {
  const shown = leftOut.slice(0, shownTallies).map(({ name, devices }) => `${count(devices)} ${name}`);
  const rest = leftOut.slice(shownTallies).reduce((sum, { devices }) => sum + devices, 0);
  return [...shown, ...(rest > 0 ? [`${count(rest)} for other reasons`] : [])].join(', ');
}

/** `About 40 s in 5 waves, canary 5`; empty when nobody has reckoned how long. Pure. */
export function timeWords({ estimateMs, waves, hasCanary }: PlanSummary): string {
  if (estimateMs === null) return '';
  const spread = waves.length > 1 ? ` in ${count(waves.length)} waves` : '';
  const canary = hasCanary && waves.length > 1 ? `, canary ${count(waves[0] ?? 0)}` : '';
  return `About ${roughly(estimateMs)}${spread}${canary}`;
}

/** An estimate is no measurement: tens of seconds, then minutes, then hours. */
function roughly(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds <= 10) return `${Math.max(seconds, 1)} s`;
  if (seconds <= 90) return `${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${count(Math.ceil(minutes / 60))} h`;
}

const wanted: { readonly [O in OperationName]?: string } = {
  'power-on': 'on',
  'power-off': 'off',
  'shut-down': 'off',
};

/** `3 were off already when last seen`; empty when none was, or when the operation wants no power state. Pure. */
export function alreadyWords(operation: OperationName, { byPower }: Pick<PlanSummary, 'byPower'>): string {
  const state = wanted[operation];
  const already = byPower.find(({ name }) => name === state)?.devices ?? 0;
  if (state === undefined || already === 0) return '';
  return `${count(already)} ${already === 1 ? 'was' : 'were'} ${state} already when last seen`;
}

/** Where the PCs are and how they were last seen, and what of the policy made the plan wait. Pure. */
export function planFacts({
  bySite,
  byPower,
  rules,
}: Pick<PlanSummary, 'bySite' | 'byPower' | 'rules'>): readonly Fact[] {
  return [
    ...(bySite.length > 1 ? [{ label: 'By site', value: tallyWords(bySite) }] : []),
    ...(byPower.length > 0 ? [{ label: 'Last seen', value: tallyWords(byPower) }] : []),
    ...(rules.length > 0 ? [{ label: 'Why it waits', value: rules.join('; ') }] : []),
  ];
}

/** `96 of 100 PCs in madrid`. Pure. */
export function partOf(devices: number, leftOut: number, site: string | null): string {
  return `${count(devices)} of ${plural(devices + leftOut, 'PC')}${site === null ? '' : ` in ${site}`}`;
}
