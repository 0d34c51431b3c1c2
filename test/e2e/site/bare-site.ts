import { randomBytes } from 'node:crypto';
import { wordsOf } from '../../../src/messages/words-of.ts';
import type { ChainWish } from '../../lab/bare/set-up-server.ts';
import { type LabProcess, startLab } from './lab-process.ts';
import { polled } from './polled.ts';
import { type ProvisioningTalk, provisioningTalk } from './provisioning-talk.ts';
import { createSetupPapers, type SetupPapers } from './setup-papers.ts';
import { createSite, type Site } from './site.ts';

/** A site with PCs as they left the factory. */
export interface BareSite extends ProvisioningTalk, Pick<SetupPapers, 'chain' | 'authority'> {
  readonly site: Site;
  /** The bare PCs. */
  readonly depot: LabProcess;
  /** Takes all PCs that said hello into the inventory, as pc1, pc2 ... in the order of their addresses; resolves to their names. */
  accept(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Makes it: service configured for provisioning out of band with a provisioning certificate whose root the PCs know, and not started.
 * `network` is its own `127.A.B`: .1 a PC of the inventory, .254 the listener, from .11 on the bare ones.
 */
export async function createBareSite({
  network,
  devices,
  persona = 'mixed',
  lab = [],
  moreConfig = '',
  moreHello = '',
  chain,
  withAuthority = false,
}: {
  readonly network: string;
  readonly devices: number;
  readonly persona?: string;
  readonly lab?: readonly string[];
  readonly moreConfig?: string;
  /** More keys of provisioning.hello, each with a comma before it. */
  readonly moreHello?: string;
  /** A certification authority of its own, which issues the certificates of PCs. */
  readonly withAuthority?: boolean;
  readonly chain?: ChainWish;
}): Promise<BareSite> {
  const papers = await createSetupPapers(withAuthority, chain);
  const hello = { host: `${network}.254`, port: 9_971 };
  const site = await createSite({
    lab: ['--first-address', `${network}.1`, '--devices', '1', '--sites', 'madrid', '--transports', 'tls'],
    moreConfig: `provisioning:
  methods: [{ appliesTo: [all], method: out-of-band }]
  hello: { enabled: true, acknowledgedBy: administrator, listen: { host: ${hello.host}, port: ${hello.port} }${moreHello} }
${papers.section}${moreConfig}`,
  });
  site.env.OOB_SECRET_KEY = randomBytes(32).toString('base64');
  const depot = await startLab(papers.directory, [
    ...['--first-address', `${network}.11`, '--devices', String(devices), '--sites', 'depot', '--seed', 'depot'],
    ...['--bare', 'all', '--hello-server', `${hello.host}:${hello.port}`, '--hello-speed', '60'],
    ...['--hello-roots', papers.root, '--persona', persona, ...lab],
  ]);

  async function rowsNow() {
    const { view } = await (await site.operator.say('hosts new')).end();
    return (view.table?.rows ?? []).map((row) => row.map(wordsOf));
  }

  return {
    site,
    depot,
    chain: papers.chain,
    authority: papers.authority,
    ...provisioningTalk(site),
    async accept() {
      await polled(`${devices} hellos`, async () => (await rowsNow()).length >= devices);
      const last = ([, address = '']: readonly string[]) => Number(address.split('.')[3]);
      const rows = (await rowsNow()).toSorted((one, other) => last(one) - last(other));
      const names = rows.map((_row, index) => `pc${index + 1}`);
      for (const [index, [uuid]] of rows.entries())
        await (await site.administrator.say(`hosts accept ${uuid} --name ${names[index]} --site depot`)).end();
      return names;
    },
    async close() {
      await depot.stop();
      await site.close();
      await papers.remove();
    },
  };
}
