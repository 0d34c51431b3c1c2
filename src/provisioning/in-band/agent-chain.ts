import { createPrivateKey, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { SetupProof } from '../../ports/amt/setup.ts';
import type { RootHashKind } from '../../ports/hello/hello.ts';
import type { AgentFacts } from '../../ports/provisioning/agents.ts';
import { setupChainFor } from '../out-of-band/setup-chain-for.ts';
import type { SetupChains, UsableChain } from '../out-of-band/setup-chains.ts';

/** A provisioning certificate as the firmware takes it from the inside. */
export interface AgentChain {
  /** By which the configuration knows it. */
  readonly name: string;
  /** DER, leaf first, root last. */
  readonly certificates: readonly Uint8Array[];
  /** Signs the firmware's nonce, and one of our own behind it. */
  prove(firmwareNonce: Uint8Array): SetupProof;
}

/** By the digits of their hex form. */
const kindOfLength = new Map<number, RootHashKind>([
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
]);

/** IPS_HostBasedSetupService, AdminSetup.McNonce: intel/lms CIM classes. */
const nonceBytes = 20;

/**
 * Chooses the provisioning certificate for a PC: its root is one that the firmware trusts, its name lies in the PC's domain. Rejects
 * with ProvisioningError.
 */
export async function chainForAgent(
  { rootHashes }: Pick<AgentFacts, 'rootHashes'>,
  dnsSuffix: string,
  chains: SetupChains,
  now: Date,
): Promise<AgentChain> {
  const roots = rootHashes.flatMap((hex) => {
    const kind = kindOfLength.get(hex.length);
    return kind ? [{ kind, hex }] : [];
  });
  return agentChain(await setupChainFor({ hello: { version: 3, roots }, dnsSuffix, now }, chains));
}

function agentChain({ available, client }: UsableChain): AgentChain {
  const pems = client.certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const key = createPrivateKey(client.key);
  return {
    name: available.name,
    certificates: pems.map((pem) => new X509Certificate(pem).raw),
    prove(firmwareNonce) {
      const nonce = randomBytes(nonceBytes);
      return { nonce, signature: sign('sha256', Buffer.concat([firmwareNonce, nonce]), key) };
    },
  };
}
