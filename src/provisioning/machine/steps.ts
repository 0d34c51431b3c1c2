import { commit, remoteActivation } from './activation-steps.ts';
import { configureSteps } from './configure-steps.ts';
import { reachSteps } from './reach-steps.ts';
import { secureSteps } from './secure-steps.ts';
import type { SetupStep } from './setup-step.ts';
import { verifySteps } from './verify-steps.ts';

/** All steps of a PC after this activation, in their order; `ownCommit` where it commits in a way of its own. */
export const stepsAfter = (activation: readonly SetupStep[], ownCommit = commit): readonly SetupStep[] => [
  ...activation,
  ...secureSteps,
  ownCommit,
  ...reachSteps,
  ...configureSteps,
  ...verifySteps,
];

/** The steps of setting a PC up over the network. */
export const remoteSetup: readonly SetupStep[] = stepsAfter(remoteActivation);
