import type { AmtSetup, SetupState } from '../../../../src/ports/amt/setup.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { AmtRefusal, refuseInput } from '../../errors.ts';
import { authorizationClass } from '../accounts/definitions.ts';
import { createDigestPassword } from '../accounts/digest-password.ts';
import type { Device } from '../device.ts';
import { systemUuid } from '../system-uuid.ts';
import { orWhenLacking } from '../when-missing.ts';
import { setupServiceClass } from './definitions.ts';

const states = ['pre', 'in', 'post'] as const;
/** Since AMT 6.0 the only mode there is. */
const enterpriseMode = 1;
/** PT_STATUS BLOCKING_COMPONENT. */
const blocked = 2_076;
/** GetUnprovisionBlockingComponents: the one component that is documented. */
const components: Readonly<Record<number, string>> = { 1: 'the audit log (an auditor has locked unprovisioning)' };
const confirmAttempts = 5;
const confirmPauseMs = 2_000;

/** Set-up of the device and its end. */
export function createSetup(device: Device): AmtSetup {
  const digestOf = createDigestPassword(device);

  async function read(): Promise<SetupState> {
    const { values } = await device.get(setupServiceClass);
    return {
      provisioningState: states[values.ProvisioningState ?? -1] ?? 'unknown',
      zeroTouch: values.ZeroTouchConfigurationEnabled ?? null,
      dhcpDnsSuffix: values.DhcpDNSSuffix || null,
      trustedDnsSuffix: values.TrustedDNSSuffix || null,
    };
  }

  /** Whether set-up is complete, asked until the device answers again. */
  async function isComplete(): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await read()).provisioningState === 'post';
      } catch (error) {
        if (attempt === confirmAttempts || (error instanceof AmtError && error.code === 'cancelled')) throw error;
        await device.pause(confirmPauseMs);
      }
    }
  }

  async function commit(): Promise<void> {
    try {
      await device.call(setupServiceClass, 'CommitChanges', {});
    } catch (error) {
      // AMT may restart its network with the commit (seen with AMT 19): the answer is then lost, not the commit.
      if (!(error instanceof AmtError) || !error.mayHaveActed) throw error;
      if (!(await isComplete())) throw error;
    }
  }

  async function end(name: 'Unprovision' | 'PartialUnprovision'): Promise<void> {
    try {
      if (name === 'PartialUnprovision') await device.call(setupServiceClass, name, {});
      else await device.call(setupServiceClass, name, { ProvisioningMode: enterpriseMode });
    } catch (error) {
      if (!(error instanceof AmtRefusal) || error.returnValue !== blocked) throw error;
      const asked = device.call(setupServiceClass, 'GetUnprovisionBlockingComponents', {});
      const found = (await orWhenLacking(asked, null))?.Component ?? [];
      const names = found.map((number) => components[number] ?? `component ${number}`);
      throw new AmtError(error.code, [...error.evidence, ...names.map((one) => `Blocked by ${one}`)], { cause: error });
    }
  }

  async function administrator() {
    const { Username = '' } = await device.call(authorizationClass, 'GetAdminAclEntry', {});
    const { IsDefault = null } = await device.call(authorizationClass, 'GetAdminNetAclEntryStatus', {});
    return { user: Username, hasFactoryPassword: IsDefault };
  }

  return {
    read: () => device.task(read),
    uuid: () =>
      device.task(async () => {
        const { UUID } = await device.call(setupServiceClass, 'GetUuid', {});
        return UUID === undefined ? null : systemUuid(UUID);
      }),
    commit: () => device.task(commit),
    setMebxPassword: (password) =>
      device.task(async () => {
        checkPassword(password);
        await device.call(setupServiceClass, 'SetMEBxPassword', { Password: password });
      }),
    administrator: () => device.task(administrator),
    setAdministrator: (user, password) =>
      device.task(async () => {
        checkPassword(password);
        const DigestPassword = await digestOf(user, password);
        await device.call(authorizationClass, 'SetAdminAclEntryEx', { Username: user, DigestPassword });
      }),
    unprovision: () => device.task(() => end('Unprovision')),
    unprovisionPartly: () => device.task(() => end('PartialUnprovision')),
    extendProvisioningPeriod: (hours) =>
      device.task(async () => {
        if (!(hours >= 1 && hours <= 24))
          refuseInput('the set-up period can not be extended', '1 to 24 hours at a time');
        await device.call(setupServiceClass, 'ExtendProvisioningPeriod', { Duration: hours });
      }),
  };
}

/** Intel's rule for strong passwords, checked here because firmware only says `INVALID_PASSWORD`. */
function checkPassword(password: string): void {
  const refuse = (why: string): never => refuseInput('the password can not be set', why);
  if (!/^[\x20-\x7e]{8,32}$/.test(password)) refuse('it needs 8 to 32 ASCII characters');
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];
  if (!kinds.every((kind) => kind.test(password))) {
    refuse('it needs upper case, lower case, a digit and a special character');
  }
}
