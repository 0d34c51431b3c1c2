import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEnd, AgentWish } from '../../../lab/agent/agent.ts';
import { type LabProcess, startLab } from './lab-process.ts';
import type { Shown } from './person.ts';
import { polled } from './polled.ts';
import { type ProvisioningTalk, provisioningTalk } from './provisioning-talk.ts';
import { createSetupPapers } from './setup-papers.ts';
import { createSite, type Site } from './site.ts';

/** A site whose PCs are provisioned by the agents on them. */
export interface AgentSite extends ProvisioningTalk {
  readonly site: Site;
  /** The PCs, in the inventory by name and UUID, as they left the factory. */
  readonly depot: LabProcess;
  /** The first state of a card from this one on that waits for the agent. */
  waits(card: Shown): Promise<Shown>;
  /** Runs the agent on a PC with the right key, and what else is wished. */
  agent(name: string, wish?: Partial<AgentWish>): Promise<AgentEnd>;
  /**
   * Runs it again and again while it comes too soon, for whoever worked with the agent before puts it away first. Resolves to its end.
   */
  served(name: string, wish?: Partial<AgentWish>): Promise<AgentEnd>;
  close(): Promise<void>;
}

/** Makes it; `network` is its own `127.A.B`: after `from` the first is a PC of the inventory, from the eleventh on those from the factory. */
export async function createAgentSite({
  network,
  from = 0,
  devices,
  persona = 'amt-15.0',
  inBand = '',
  lab = [],
  databaseUrl,
}: {
  readonly network: string;
  /** Default 0. */
  readonly from?: number;
  readonly devices: number;
  readonly persona?: string;
  /** More keys of provisioning.inBand, each with a comma before it. */
  readonly inBand?: string;
  readonly lab?: readonly string[];
  readonly databaseUrl?: string;
}): Promise<AgentSite> {
  const papers = await createSetupPapers(true);
  const site = await createSite({
    lab: ['--first-address', `${network}.${from + 1}`, '--devices', '1', '--sites', 'madrid', '--transports', 'tls'],
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    moreConfig: `provisioning:
  inBand: { enabled: true, key: { env: OOB_AGENT_KEY }${inBand} }
${papers.section}`,
  });
  const profile = randomBytes(12).toString('hex');
  site.env.OOB_SECRET_KEY = randomBytes(32).toString('base64');
  site.env.OOB_AGENT_KEY = profile;
  const depot = await startLab(papers.directory, [
    ...[
      '--first-address',
      `${network}.${from + 11}`,
      '--devices',
      String(devices),
      '--sites',
      'depot',
      '--seed',
      'agents',
    ],
    // Nobody hears them: they are found by their agents.
    ...['--bare', 'all', '--hello-server', `${network}.253:9`, '--hello-roots', papers.root],
    ...['--persona', persona, ...lab],
  ]);
  const rows = (await depot.devices()).map(
    ({ name, uuid }, index) => `${name.replace('host', 'pc')},${network}.${from + 11 + index},depot,lab,${uuid}`,
  );
  const inventory = join(papers.directory, 'pcs.csv');
  await writeFile(inventory, `name,address,site,credential,uuid\n${rows.join('\n')}\n`);
  const imported = await site.oob(['inventory', 'import', inventory, '--config', site.configFile]);
  const close = async () => {
    await depot.stop();
    await site.close();
    await papers.remove();
  };
  if (imported.code !== 0) {
    await close();
    throw new Error(imported.out);
  }
  const url = `ws://127.0.0.1:${site.publicPort}/agent`;

  const agent: AgentSite['agent'] = (name, wish = {}) =>
    depot.runAgent(name.replace('pc', 'host'), { url, profile, ...wish });
  return {
    site,
    depot,
    ...provisioningTalk(site),
    waits: (card) =>
      site.operator.until(
        (state) =>
          state.number === card.number &&
          state.change >= card.change &&
          JSON.stringify(state.view).includes('waits for the agent'),
      ),
    agent,
    served: (name, wish) =>
      polled('the agent is served', async () => {
        const end = await agent(name, wish);
        return (end.ok || !/through another agent/.test(end.text)) && end;
      }),
    close,
  };
}
