import { createAmtGateway } from '../../adapters/amt/index.ts';
import type { Config } from '../config/schema.ts';
import { resolveSecret } from '../config/secrets/resolve-secret.ts';
import { agentCommand } from '../messages/provisioning/agent-words.ts';
import type { HttpUpgrades } from '../ports/http.ts';
import type { CredentialSource } from '../ports/secrets.ts';
import type { Store } from '../ports/store/store.ts';
import { createAgentDesk } from '../provisioning/in-band/agent-desk.ts';
import { createInBandSetup } from '../provisioning/in-band/await-agent.ts';
import type { MachineDeps } from '../provisioning/machine/machine-deps.ts';
import type { SetupChains } from '../provisioning/out-of-band/setup-chains.ts';
import type { InBandSetup } from '../provisioning/provisioner.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * An agent gives AMT three to four seconds for a reply (device-management-toolkit/rpc-go, pkg/utils/constants.go) and says nothing when
 * there was none: then a read is sent again.
 */
const timeouts = { firstReplyTimeoutMs: 8_000, replyTimeoutMs: 15_000, wakeWindowMs: 40_000 };
const keyShape = /^[A-Za-z0-9._-]{16,128}$/;

/** How runs wait for the agents of their PCs; null where agents are not received. `needsChain`: for admin control mode. */
export function inBandOf(
  { provisioning, service }: Config,
  { provisionings }: Pick<Store, 'provisionings'>,
): { readonly setUp: InBandSetup; readonly needsChain: boolean } | null {
  const { enabled, path, waitMinutes, controlMode } = provisioning.inBand;
  if (!enabled) return null;
  const { host = 'ADDRESS-OF-THIS-SERVICE', pathname = '/' } = service.publicUrl ? new URL(service.publicUrl) : {};
  const url = `wss://${host}${pathname.replace(/\/$/, '')}${path}`;
  const command = (isSetUp: boolean) => agentCommand(url, isSetUp);
  const setUp = createInBandSetup({ provisionings, clock, waitMinutes, wanted: controlMode, command });
  return { setUp, needsChain: controlMode === 'admin' };
}

/** Receives agents of PCs on the public HTTP server, where that is enabled. Off by default. Rejects when their key is not to be had. */
export async function receiveAgents(
  { config, secrets, logger }: Surroundings,
  {
    store,
    credentials,
    upgrades,
    machine,
    chains,
  }: {
    readonly store: Store;
    readonly credentials: CredentialSource;
    readonly upgrades: HttpUpgrades;
    readonly machine: MachineDeps;
    readonly chains: SetupChains;
  },
  undo: (() => Promise<void>)[],
): Promise<void> {
  const { enabled, key: ref, path, controlMode } = config.provisioning.inBand;
  if (!enabled || ref === undefined) return;
  const key = await resolveSecret(ref, secrets);
  if (!keyShape.test(key))
    throw new Error('The key of provisioning.inBand needs 16 to 128 letters, digits, -, _ and dots.');
  const stopping = new AbortController();
  const desk = createAgentDesk({
    machine,
    inventory: store.inventory,
    credentials,
    gatewayThrough: (agent, accounts) =>
      createAmtGateway({ credentials: accounts, ca: null, clock, logger, timeouts, connect: () => agent.connect() }),
    chains,
    wanted: controlMode,
    key,
    stopping: stopping.signal,
  });
  const { createAgentEntrance } = await import('../../adapters/agent/index.ts');
  const entrance = createAgentEntrance({ upgrades, path, desk, clock, logger });
  undo.push(() => {
    stopping.abort(new Error('the service is stopping'));
    return entrance.close();
  });
  logger.info({ path, controlMode }, 'agents of PCs are received');
}
