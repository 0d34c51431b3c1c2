import { DirectoryError } from '../ports/directory.ts';
import type { AmtStatusStore } from '../ports/discovery/amt-status-store.ts';
import type { Provisioning, ProvisioningMode, ProvisioningStep } from '../ports/provisioning/provisioning-store.ts';
import type { Device, InventoryStore } from '../ports/store/inventory-store.ts';
import { preflightInBand } from './in-band/preflight.ts';
import { advance } from './machine/advance.ts';
import type { MachineDeps } from './machine/machine-deps.ts';
import { ProvisioningError } from './machine/provisioning-error.ts';
import { fqdnOf } from './machine/secure-steps.ts';
import { remoteSetup } from './machine/steps.ts';
import { directoryRefusal } from './machine/why-it-stopped.ts';
import { type MethodRule, methodOf, type ProvisioningMethod } from './method-of.ts';
import { findPc } from './out-of-band/find-pc.ts';
import { createOutOfBandAccess, type OutOfBandDeps } from './out-of-band/out-of-band-access.ts';

/** What is asked for one PC. */
export interface ProvisionWish {
  readonly device: Device;
  /** What the command said; null: what is set for the PC. */
  readonly method: ProvisioningMethod | null;
  readonly requestId: string | null;
  /** Told after each step. */
  readonly progressed: () => void;
  /** Settles as the wait does; meanwhile the place of the PC may be another's. */
  readonly lend: <T>(wait: Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** The way by an agent on the PC. Resolves to the record once the PC is provisioned, or its provisioning has stopped. */
export type InBandSetup = (record: Provisioning, wish: ProvisionWish) => Promise<Provisioning>;

/** What the provisioner needs. */
export interface ProvisionerDeps extends MachineDeps {
  readonly inventory: Pick<InventoryStore, 'devices' | 'setReach' | 'withUuid'>;
  readonly statuses: Pick<AmtStatusStore, 'keep' | 'of'>;
  readonly methods: readonly MethodRule[];
  readonly outOfBand: Omit<OutOfBandDeps, 'inventory' | 'clock'>;
  /** Null: this service has no endpoint for agents. */
  readonly inBand: { readonly setUp: InBandSetup; readonly needsChain: boolean } | null;
}

/** What will be done to a PC, as far as it is known before. */
export interface Forecast {
  readonly mode: ProvisioningMode;
  /** Name of the provisioning certificate, where one is shown to the PC; null: it was begun with already, or by an agent. */
  readonly chain: string | null;
  /** The domain whose directory gets its object, and the name that it has there (null: not known before the PC is met); null: none. */
  readonly directory: { readonly domain: string; readonly objectName: string | null; readonly isCut: boolean } | null;
  readonly hasAuthority: boolean;
  /** Whether a profile covers it. */
  readonly hasProfile: boolean;
  /** Where it goes on; null: it begins. */
  readonly resumes: Provisioning | null;
}

/** Provisions PCs of the inventory. */
export interface Provisioner {
  /** Whether a PC may be provisioned, looked at without touching it. Rejects with ProvisioningError. */
  preflight(device: Device, method: ProvisioningMethod | null): Promise<Forecast>;
  /** From where it stands until it is provisioned or a step fails. Rejects with ProvisioningError when it may not begin. */
  provision(wish: ProvisionWish): Promise<Provisioning>;
}

/** Makes it. */
export function createProvisioner(deps: ProvisionerDeps): Provisioner {
  const { secrets, provisionings, inventory, clock, blocks } = deps;
  const outOfBand: OutOfBandDeps = { ...deps.outOfBand, inventory, clock };

  async function methodFor(device: Device, wished: ProvisioningMethod | null): Promise<ProvisioningMethod> {
    const method = methodOf(device, deps.methods);
    if (wished !== null && wished !== method)
      throw new ProvisioningError('provisioning_method_other', [`${device.name} is for ${method}`]);
    return method;
  }

  async function preflight(device: Device, wished: ProvisioningMethod | null): Promise<Forecast> {
    await secrets.ready().catch((error: unknown) => {
      throw new ProvisioningError('provisioning_no_sealing_key', error instanceof Error ? [error.message] : []);
    });
    const record = await provisionings.get(device.id);
    if (record?.state === 'provisioned') throw new ProvisioningError('already_provisioned', [since(record)]);
    if (record?.state === 'removing') throw new ProvisioningError('provisioning_removal');
    const resumes = (await isReset(device, record)) ? null : goneOnWith(record);
    const method = resumes && isBegun(resumes) ? methodOfMode[resumes.mode] : await methodFor(device, wished);
    const way = await wayTo(device, method, record, resumes);
    return {
      ...way,
      directory: await directoryFor(device, resumes),
      hasAuthority: blocks.certificates !== null,
      hasProfile: blocks.hasProfile(device),
      resumes,
    };
  }

  async function wayTo(
    device: Device,
    method: ProvisioningMethod,
    record: Provisioning | null,
    resumes: Provisioning | null,
  ): Promise<Pick<Forecast, 'mode' | 'chain'>> {
    if (method === 'in-band') {
      if (!deps.inBand) throw new ProvisioningError('in_band_unavailable');
      const hasAuthority = blocks.certificates !== null;
      const { chains } = outOfBand;
      await preflightInBand(device, { inventory, chains, hasAuthority, needsChain: deps.inBand.needsChain });
      if (!resumes) await isFree(device, record);
      return { mode: 'in-band', chain: null };
    }
    if (resumes?.done.includes('meet')) return { mode: 'remote', chain: null };
    await isFree(device, record);
    const { proof } = await findPc(device, outOfBand);
    if (!('pps' in proof)) return { mode: 'remote', chain: proof.available.name };
    // Without certificates at its set-up it has none of its own either.
    if (!blocks.certificates) throw new ProvisioningError('provisioning_no_authority');
    return { mode: 'remote', chain: null };
  }

  /**
   * Whether a PC that stopped half-way says hello again: somebody has reset it since, for one that is being set up says none. What it
   * was given is gone, and its certificate is another one.
   */
  async function isReset({ uuid }: Device, record: Provisioning | null): Promise<boolean> {
    if (record?.state !== 'stopped' || record.mode !== 'remote' || uuid === undefined) return false;
    if (!record.done.includes('meet') || record.done.includes('commit')) return false;
    const hello = await outOfBand.hellos.get(uuid);
    return hello !== null && hello.lastSeenAt > record.changedAt;
  }

  /** Its passwords stay known, in case it has them all the same; it gets new ones. */
  async function beginAnew({ deviceId, version }: Provisioning): Promise<void> {
    for (const kind of ['administrator', 'mebx'] as const) await secrets.confirm(deviceId, kind, clock.now());
    await provisionings.change(deviceId, version, { state: 'removed' }, clock.now());
  }

  /** Asked now, so that no PC is begun with whose domain would refuse it half-way. */
  async function directoryFor(device: Device, record: Provisioning | null): Promise<Forecast['directory']> {
    const fqdn = fqdnOf(device, record?.facts ?? {});
    const block = fqdn === null ? null : blocks.directoryOf(fqdn);
    if (!block || fqdn === null) return null;
    const { domain } = block;
    if (record?.done.includes('kerberos')) return { domain, objectName: null, isCut: false };
    try {
      // NetBIOS takes 15 characters: what is longer is cut and told apart.
      return { domain, objectName: await block.check(fqdn), isCut: fqdn.indexOf('.') > 15 };
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const { code, evidence } = directoryRefusal(error);
      throw new ProvisioningError(code, evidence, { cause: error });
    }
  }

  /** A PC that somebody has provisioned, us or others, is not begun with, unless we took it back or it has said hello since. */
  async function isFree({ id, uuid }: Device, record: Provisioning | null): Promise<void> {
    const [seen] = await deps.statuses.of([id]);
    if (seen?.status !== 'provisioned' && seen?.status !== 'externally-provisioned') return;
    if (record?.state === 'removed' && record.changedAt > seen.at) return;
    const hello = uuid === undefined ? null : await outOfBand.hellos.get(uuid);
    if (hello && hello.lastSeenAt > seen.at) return;
    throw new ProvisioningError('already_provisioned', [`${seen.because} (${seen.at.toISOString().slice(0, 10)})`]);
  }

  return {
    preflight,
    async provision(wish) {
      const { device, requestId, signal } = wish;
      const known = await provisionings.get(device.id);
      // The service died after the end, and before it could tell.
      if (known?.state === 'provisioned' && requestId !== null && known.requestId === requestId) return known;
      const { mode, resumes } = await preflight(device, wish.method);
      // What stopped is gone on with, unless somebody has reset the PC since.
      if (known?.state === 'stopped' && !resumes) await beginAnew(known);
      const record = await provisionings.begin({ deviceId: device.id, mode, requestId, at: clock.now() });
      if (record.state !== 'under-way') throw new ProvisioningError('provisioning_removal');
      wish.progressed();
      const own = { ...deps, progressed: wish.progressed };
      if (mode === 'remote')
        return advance(record, device, createOutOfBandAccess(device, outOfBand), remoteSetup, own, signal);
      if (!deps.inBand) throw new ProvisioningError('in_band_unavailable');
      return deps.inBand.setUp(record, wish);
    },
  };
}

const methodOfMode = { remote: 'out-of-band', 'in-band': 'in-band' } as const;

/** What was begun and neither ended nor taken back. */
const goneOnWith = (record: Provisioning | null): Provisioning | null =>
  record && record.state !== 'removed' ? record : null;

/** Once something was done to the PC there is one way on: the one that it was begun with. */
const isBegun = ({ done, attempt }: Provisioning): boolean =>
  [...done, ...(attempt ? [attempt.step] : [])].some((step) => !harmless.has(step));

/** Steps that leave the PC as it was. */
const harmless = new Set<ProvisioningStep>(['meet', 'keep-secrets']);

const since = ({ changedAt }: Provisioning): string => `since ${changedAt.toISOString().slice(0, 10)}`;
