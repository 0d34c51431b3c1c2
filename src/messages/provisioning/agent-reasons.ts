/** Why a provisioning through the agent on the PC stopped. Part of the one registry in reasons.ts. */
export const agentReasons = {
  agent_absent: {
    kind: 'failed',
    what: 'The agent on the PC has not come.',
    mend: 'Ask again, then run the command of the evidence on the PC (by hand, or by whatever distributes software). Where it ends at once without AMT, install the Intel MEI driver and LMS there, or a newer agent.',
    operator:
      'The PC has to reach the address of the command by HTTPS; the agent writes to its screen why it was sent away, the log of this service counts those.',
  },
  agent_gone: {
    kind: 'failed',
    what: 'The agent on the PC went away in the middle.',
    mend: 'Start it again: it goes on where it stopped. A PC that has its password by now wants `--password` with any text.',
  },
  control_mode_not_allowed: {
    kind: 'failed',
    what: 'The firmware of the PC does not allow admin control mode.',
    mend: 'Allow it in MEBx, or have provisioning.inBand.controlMode set to client.',
  },
  provisioning_no_authority: {
    kind: 'failed',
    what: 'No certification authority of our own is configured, so a PC that is provisioned in band or with a pre-shared key would be reached without TLS.',
    mend: 'Have pki.authority configured (`oob pki` makes one), or provision the PC out of band with certificates.',
  },
} as const;
