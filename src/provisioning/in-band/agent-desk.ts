import { createHash, timingSafeEqual } from 'node:crypto';
import { agentWords } from '../../messages/provisioning/agent-words.ts';
import { reasonFor } from '../../messages/reasons/reasons.ts';
import type { Agent, AgentDesk, AgentFacts, AgentFarewell } from '../../ports/provisioning/agents.ts';
import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import { advance } from '../machine/advance.ts';
import type { MachineDeps } from '../machine/machine-deps.ts';
import type { SetupChains } from '../out-of-band/setup-chains.ts';
import { hasLostAgent } from './await-agent.ts';
import { createInBandAccess, type InBandAccessDeps } from './in-band-access.ts';
import { inBandSetup, type WantedMode } from './in-band-steps.ts';

/** What the desk needs. */
export interface AgentDeskDeps extends Omit<InBandAccessDeps, 'secrets'> {
  readonly machine: MachineDeps;
  readonly inventory: Pick<InventoryStore, 'withUuid'>;
  readonly chains: SetupChains;
  readonly wanted: WantedMode;
  /** What agents have to be started with. Secret. */
  readonly key: string;
  /** The service stops. */
  readonly stopping: AbortSignal;
}

/** Why an agent is sent away. */
type Turned = keyof typeof agentWords.refused;

/** Agents that are sent away are logged once in that time, with their number: anybody can send them. */
const logEveryMs = 60_000;

/**
 * Judges agents, and sets their PCs up. Deny by default: the right key, one PC of the inventory with the UUID, and a record that waits
 * for an agent because somebody asked for it and others agreed. Whoever is sent away is told what to ask for.
 */
export function createAgentDesk(deps: AgentDeskDeps): AgentDesk {
  const { machine, inventory, stopping } = deps;
  const { provisionings, clock, logger, trail } = machine;
  const turned = new Map<Turned, number>();
  let loggedAtMs = Number.NEGATIVE_INFINITY;

  function turnAway(why: Turned, { uuid, address }: AgentFacts, name: string | null = null): AgentFarewell {
    turned.set(why, (turned.get(why) ?? 0) + 1);
    const nowMs = clock.now().getTime();
    if (nowMs - loggedAtMs >= logEveryMs) {
      loggedAtMs = nowMs;
      logger.warn({ turned: Object.fromEntries(turned), last: { why, uuid, address } }, 'agents were turned away');
      turned.clear();
    }
    return { ok: false, text: agentWords.refused[why](name ?? uuid) };
  }

  async function receive(agent: Agent): Promise<AgentFarewell> {
    const { facts, key } = agent;
    if (!isSame(key, deps.key)) return turnAway('key', facts);
    if (facts.localTls) return turnAway('localTls', facts);
    const [device, ...others] = await inventory.withUuid(facts.uuid);
    if (!device) return turnAway('unknown', facts);
    if (others.length > 0) return turnAway('shared', facts);
    const waiting = await provisionings.get(device.id);
    // Where the one before has just gone, it is being put away: the next is waited for then.
    if (waiting?.mode === 'in-band' && (waiting.state === 'under-way' || hasLostAgent(waiting)))
      return turnAway('busy', facts, device.name);
    if (waiting?.mode !== 'in-band' || waiting.state !== 'awaiting-agent')
      return turnAway(waiting?.state === 'provisioned' ? 'done' : 'unasked', facts, device.name);
    const { address, agentVersion, amtVersion } = facts;
    const to = { state: 'under-way' as const, facts: { agentAddress: address, agentVersion, amtVersion } };
    const claimed = await provisionings.change(device.id, waiting.version, to, clock.now());
    if (!claimed) return turnAway('busy', facts, device.name);
    const data = { deviceId: device.id, device: device.name, uuid: facts.uuid, address, agentVersion };
    await trail.append([
      { at: clock.now(), kind: 'agent_received', actor: 'service', requestId: claimed.requestId, data },
    ]);
    return setUp(agent, device, claimed);
  }

  async function setUp(agent: Agent, device: Device, claimed: Provisioning): Promise<AgentFarewell> {
    const access = createInBandAccess(agent, device, { ...deps, secrets: machine.secrets });
    try {
      const steps = inBandSetup({ agent, wanted: deps.wanted, chains: deps.chains });
      const end = await advance(claimed, device, access, steps, machine, stopping);
      if (end.state === 'provisioned') return { ok: true, text: agentWords.provisioned(device.name) };
      if (end.state !== 'stopped') return { ok: false, text: agentWords.takenOver(device.name) };
      // Whoever waits for it waits on: it goes on when the agent comes again.
      if (hasLostAgent(end))
        await provisionings.change(device.id, end.version, { state: 'awaiting-agent', failure: null }, clock.now());
      return { ok: false, text: agentWords.stopped(device.name, reasonFor(end.failure?.code ?? '').what) };
    } finally {
      await access.close();
    }
  }

  return {
    async receive(agent) {
      try {
        return await receive(agent);
      } catch (error) {
        const { uuid, address } = agent.facts;
        if (!stopping.aborted) logger.error({ error, uuid, address }, 'an agent could not be served');
        return { ok: false, text: stopping.aborted ? agentWords.stopping : agentWords.broken };
      }
    },
  };
}

/** Compared by their hashes: how long it takes tells nothing of the key. */
function isSame(one: string, other: string): boolean {
  const hashed = (text: string) => createHash('sha256').update(text).digest();
  return other !== '' && timingSafeEqual(hashed(one), hashed(other));
}
