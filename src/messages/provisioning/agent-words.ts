/**
 * What agents are told, which rpc-go writes to the screen of the PC. `name` is that of the PC, or its UUID. Nothing here says more to
 * somebody without the key than that it is wrong.
 */
export const agentWords = {
  refused: {
    key: () => 'The key behind --profile is not the one of this service.',
    unknown: (uuid: string) =>
      `No PC of the inventory has the UUID ${uuid}. Have it added, then ask in chat: /oob provision NAME`,
    shared: (uuid: string) => `Several PCs of the inventory have the UUID ${uuid}. Have that corrected first.`,
    unasked: (name: string) =>
      `Nobody has asked for ${name} to be provisioned. Ask in chat: /oob provision ${name} --mode in-band`,
    busy: (name: string) =>
      `${name} is being provisioned at this moment, through another agent. Try again in a minute.`,
    done: (name: string) => `${name} is provisioned already. To begin anew ask in chat: /oob unprovision ${name}`,
    localTls: (uuid: string) =>
      `AMT of this PC (${uuid}) takes TLS only on its local port, from AMT 19 on, which this service does not speak with agents. Provision it out of band.`,
  },
  provisioned: (name: string) => `${name} is provisioned.`,
  takenOver: (name: string) => `The provisioning of ${name} was taken over. Start this agent again in a minute.`,
  stopped: (name: string, why: string) =>
    `The provisioning of ${name} has stopped: ${why} Its card in chat says what to do.`,
  stopping: 'The service is stopping. Start this agent again in a minute.',
  broken: 'The service could not do this. Its log says why.',
} as const;

/**
 * What is typed on a PC: device-management-toolkit/rpc-go, internal/commands/activate. `isSetUp`: AMT has a password by now, and the agent
 * comes no sooner than it was told one; which does not matter, for it is not used.
 */
export function agentCommand(url: string, isSetUp: boolean): string {
  return `rpc activate -u ${url} --profile KEY${isSetUp ? ' --password any' : ''} (as administrator; KEY is that of provisioning.inBand)`;
}
