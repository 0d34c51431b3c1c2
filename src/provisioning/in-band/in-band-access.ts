import { type AmtEndpoint, AmtError, type AmtGateway } from '../../ports/amt.ts';
import type { Agent } from '../../ports/provisioning/agents.ts';
import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import type { SetupAccess } from '../machine/setup-step.ts';

/** What the way through an agent needs. */
export interface InBandAccessDeps {
  readonly secrets: Pick<DeviceSecretStore, 'proposed' | 'inForce'>;
  /** Of the configuration: how PCs that somebody has set up before are logged on to. */
  readonly credentials: CredentialSource;
  /** Conversations with AMT through this agent, with these accounts. Closed by who asked for it. */
  readonly gatewayThrough: (agent: Agent, credentials: CredentialSource) => AmtGateway;
}

const local = 'local system account';
const before = 'administrator from before';
const own = 'own administrator';

/**
 * The way to a PC through the agent on it. As `factory` it is the account that AMT lets in by its local interface until it is set up;
 * on a PC in client control mode, whose agent has none any more, the administrator from before: ours, or the one that the inventory names.
 */
export function createInBandAccess(
  agent: Agent,
  device: Device,
  { secrets, credentials, gatewayThrough }: InBandAccessDeps,
): SetupAccess & { close(): Promise<void> } {
  const gateway = gatewayThrough(agent, async (name) => {
    if (name === local) return agent.localAccount;
    const proposed = name === own ? await secrets.proposed(device.id, 'administrator') : null;
    const secret = proposed ?? (await secrets.inForce(device.id, 'administrator'));
    if (secret) return { user: secret.user, password: secret.password };
    return name === before ? credentials(device.credential) : null;
  });
  const endpoint: AmtEndpoint = {
    deviceId: device.id,
    name: device.name,
    host: device.fqdn ?? device.name,
    fqdn: null,
    port: null,
    tls: 'none',
    certificateFingerprint: null,
    credential: own,
  };
  return {
    async as(account, _facts, work, signal) {
      const first = agent.localAccount ? local : before;
      const credential = account === 'factory' ? first : own;
      try {
        return await gateway.withDevice({ ...endpoint, credential }, work, AbortSignal.any([signal, agent.gone]));
      } catch (error) {
        if (!agent.gone.aborted || signal.aborted) throw error;
        const acted = error instanceof AmtError && error.mayHaveActed;
        throw new ProvisioningError('agent_gone', acted ? ['a request that changes the PC was under way'] : [], {
          cause: error,
        });
      }
    },
    close: () => gateway.close(),
  };
}
