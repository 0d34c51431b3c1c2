import { type ChecklistStep, found } from '../../step.ts';

/** Step 10. */
export const networkAccess: ChecklistStep = {
  id: 'oob.dot1x',
  title: 'Configure 802.1X on wired and wireless networks',
  shortTitle: '802.1X',
  optionality: 'conditional',
  appliesTo: 'sites whose network wants 802.1X',
  dependsOn: ['oob.provcfg', 'oob.pki'],
  actors: 'those who run the network',
  recheckHours: 24,
  verify: async () => [found.notApplicable('network profile', 'no profile describes an 802.1X network')],
};
