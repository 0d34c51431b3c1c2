import { commit, remoteActivation } from './activation-steps.ts';
import { configureSteps } from './configure-steps.ts';
import { reachSteps } from './reach-steps.ts';
import { secureSteps } from './secure-steps.ts';
import type { SetupStep } from './setup-step.ts';
import { verifySteps } from './verify-steps.ts';

/** All steps of a PC after this activation, in their order. */
export const stepsAfter = (activation: readonly SetupStep[]): readonly SetupStep[] => [
  ...activation,
  ...secureSteps,
  commit,
  ...reachSteps,
  ...configureSteps,
  ...verifySteps,
];

/** The steps of setting a PC up over the network. */
export const remoteSetup: readonly SetupStep[] = stepsAfter(remoteActivation);
