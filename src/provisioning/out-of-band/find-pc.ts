import type { SharedKey } from '../../ports/amt/setup-gateway.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HelloRecord, HelloStore } from '../../ports/hello/hello-store.ts';
import type { NetworkProbes } from '../../ports/network/network-probes.ts';
import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import { isIpAddress } from '../../wake-causes/ip-address.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import { ownUuid } from '../own-uuid.ts';
import { setupChainFor } from './setup-chain-for.ts';
import type { SetupChains, UsableChain } from './setup-chains.ts';

/** What finding a bare PC needs. */
export interface FindDeps {
  readonly hellos: Pick<HelloStore, 'get'>;
  readonly inventory: Pick<InventoryStore, 'withUuid'>;
  readonly chains: SetupChains;
  /** The key that a PID names; null: none is configured for it. Rejects when its PPS is not to be had. Default: there are none. */
  readonly keyOf?: (pid: string) => Promise<SharedKey | null>;
  readonly probes: Pick<NetworkProbes, 'addressesOf'>;
  readonly clock: Clock;
  /** Whether hellos are taken, and somebody answers for it. */
  readonly takesHellos: boolean;
  /** Hours after which a hello says nothing any more. */
  readonly freshHours: number;
}

/** What a bare PC accepts us by. */
export type SetupProof = UsableChain | SharedKey;

/** Where a bare PC is, and what it will accept. */
export interface FoundPc {
  readonly hello: HelloRecord;
  readonly address: string;
  readonly proof: SetupProof;
}

const hourMs = 3_600_000;
const nameMs = 2_000;

/**
 * Finds a PC of the inventory by its hello: one alone, not doubted, fresh, from the address that the inventory has; and the certificate
 * whose root it announced, or the key whose PID it told. Rejects with ProvisioningError.
 */
export async function findPc(device: Device, deps: FindDeps): Promise<FoundPc> {
  if (!deps.takesHellos) throw new ProvisioningError('out_of_band_not_acknowledged');
  const hello = await helloOf(device, deps);
  const address = await addressOf(device, hello, deps);
  if (hello.version === 2) return { hello, address, proof: await keyFor(hello, deps) };
  // Which domain the PC is in is known only after one is connected.
  const facts = { hello, dnsSuffix: null, now: deps.clock.now() };
  return { hello, address, proof: await setupChainFor(facts, deps.chains) };
}

async function helloOf(device: Device, { hellos, inventory, clock, freshHours }: FindDeps): Promise<HelloRecord> {
  const uuid = await ownUuid(device, inventory);
  const hello = await hellos.get(uuid);
  if (!hello) throw new ProvisioningError('hello_not_heard', [`UUID ${uuid}`]);
  if (hello.doubt !== null)
    throw new ProvisioningError('hello_unsure', [`UUID ${uuid}: ${hello.doubt.replaceAll('_', ' ')}`]);
  const hours = (clock.now().getTime() - hello.lastSeenAt.getTime()) / hourMs;
  if (hours > freshHours)
    throw new ProvisioningError('hello_stale', [`${Math.floor(hours)} hours old; at most ${freshHours} count`]);
  return hello;
}

/** The address of the hello, if the inventory's address or name means the same. */
async function addressOf(device: Device, { address }: HelloRecord, { probes }: FindDeps): Promise<string> {
  if (device.host === address) return address;
  const answer = isIpAddress(device.host) ? null : await probes.addressesOf(device.host, nameMs);
  const known = answer?.kind === 'found' ? answer.values : [];
  if (known.includes(address)) return address;
  const meant = known.length > 0 ? ` (${known.join(', ')})` : '';
  throw new ProvisioningError('hello_elsewhere', [`hello from ${address}`, `inventory: ${device.host}${meant}`]);
}

async function keyFor({ pid }: HelloRecord, { keyOf }: FindDeps): Promise<SharedKey> {
  const key = pid === null ? null : ((await keyOf?.(pid)) ?? null);
  if (!key) throw new ProvisioningError('hello_of_psk', [`PID ${pid ?? 'missing'}`]);
  return key;
}
