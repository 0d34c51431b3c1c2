import { type ChainFacts, chooseChain } from '../hello/choose-chain.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import type { SetupChains, UsableChain } from './setup-chains.ts';

/**
 * The provisioning certificates of the configuration that can be shown, and why the others can't: one line each. Rejects with
 * ProvisioningError when none is configured.
 */
export async function usableChains(
  chains: SetupChains,
): Promise<{ readonly usable: readonly UsableChain[]; readonly unfit: readonly string[] }> {
  const all = await chains.all();
  if (all.length === 0) throw new ProvisioningError('provisioning_no_chain');
  return { usable: all.filter((chain) => chain.ok), unfit: all.flatMap((chain) => (chain.ok ? [] : chain.why)) };
}

/**
 * Chooses the provisioning certificate for a PC: its root is one that the firmware trusts, its name lies in the PC's domain where that is
 * known. Rejects with ProvisioningError.
 */
export async function setupChainFor(facts: ChainFacts, chains: SetupChains): Promise<UsableChain> {
  const { usable, unfit } = await usableChains(chains);
  const choice = chooseChain(
    usable.map(({ available }) => available),
    facts,
  );
  const chosen = usable.find(({ available }) => choice.ok && available.name === choice.chain.name);
  if (chosen) return chosen;
  if (choice.ok || choice.code !== 'none_fits') throw new ProvisioningError('provisioning_chain_unfit', unfit);
  const { dnsSuffix } = facts;
  throw new ProvisioningError('provisioning_chain_not_trusted', [
    ...(dnsSuffix === null ? [] : [`domain of the PC: ${dnsSuffix === '' ? 'none' : dnsSuffix}`]),
    ...choice.passedOver.map(({ name, why }) => `${name}: ${why.replaceAll('_', ' ')}`),
    ...unfit,
  ]);
}
