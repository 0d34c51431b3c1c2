import {
  type Provisioning,
  type ProvisioningStep,
  provisioningSteps,
} from '../../ports/provisioning/provisioning-store.ts';

/** Stages that people are shown, in their order. Before the first one stands the preflight, which leaves no record. */
export const provisioningStages = ['activate', 'secure', 'configure', 'verify', 'record'] as const;

/** One of `provisioningStages`. */
export type ProvisioningStage = (typeof provisioningStages)[number];

/** The stage that each step belongs to. */
export const stageOf: Readonly<Record<ProvisioningStep, ProvisioningStage>> = {
  meet: 'activate',
  'keep-secrets': 'activate',
  'set-clock': 'activate',
  'set-mebx-password': 'activate',
  'set-administrator': 'activate',
  'set-up-client': 'activate',
  'set-up-admin': 'activate',
  'directory-object': 'secure',
  certificate: 'secure',
  tls: 'secure',
  kerberos: 'secure',
  commit: 'secure',
  reach: 'secure',
  'activate-certificate': 'secure',
  settings: 'configure',
  accounts: 'configure',
  'audit-policy': 'configure',
  'network-access': 'configure',
  verify: 'verify',
  record: 'record',
};

/** Steps of one mode alone. */
const onlyIn: Readonly<Record<Provisioning['mode'], readonly ProvisioningStep[]>> = {
  remote: ['meet', 'set-administrator'],
  'in-band': ['set-up-client', 'set-up-admin'],
};

/** Set up from the inside, a PC has an administrator before anything else is done to it. */
const inBandFirst: readonly ProvisioningStep[] = ['keep-secrets', ...onlyIn['in-band']];

/**
 * The steps of a mode, in their order. Of `set-up-client` and `set-up-admin` a PC goes through one: where one is among those
 * `begun` the other is left out. Pure.
 */
export function stepsOf(
  mode: Provisioning['mode'],
  begun: readonly ProvisioningStep[] = [],
): readonly ProvisioningStep[] {
  if (mode === 'remote') return provisioningSteps.filter((step) => !onlyIn['in-band'].includes(step));
  const later = provisioningSteps.filter((step) => !onlyIn.remote.includes(step) && !inBandFirst.includes(step));
  return [...inBandFirst, ...later].filter((step) => !isAlternative(step, begun));
}

/** The stage that a provisioning is in; null once all of them are over. Pure. */
export function stageNow({ mode, done, state, attempt, failure }: Provisioning): ProvisioningStage | null {
  if (state === 'provisioned') return null;
  const at = failure?.step ?? attempt?.step;
  if (at) return stageOf[at];
  const next = stepsOf(mode, done).find((step) => !done.includes(step));
  return next ? stageOf[next] : 'record';
}

/** The set-up that a PC does not go through because it went through the other one. */
const isAlternative = (step: ProvisioningStep, done: readonly ProvisioningStep[]): boolean =>
  (step === 'set-up-client' && done.includes('set-up-admin')) ||
  (step === 'set-up-admin' && done.includes('set-up-client'));
