import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wordsOf } from '../../../src/messages/words-of.ts';
import { createSetupAuthority } from '../../lab/bare/set-up-server.ts';
import { openWorkshop } from '../../pki/openssl.ts';
import { makeAuthority } from '../../pki/testing.ts';
import { type LabProcess, startLab } from './lab-process.ts';
import { isEnd, outcomeOf, type Shown } from './person.ts';
import { polled } from './polled.ts';
import { createSite, type Site } from './site.ts';

/** A site with PCs as they left the factory. */
export interface BareSite {
  readonly site: Site;
  /** The bare PCs. */
  readonly depot: LabProcess;
  /** The provisioning certificate of the service. */
  readonly chain: { readonly certificates: string; readonly key: string };
  /** PEM of the authority that issues the certificates of PCs; null: there is none. */
  readonly authority: string | null;
  /** Takes all PCs that said hello into the inventory, as pc1, pc2 ... in the order of their addresses; resolves to their names. */
  accept(): Promise<readonly string[]>;
  /** Asks for it, and has the approver agree; resolves to the card while it runs. */
  provision(targets: string): Promise<Shown>;
  /** The end of a card. */
  endOf(card: Shown): Promise<Shown>;
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
  readonly chain?: Parameters<ReturnType<typeof createSetupAuthority>['chain']>[0];
}): Promise<BareSite> {
  const directory = await mkdtemp(join(tmpdir(), 'oob-bare-'));
  await chmod(directory, 0o711);
  const authority = createSetupAuthority();
  const { certificates, key } = authority.chain({ commonName: 'setup.depot.example', ...chain });
  const files = {
    root: join(directory, 'root.pem'),
    chain: join(directory, 'chain.pem'),
    key: join(directory, 'key.pem'),
  };
  await writeFile(files.root, authority.root);
  await writeFile(files.chain, certificates);
  await writeFile(files.key, key, { mode: 0o600 });
  const workshop = withAuthority ? await openWorkshop() : null;
  if (workshop) await makeAuthority(workshop);
  const own = workshop
    ? `  authority: { certificateFile: ${workshop.path('ca.pem')}, key: { file: ${workshop.path('ca.key')} } }\n`
    : '';
  const hello = { host: `${network}.254`, port: 9_971 };
  const site = await createSite({
    lab: ['--first-address', `${network}.1`, '--devices', '1', '--sites', 'madrid', '--transports', 'tls'],
    moreConfig: `provisioning:
  methods: [{ appliesTo: [all], method: out-of-band }]
  hello: { enabled: true, acknowledgedBy: administrator, listen: { host: ${hello.host}, port: ${hello.port} }${moreHello} }
pki:
  provisioning:
    depot: { certificateFile: ${JSON.stringify(files.chain)}, key: { file: ${JSON.stringify(files.key)} } }
${own}${moreConfig}`,
  });
  site.env.OOB_SECRET_KEY = randomBytes(32).toString('base64');
  const depot = await startLab(directory, [
    ...['--first-address', `${network}.11`, '--devices', String(devices), '--sites', 'depot', '--seed', 'depot'],
    ...['--bare', 'all', '--hello-server', `${hello.host}:${hello.port}`, '--hello-speed', '60'],
    ...['--hello-roots', files.root, '--persona', persona, ...lab],
  ]);

  async function rowsNow() {
    const { view } = await (await site.operator.say('hosts new')).end();
    return (view.table?.rows ?? []).map((row) => row.map(wordsOf));
  }

  return {
    site,
    depot,
    chain: { certificates, key },
    authority: workshop ? (await workshop.read('ca.pem')).toString() : null,
    async accept() {
      await polled(`${devices} hellos`, async () => (await rowsNow()).length >= devices);
      const last = ([, address = '']: readonly string[]) => Number(address.split('.')[3]);
      const rows = (await rowsNow()).toSorted((one, other) => last(one) - last(other));
      const names = rows.map((_row, index) => `pc${index + 1}`);
      for (const [index, [uuid]] of rows.entries())
        await (await site.administrator.say(`hosts accept ${uuid} --name ${names[index]} --site depot`)).end();
      return names;
    },
    async provision(targets) {
      const answers = await site.operator.say(`provision ${targets}`);
      const card = await answers.until((state) => outcomeOf(state) === 'waiting' || isEnd(state));
      if (outcomeOf(card) === 'waiting') await site.approver.press(card, 'Approve');
      return card;
    },
    endOf: (card) =>
      site.operator.until((state) => state.number === card.number && state.change >= card.change && isEnd(state)),
    async close() {
      await depot.stop();
      await site.close();
      await workshop?.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
