/** A public server with the entrance for agents, and PCs of the lab from the factory. */
import { createAgentEntrance } from '../../adapters/agent/index.ts';
import type { AgentTimeouts } from '../../adapters/agent/visit.ts';
import { type AmtTimeouts, createAmtGateway } from '../../adapters/amt/index.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../lab/fleet.ts';
import { createPublicServer } from '../../src/http/public-http.ts';
import type { AmtSession } from '../../src/ports/amt.ts';
import type { Agent, AgentFarewell } from '../../src/ports/provisioning/agents.ts';
import { endpointAt, realClock } from '../amt/conversation.ts';
import { recordingLogger } from '../store/testing.ts';

export const host = '127.24.186.254';

export interface Entrance {
  /** Of the websocket. */
  readonly url: string;
  readonly logger: ReturnType<typeof recordingLogger>;
  close(): Promise<void>;
}

export async function openEntrance(
  receive: (agent: Agent) => Promise<AgentFarewell>,
  more: { readonly timeouts?: Partial<AgentTimeouts>; readonly connections?: number } = {},
): Promise<Entrance> {
  const server = createPublicServer({ ready: async () => {} });
  const logger = recordingLogger();
  const entrance = createAgentEntrance({
    upgrades: server.upgrades,
    path: '/agent',
    desk: { receive },
    clock: realClock,
    logger,
    ...more,
  });
  const port = await server.listen(host, 0);
  return {
    url: `ws://${host}:${port}/agent`,
    logger,
    async close() {
      await entrance.close();
      await server.close();
    },
  };
}

/** A gateway that speaks with AMT through the agent: as the local account, or as the administrator with this password. */
export function throughAgent(agent: Agent, administrator = '', timeouts: Partial<AmtTimeouts> = {}) {
  const accounts = new Map([
    ['local', agent.localAccount],
    ['administrator', { user: 'admin', password: administrator }],
  ]);
  const gateway = createAmtGateway({
    credentials: async (name) => accounts.get(name) ?? null,
    ca: null,
    clock: realClock,
    timeouts: { wakePauseMs: 5, wakeWindowMs: 500, ...timeouts },
    connect: () => agent.connect(),
  });
  return {
    as: <T>(credential: 'local' | 'administrator', work: (session: AmtSession) => Promise<T>) =>
      gateway.withDevice(endpointAt('host1.lab.example', { credential }), work, agent.gone),
    close: () => gateway.close(),
  };
}

/** PCs that nobody has set up; they say hello to nobody. */
export async function factoryFleet(
  firstAddress: string,
  more: FleetOptions & { roots?: readonly Uint8Array[] } = {},
): Promise<Fleet> {
  const { roots = [], ...options } = more;
  const fleet = await createFleet({
    firstAddress,
    bare: { hosts: 'all', server: { host: '127.24.186.253', port: 9 }, helloSpeed: 0.001, roots },
    ...options,
  });
  await fleet.start();
  return fleet;
}
