import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { SecretSources } from '../../config/secrets/resolve-secret.ts';
import { PkiError } from '../../ports/pki.ts';
import type { SecretStore } from '../../ports/store/secret-store.ts';
import type { Store } from '../../ports/store/store.ts';
import { noteInTrail } from '../note-in-trail.ts';
import type { ConfigOption } from '../program.ts';
import type { PkiOffice, PkiOutput } from './pki.ts';
import type { PkiActions } from './pki-program.ts';

/** What the command line hands to the `pki` commands. */
export interface PkiSurroundings extends PkiOutput {
  readonly load: (options: ConfigOption) => Promise<Config>;
  readonly sourcesOf: (config: Config) => Promise<SecretSources>;
  readonly openSecrets: (config: Config) => Promise<SecretStore>;
  /** Opens the store, beside a running service too, and closes it afterwards. */
  readonly withStore: (config: Config, work: (store: Store) => Promise<number>) => Promise<number>;
  /** Reads one secret from standard input. */
  readonly readPassword: () => Promise<string>;
}

const largestBytes = 1_048_576;
const defaultFetchSeconds = 10;

/** What `oob pki` does. */
export function createPkiActions(surroundings: PkiSurroundings): PkiActions {
  const { load, sourcesOf, openSecrets, withStore, readPassword } = surroundings;
  const withOffice = async (options: ConfigOption, work: (open: () => Promise<PkiOffice>) => Promise<number>) => {
    const config = await load(options);
    return withStore(config, async (store) => {
      const { openCertificates } = await import('../../composition/certificates.ts');
      return work(async () => {
        const office = await openCertificates(config, await sourcesOf(config), store);
        if (!office) throw new PkiError('pki_not_configured');
        return { ...office, store: store.certificates, note: noteInTrail(store, 'certificate_revoked') };
      });
    });
  };
  return {
    async judge(file, { suffix, rootHash, amt, hostBased, lookUp, password, json, ...options }) {
      const [{ runPkiJudge }, { openProvisioning, openProvisioningReader }] = await Promise.all([
        import('./pki.ts'),
        import('../../composition/certificates.ts'),
      ]);
      const target = {
        dnsSuffix: suffix ?? null,
        rootHashes: rootHash.length > 0 ? rootHash : null,
        amtMajor: amt ?? null,
        hostBased,
      };
      if (file !== undefined) {
        const certificates = await openProvisioningReader(defaultFetchSeconds);
        const read = async () => {
          const bytes = await readBounded(resolve(file));
          return certificates.read(bytes, password ? await readPassword() : '');
        };
        return runPkiJudge(
          [{ name: file, read }],
          { target, certificates, lookUp, json, now: new Date() },
          surroundings,
        );
      }
      const config = await load(options);
      const subjects = openProvisioning(config, await sourcesOf(config));
      const certificates = await openProvisioningReader(config.pki.fetchSeconds);
      return runPkiJudge(subjects, { target, certificates, lookUp, json, now: new Date() }, surroundings);
    },
    async request({ cn, out, organization, unit, bits, key, ...options }) {
      const [{ runPkiRequest }, { makeProvisioningRequest }] = await Promise.all([
        import('./pki.ts'),
        import('../../composition/certificates.ts'),
      ]);
      const secrets = await openSecrets(await load(options));
      const make = () =>
        makeProvisioningRequest({ commonName: cn, organization: organization ?? null, withUnit: unit, bits });
      return runPkiRequest({ commonName: cn, file: resolve(out), keyName: key }, secrets, make, surroundings);
    },
    async authority(options) {
      const { runPkiAuthority } = await import('./pki.ts');
      return withOffice(options, (open) => runPkiAuthority(open, surroundings));
    },
    async list({ limit, json, ...options }) {
      const { runPkiList } = await import('./pki.ts');
      return withStore(await load(options), (store) => runPkiList(store.certificates, { limit, json }, surroundings));
    },
    async revoke(serial, { reason, ...options }) {
      const { runPkiRevoke } = await import('./pki.ts');
      return withOffice(options, (open) => runPkiRevoke(open, { serial, reason }, surroundings));
    },
    async publish({ out, ...options }) {
      const { runPkiPublish } = await import('./pki.ts');
      return withOffice(options, (open) => runPkiPublish(open, out === undefined ? null : resolve(out), surroundings));
    },
  };
}

async function readBounded(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > largestBytes) throw new PkiError('pki_too_large', [`${size} bytes`]);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof PkiError) throw cause;
    throw new PkiError('pki_file_unreadable', [file], { cause });
  }
}
