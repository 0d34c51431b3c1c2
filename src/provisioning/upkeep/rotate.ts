import { localError } from '../../operations/finding.ts';
import { AmtError } from '../../ports/amt.ts';
import {
  type DeviceSecret,
  deviceCredentialName,
  proposedCredentialName,
} from '../../ports/provisioning/device-secrets.ts';
import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import { giveKerberosKey, putDirectoryObject, rotateDirectoryPassword } from '../secure/directory-key.ts';
import { ask, converse, isAmtError } from './converse.ts';
import { fqdnOf, keptFactsOf, type Pc, provisionedRecord, type UpkeepDeps } from './upkeep-deps.ts';

/** How one of a PC's secrets went. */
export interface Rotated {
  readonly what: 'Active Directory' | 'MEBx' | 'administrator';
  /** `left`: the firmware does not let it be changed now; it is as it was. */
  readonly how: 'changed' | 'left';
  readonly evidence: readonly string[];
}

/**
 * Gives a PC new passwords: first that of its object in Active Directory and with it the key in the PC, then MEBx where its firmware
 * allows it, the administrator's last. Each is kept before the PC gets it and in force once the PC was seen to have it; after a lost
 * answer both are tried. Cut off, asked again it goes on. Rejects with AmtError, DirectoryError, StoreError or ProvisioningError.
 */
export async function rotatePasswords(pc: Pc, deps: UpkeepDeps): Promise<readonly Rotated[]> {
  const record = await provisionedRecord(pc, deps);
  if (pc.requestId !== null && record.facts.rotatedFor === pc.requestId)
    return [{ what: 'administrator', how: 'changed', evidence: [] }];
  await deps.secrets.ready();
  // First of all: whoever was cut off may have left it with the other one.
  const begun = await deps.secrets.proposed(pc.device.id, 'administrator');
  if (begun) await settleAdministrator(pc, record, begun, deps);
  const rotated = [...(await rotateDirectory(pc, record, deps)), ...(await rotateMebx(pc, deps))];
  if (!begun) await settleAdministrator(pc, record, await proposeAdministrator(pc, deps), deps);
  await keptFactsOf(deps).keep(pc.device.id, { rotatedFor: pc.requestId ?? '' });
  return [...rotated, { what: 'administrator', how: 'changed', evidence: [] }];
}

async function rotateDirectory(pc: Pc, { facts }: Provisioning, deps: UpkeepDeps): Promise<readonly Rotated[]> {
  const { directoryDn } = facts;
  if (!directoryDn) return [];
  const { id } = pc.device;
  const fqdn = fqdnOf(pc);
  const directory = await deps.directoryOf(fqdn);
  if (!directory) throw new ProvisioningError('domain_not_configured', [fqdn]);
  const keyDeps = { directory, secrets: deps.secrets, newPassword: deps.newPassword, now: () => deps.clock.now() };
  // The key follows at once: not begun while the PC does not answer.
  await converse(pc, {}, ({ provisioning }) => provisioning.kerberos.read(), deps);
  // Somebody may have deleted it, or its whole unit: then it is made anew.
  const isThere = (await directory.devices.find({ by: 'fqdn', fqdn })) !== null;
  const { uuid = null, amtVersion } = pc.device;
  const { dn, keyVersion } = isThere
    ? await rotateDirectoryPassword({ id, fqdn, dn: directoryDn }, keyDeps)
    : await putDirectoryObject({ id, fqdn, uuid, amtVersion }, keyDeps);
  await ask(pc, {}, (session) => giveKerberosKey(session, { deviceId: id, fqdn, dn }, keyDeps), deps);
  await keptFactsOf(deps).keep(id, { directoryDn: dn, keyVersion: String(keyVersion) });
  const anew = isThere ? [] : ['its object was gone and was made anew'];
  return [{ what: 'Active Directory', how: 'changed', evidence: [`key version ${keyVersion}`, ...anew] }];
}

/** MEBx tells nobody which password it has, but takes the same one again: what was proposed once is what is written. */
async function rotateMebx(pc: Pc, { secrets, newPassword, ...deps }: UpkeepDeps): Promise<readonly Rotated[]> {
  const { id } = pc.device;
  if (!(await secrets.inForce(id, 'mebx'))) return [];
  const now = () => deps.clock.now();
  const { password } = await secrets.propose(id, 'mebx', { user: '', password: newPassword() }, now());
  const all = { secrets, newPassword, ...deps };
  try {
    await converse(pc, {}, ({ provisioning }) => provisioning.setup.setMebxPassword(password), all);
  } catch (error) {
    const { code } = localError(error);
    await secrets.withdraw(id, 'mebx');
    return [{ what: 'MEBx', how: 'left', evidence: [`MEBx: ${code}; it has the password from before`] }];
  }
  await secrets.confirm(id, 'mebx', now());
  return [{ what: 'MEBx', how: 'changed', evidence: [] }];
}

async function proposeAdministrator(pc: Pc, { secrets, newPassword, clock }: UpkeepDeps): Promise<DeviceSecret> {
  const { id } = pc.device;
  const before = await secrets.inForce(id, 'administrator');
  if (!before) throw new ProvisioningError('password_not_kept');
  return secrets.propose(id, 'administrator', { user: before.user, password: newPassword() }, clock.now());
}

/** Gives the PC the proposed password, unless it has it; it is in force once the PC has let us in with it. */
async function settleAdministrator(
  pc: Pc,
  record: Provisioning,
  { user, password }: DeviceSecret,
  deps: UpkeepDeps,
): Promise<void> {
  const { id } = pc.device;
  const { secrets, provisionings, clock } = deps;
  const isBegun = record.attempt?.step === 'set-administrator';
  if (!isBegun || !(await letsIn(pc, proposedCredentialName(id), deps))) {
    await attempt(id, deps);
    try {
      await converse(pc, {}, ({ provisioning }) => provisioning.setup.setAdministrator(user, password), deps);
    } catch (error) {
      await afterRefusal(pc, error, deps);
    }
    if (!(await letsIn(pc, proposedCredentialName(id), deps))) throw new ProvisioningError('password_not_taken');
  }
  await secrets.confirm(id, 'administrator', clock.now());
  const now = await provisionings.get(id);
  if (now) await provisionings.done(id, now.version, 'set-administrator', {}, clock.now());
}

async function attempt(id: string, { provisionings, clock }: UpkeepDeps): Promise<void> {
  const now = await provisionings.get(id);
  if (!now || !(await provisionings.attempt(id, now.version, 'set-administrator', clock.now())))
    throw new ProvisioningError('provisioning_step_unclear', ['somebody else works on its record']);
}

/** A lost answer: whether it has the new one is found out next. A clear refusal: it has the one before, and the new one is dropped. */
async function afterRefusal(pc: Pc, error: unknown, deps: UpkeepDeps): Promise<void> {
  if (!(error instanceof AmtError)) throw error;
  const { id } = pc.device;
  if (error.mayHaveActed) {
    if (await letsIn(pc, proposedCredentialName(id), deps)) return;
    if (await letsIn(pc, deviceCredentialName(id), deps)) throw error;
    throw new ProvisioningError('password_in_doubt');
  }
  if (error.code === 'wrong_credentials') {
    if (await letsIn(pc, proposedCredentialName(id), deps)) return;
    throw new ProvisioningError('password_in_doubt');
  }
  localError(error);
  await deps.secrets.withdraw(id, 'administrator');
  throw error;
}

/** Whether the PC lets this account in; one log-in. */
async function letsIn(pc: Pc, credential: string, deps: UpkeepDeps): Promise<boolean> {
  try {
    await ask(pc, { credential }, ({ provisioning }) => provisioning.setup.administrator(), deps);
    return true;
  } catch (error) {
    if (isAmtError(error, 'wrong_credentials')) return false;
    throw error;
  }
}
