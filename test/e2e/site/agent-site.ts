import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentEnd, AgentWish } from '../../../lab/agent/agent.ts';
import { createSetupAuthority } from '../../lab/bare/set-up-server.ts';
import { openWorkshop } from '../../pki/openssl.ts';
import { makeAuthority } from '../../pki/testing.ts';
import { type LabProcess, startLab } from './lab-process.ts';
import { isEnd, outcomeOf, type Shown } from './person.ts';
import { createSite, type Site } from './site.ts';

/** A site whose PCs are provisioned by the agents on them. */
export interface AgentSite {
  readonly site: Site;
  /** The PCs, in the inventory by name and UUID, as they left the factory. */
  readonly depot: LabProcess;
  /** Asks for it, and has the approver agree; resolves to the card while it runs. */
  provision(targets: string): Promise<Shown>;
  /** The end of a card. */
  endOf(card: Shown): Promise<Shown>;
  /** The first state of a card from this one on that waits for the agent. */
  waits(card: Shown): Promise<Shown>;
  /** Runs the agent on a PC with the right key, and what else is wished. */
  agent(name: string, wish?: Partial<AgentWish>): Promise<AgentEnd>;
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
  const directory = await mkdtemp(join(tmpdir(), 'oob-agents-'));
  await chmod(directory, 0o711);
  const authority = createSetupAuthority();
  const { certificates, key } = authority.chain({ commonName: 'setup.depot.example' });
  const path = (name: string) => join(directory, name);
  await writeFile(path('root.pem'), authority.root);
  await writeFile(path('chain.pem'), certificates);
  await writeFile(path('key.pem'), key, { mode: 0o600 });
  const workshop = await openWorkshop();
  await makeAuthority(workshop);
  const site = await createSite({
    lab: ['--first-address', `${network}.${from + 1}`, '--devices', '1', '--sites', 'madrid', '--transports', 'tls'],
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    moreConfig: `provisioning:
  inBand: { enabled: true, key: { env: OOB_AGENT_KEY }${inBand} }
pki:
  provisioning:
    depot: { certificateFile: ${JSON.stringify(path('chain.pem'))}, key: { file: ${JSON.stringify(path('key.pem'))} } }
  authority: { certificateFile: ${workshop.path('ca.pem')}, key: { file: ${workshop.path('ca.key')} } }
`,
  });
  const profile = randomBytes(12).toString('hex');
  site.env.OOB_SECRET_KEY = randomBytes(32).toString('base64');
  site.env.OOB_AGENT_KEY = profile;
  const depot = await startLab(directory, [
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
    ...['--bare', 'all', '--hello-server', `${network}.253:9`, '--hello-roots', path('root.pem')],
    ...['--persona', persona, ...lab],
  ]);
  const rows = (await depot.devices()).map(
    ({ name, uuid }, index) => `${name.replace('host', 'pc')},${network}.${from + 11 + index},depot,lab,${uuid}`,
  );
  await writeFile(path('pcs.csv'), `name,address,site,credential,uuid\n${rows.join('\n')}\n`);
  const imported = await site.oob(['inventory', 'import', path('pcs.csv'), '--config', site.configFile]);
  const close = async () => {
    await depot.stop();
    await site.close();
    await workshop.remove();
    await rm(directory, { recursive: true, force: true });
  };
  if (imported.code !== 0) {
    await close();
    throw new Error(imported.out);
  }
  const url = `ws://127.0.0.1:${site.publicPort}/agent`;

  return {
    site,
    depot,
    async provision(targets) {
      const answers = await site.operator.say(`provision ${targets}`);
      const card = await answers.until((state) => outcomeOf(state) === 'waiting' || isEnd(state));
      if (outcomeOf(card) === 'waiting') await site.approver.press(card, 'Approve');
      return card;
    },
    endOf: (card) =>
      site.operator.until((state) => state.number === card.number && state.change >= card.change && isEnd(state)),
    waits: (card) =>
      site.operator.until(
        (state) =>
          state.number === card.number &&
          state.change >= card.change &&
          JSON.stringify(state.view).includes('waits for the agent'),
      ),
    agent: (name, wish = {}) => depot.runAgent(name.replace('pc', 'host'), { url, profile, ...wish }),
    close,
  };
}
