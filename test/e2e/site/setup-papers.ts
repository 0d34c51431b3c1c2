import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChainWish, createSetupAuthority } from '../../lab/bare/set-up-server.ts';
import { openWorkshop } from '../../pki/openssl.ts';
import { makeAuthority } from '../../pki/testing.ts';

/** Files that a service provisions PCs with. */
export interface SetupPapers {
  /** Where they are, and where there is room for others. */
  readonly directory: string;
  /** PEM file of the root that the PCs have to know. */
  readonly root: string;
  /** The provisioning certificate with its key, PEM. */
  readonly chain: { readonly certificates: string; readonly key: string };
  /** PEM of the authority that issues the certificates of PCs; null: there is none. */
  readonly authority: string | null;
  /** The section `pki` of the configuration. */
  readonly section: string;
  remove(): Promise<void>;
}

/** Makes them; the provisioning certificate is called depot, and `withAuthority` there is one for the certificates of PCs. */
export async function createSetupPapers(withAuthority: boolean, chainWish: ChainWish = {}): Promise<SetupPapers> {
  const directory = await mkdtemp(join(tmpdir(), 'oob-papers-'));
  await chmod(directory, 0o711);
  const setup = createSetupAuthority();
  const { certificates, key } = setup.chain({ commonName: 'setup.depot.example', ...chainWish });
  const path = (name: string) => join(directory, name);
  await writeFile(path('root.pem'), setup.root);
  await writeFile(path('chain.pem'), certificates);
  await writeFile(path('key.pem'), key, { mode: 0o600 });
  const workshop = withAuthority ? await openWorkshop() : null;
  if (workshop) await makeAuthority(workshop);
  const authority = workshop
    ? `  authority: { certificateFile: ${workshop.path('ca.pem')}, key: { file: ${workshop.path('ca.key')} } }\n`
    : '';
  return {
    directory,
    root: path('root.pem'),
    chain: { certificates, key },
    authority: workshop ? (await workshop.read('ca.pem')).toString() : null,
    section: `pki:
  provisioning:
    depot: { certificateFile: ${JSON.stringify(path('chain.pem'))}, key: { file: ${JSON.stringify(path('key.pem'))} } }
${authority}`,
    async remove() {
      await workshop?.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
