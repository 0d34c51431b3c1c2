import type { Provisioning, ProvisioningStep } from '../../ports/provisioning/provisioning-store.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { reasonFor } from '../reasons/reasons.ts';
import type { Fact } from '../view.ts';
import { stepWords } from './step-words.ts';

const words = (steps: readonly ProvisioningStep[]): string =>
  steps.length === 0 ? 'nothing' : steps.map((step) => stepWords[step]).join(', ');

const skippedPrefix = 'skipped.';

/** What was not needed, and why. */
function skippedFacts({ facts }: Provisioning): readonly Fact[] {
  const skipped = Object.entries(facts).filter(([name]) => name.startsWith(skippedPrefix));
  const byReason = Map.groupBy(skipped, ([, reason]) => reason);
  return [...byReason].map(([reason, all]) => ({
    label: 'Not needed',
    value: `${all.map(([name]) => wordOf(name.slice(skippedPrefix.length))).join(', ')}: ${reason}`,
  }));
}

const wordOf = (step: string): string => Object.entries(stepWords).find(([name]) => name === step)?.[1] ?? step;

/** A PC that is provisioned: what it was given, and what it does without. */
export function provisionedReport(record: Provisioning): OutcomeReport {
  const { chain, dnsSuffix, amtVersion, tlsVersion, certificateUntil, certificateId, domain } = record.facts;
  const about = [amtVersion ? `AMT ${amtVersion}` : '', tlsVersion ?? ''].filter((part) => part !== '').join(', ');
  return {
    summary: `provisioned and verified${about === '' ? '' : ` (${about})`}`,
    facts: [
      { label: 'Mode', value: record.mode === 'remote' ? 'out of band' : 'in band' },
      ...(chain === undefined ? [] : [{ label: 'Shown', value: `provisioning certificate ${chain}` }]),
      ...(certificateId === undefined
        ? []
        : [
            {
              label: 'Certificate',
              value: `ours${certificateUntil ? `, until ${certificateUntil.slice(0, 10)}` : ''}`,
            },
          ]),
      ...(domain === undefined ? [] : [{ label: 'Directory', value: domain }]),
      ...(dnsSuffix === undefined ? [] : [{ label: 'Its domain', value: dnsSuffix }]),
      ...skippedFacts(record),
    ],
  };
}

/** What takes back what was done, as far as it went. */
function givingUp({ done, attempt, mode }: Provisioning, name: string): string {
  const reached = (step: ProvisioningStep) => done.includes(step) || attempt?.step === step;
  if (done.includes('reach')) return `/oob unprovision ${name}`;
  const isSetUp = (['set-administrator', 'set-up-admin', 'set-up-client'] as const).some(reached);
  if (isSetUp) return 'reset its AMT in MEBx, or clear the CMOS at the PC; its passwords are kept until then';
  if (mode === 'remote' && reached('set-mebx-password')) return 'nothing, but for its MEBx password, which is kept';
  return 'nothing: it is as it was';
}

/** A PC whose provisioning stopped: at what, what was done before, what is left, and how it goes on. Pure. */
export function stoppedReport(record: Provisioning, steps: readonly ProvisioningStep[], name: string): OutcomeReport {
  const { failure, done } = record;
  const left = steps.filter((step) => !done.includes(step) && step !== failure?.step);
  const happened = done.filter((step) => record.facts[`${skippedPrefix}${step}`] === undefined);
  return {
    summary: `stopped at ${failure ? stepWords[failure.step] : 'a step'}: ${reasonFor(failure?.code ?? '').what}`,
    facts: [
      { label: 'Done before', value: words(happened) },
      { label: 'Left', value: words(left) },
      { label: 'To give up', value: givingUp(record, name) },
      { label: 'To go on', value: `/oob provision ${name} (it goes on where it stopped; its passwords are kept)` },
    ],
  };
}
