import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { DirectoryBlock } from './machine-deps.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { SetupStep, StepWork } from './setup-step.ts';

/** Full DNS name of a PC: of the inventory, or its name there in the domain that the PC itself is in. Null: not known. Pure. */
export function fqdnOf(device: Pick<Device, 'name' | 'fqdn'>, facts: ProvisioningFacts): string | null {
  if (device.fqdn !== null) return device.fqdn.toLowerCase();
  const { dnsSuffix } = facts;
  if (device.name.includes('.')) return device.name.toLowerCase();
  return dnsSuffix ? `${device.name}.${dnsSuffix}`.toLowerCase() : null;
}

function nameOf({ device, record }: StepWork): string {
  const fqdn = fqdnOf(device, record.facts);
  if (fqdn === null) throw new ProvisioningError('provisioning_no_name');
  return fqdn;
}

const noDomain = 'no configured domain of Active Directory has its name';
const noAuthority = 'no certification authority of our own is configured: it keeps the certificate that it made itself';

function domainOf({ device, record, deps }: StepWork): DirectoryBlock | null {
  const fqdn = fqdnOf(device, record.facts);
  return fqdn === null ? null : deps.blocks.directoryOf(fqdn);
}

const lacksDomain = (work: StepWork): string | null => (domainOf(work) ? null : noDomain);
const lacksAuthority = ({ deps }: StepWork): string | null => (deps.blocks.certificates ? null : noAuthority);

/** What a PC is given before the commit, so that it is never in force with less. Of both modes. */
export const secureSteps: readonly SetupStep[] = [
  {
    name: 'directory-object',
    kind: 'repeatable',
    notNeeded: lacksDomain,
    async perform(work) {
      const fqdn = nameOf(work);
      return (await domainOf(work)?.put({ ...work.device, fqdn }, work.record.facts)) ?? {};
    },
  },
  {
    name: 'certificate',
    kind: 'repeatable',
    notNeeded: lacksAuthority,
    async perform(work) {
      const { device, record, deps, kept } = work;
      const order = { deviceId: device.id, fqdn: nameOf(work), facts: record.facts, kept };
      return work.as('administrator', async (session) => (await deps.blocks.certificates?.give(session, order)) ?? {});
    },
  },
  {
    name: 'tls',
    kind: 'repeatable',
    notNeeded: lacksAuthority,
    async perform(work) {
      await work.as('administrator', (session) => work.deps.blocks.enableTls(session));
      return {};
    },
  },
  {
    name: 'kerberos',
    kind: 'repeatable',
    notNeeded: lacksDomain,
    async perform(work) {
      const device = { ...work.device, fqdn: nameOf(work) };
      await work.as('administrator', async (session) => domainOf(work)?.giveKey(session, device, work.record.facts));
      return {};
    },
  },
];
