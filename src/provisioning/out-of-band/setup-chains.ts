import { X509Certificate } from 'node:crypto';
import { pkiReasons } from '../../messages/reasons/pki-reasons.ts';
import { judgeBundle, type ProvisioningCheck } from '../../pki/judge-provisioning.ts';
import type { ClientChain } from '../../ports/amt/setup-gateway.ts';
import type { ProvisioningBundle, RevocationFinding } from '../../ports/pki/provisioning.ts';
import { PkiError } from '../../ports/pki.ts';
import type { AvailableChain } from '../hello/choose-chain.ts';

/** A provisioning certificate of the configuration, read and judged. */
export type SetupChain =
  | { readonly ok: true; readonly available: AvailableChain; readonly client: ClientChain }
  /** `why`: one line each, with what to do. */
  | { readonly ok: false; readonly name: string; readonly why: readonly string[] };

/** One that PCs can be shown. */
export type UsableChain = Extract<SetupChain, { ok: true }>;

/** The provisioning certificates of the configuration. */
export interface SetupChains {
  /** All of them as they are now; what was read a minute ago counts as now. Never rejects. */
  all(): Promise<readonly SetupChain[]>;
}

/** The one of that name that PCs can be shown; null: there is none now. Never rejects. */
export async function chainNamed(chains: SetupChains, name: string | undefined): Promise<UsableChain | null> {
  const chain = (await chains.all()).find((each) => each.ok && each.available.name === name);
  return chain?.ok ? chain : null;
}

const freshMs = 60_000;

/** What is left to each PC: its own domain and roots are looked at when one is chosen for it. */
const anyPc = { dnsSuffix: null, rootHashes: null, amtMajor: null, hostBased: false } as const;

/** Makes them. `revocation` looks certificates up in the lists that they name. */
export function createSetupChains({
  sources,
  revocation,
  now,
}: {
  readonly sources: readonly { readonly name: string; readonly read: () => Promise<ProvisioningBundle> }[];
  readonly revocation: (chain: ProvisioningBundle['chain']) => Promise<readonly RevocationFinding[]>;
  readonly now: () => Date;
}): SetupChains {
  let held: { readonly atMs: number; readonly chains: Promise<readonly SetupChain[]> } | null = null;
  const load = async (name: string, read: () => Promise<ProvisioningBundle>): Promise<SetupChain> => {
    try {
      const bundle = await read();
      return judged(name, bundle, await revocation(bundle.chain), now());
    } catch (error) {
      if (!(error instanceof PkiError)) return { ok: false, name, why: [`${name}: it can not be read`] };
      const { what, mend } = pkiReasons[error.code];
      return { ok: false, name, why: [`${name}: ${what} ${mend}`, ...error.evidence] };
    }
  };
  return {
    all() {
      const atMs = now().getTime();
      if (!held || atMs - held.atMs > freshMs)
        held = { atMs, chains: Promise.all(sources.map(({ name, read }) => load(name, read))) };
      return held.chains;
    },
  };
}

function judged(
  name: string,
  bundle: ProvisioningBundle,
  findings: readonly RevocationFinding[],
  now: Date,
): SetupChain {
  const revoked = findings.some(({ status }) => status === 'revoked');
  const bad = judgeBundle(bundle, anyPc, findings, now).filter(
    // A list that is not to be had is said by `oob pki judge`; it keeps no PC from being set up, as the firmware asks for none.
    (check) => check.status === 'fail' && (check.name !== 'revocation' || revoked),
  );
  const { key, chain } = bundle;
  const [leaf] = chain;
  if (bad.length > 0 || !key || !leaf)
    return { ok: false, name, why: bad.length > 0 ? bad.map((check) => words(name, check)) : [`${name}: no key`] };
  const root = chain.at(-1) ?? leaf;
  const times = (of: 'notBefore' | 'notAfter') => chain.map((each) => each[of].getTime());
  return {
    ok: true,
    available: {
      name,
      rootHashes: (['sha1', 'sha256', 'sha384'] as const).map((kind) => ({ kind, hex: root.hashes[kind] })),
      commonName: leaf.commonNames[0] ?? '',
      validFrom: new Date(Math.max(...times('notBefore'))),
      validTo: new Date(Math.min(...times('notAfter'))),
    },
    client: {
      certificates: chain.map(({ der }) => new X509Certificate(der).toString()).join(''),
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  };
}

const words = (name: string, { name: rule, evidence, mend }: ProvisioningCheck): string =>
  [`${name}: ${rule}`, ...evidence, mend ?? ''].filter((part) => part !== '').join('; ');
