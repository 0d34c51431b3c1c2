import { verifyMends as mends } from '../messages/checks/verify-mends.ts';
import { type Check, checkOf } from './check.ts';
import type { VerifyEvidence } from './evidence.ts';
import { advisoriesFor, compareVersions } from './known-bad-firmware.ts';

/** Kerberos and TLS bear less than people think: warned of from here on, refused from there. */
const driftWarnSeconds = 60;
const driftFailSeconds = 300;
/** 85 % is where AMT begins to drop events that are not critical. */
const leastFreePercent = 15;
const shownFeatures = 4;
/** The first firmware whose WS-Management is complete enough (Microsoft: the first that Configuration Manager speaks to natively). */
export const oldestFirmware = '3.2.1';

/** The clock of the PC against that of this service. Pure. */
export function clockSkew({ driftSeconds }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown } = checkOf('clock', 'Clock');
  if (driftSeconds === null) return unknown('its clock could not be read');
  const off = Math.abs(driftSeconds);
  const seen = off <= 1 ? 'right' : `${Math.round(off)} s ${driftSeconds > 0 ? 'ahead' : 'behind'}`;
  if (off > driftFailSeconds) return fail(seen, mends.clock_off);
  return off > driftWarnSeconds ? warn(seen, mends.clock_off) : pass(seen);
}

/** What this firmware has. Pure. */
export function firmware({ version, missingFeatures }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown } = checkOf('firmware', 'Firmware');
  if (version === null) return unknown('its version is not known');
  if (/^\d+\.\d+/.test(version) && compareVersions(version, oldestFirmware) < 0)
    return fail(`AMT ${version} is older than ${oldestFirmware}`, mends.firmware_too_old);
  if (missingFeatures.length === 0) return pass(`AMT ${version} has all that this service uses`);
  const more = missingFeatures.length - shownFeatures;
  const shown = `${missingFeatures.slice(0, shownFeatures).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return warn(`AMT ${version} lacks ${shown}`, mends.features_missing);
}

/** Public advisories about its firmware. Pure. */
export function knownFlaws({ version }: VerifyEvidence): Check {
  const { pass, fail, unknown } = checkOf('firmware.flaws', 'Known flaws');
  const found = version === null ? null : advisoriesFor(version);
  if (found === null) return unknown('its version is not known');
  if (found.length === 0) return pass(`no advisory about AMT ${version ?? ''} is on the list`);
  const seen = found.map(({ cve, id, what }) => `${cve} (${id}): ${what}`).join('; ');
  const unsure = found.some(({ mendedBuild }) => mendedBuild !== undefined);
  return fail(seen, unsure ? mends.flaw_maybe_mended : mends.flaw_known);
}

/** What it is to us. Pure. */
export function amtStatus({ standing: { status, subState, because }, own }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown } = checkOf('amt.status', 'AMT status');
  const seen = `${status.replaceAll('-', ' ')}: ${because}`;
  switch (status) {
    case 'provisioned':
      return pass(seen);
    case 'externally-provisioned':
      return warn(seen, mends.externally_provisioned);
    case 'not-provisioned':
      return fail(seen, mends.not_provisioned);
    case 'detected':
      return fail(seen, subState === 'account-not-tried' ? mends.not_tried : mends.detected);
    case 'not-supported':
      // Silence may be a PC without mains or network; a refusal is a PC that is there.
      return fail(
        seen,
        subState === 'closed' && own.answer.kind === 'refused' ? mends.interface_closed : mends.not_supported,
      );
    case 'unknown':
      return unknown(seen);
  }
}

/** Whether it stays reachable while it is off. Pure. */
export function wakeSettings({ settings }: VerifyEvidence): Check {
  const { pass, fail, warn, unknown } = checkOf('wake', 'Wake');
  const { linkPolicy, powerPackage } = settings ?? {};
  if (linkPolicy === undefined && powerPackage === undefined) return unknown('its settings could not be read');
  const seen = [
    ...(powerPackage === undefined ? [] : [`power package ${powerPackage}`]),
    ...(linkPolicy === undefined ? [] : [`link kept up: ${linkPolicy.length > 0 ? linkPolicy.join(', ') : 'never'}`]),
  ].join('; ');
  if (linkPolicy !== undefined && !linkPolicy.includes('sx-ac')) return fail(seen, mends.link_policy);
  if (powerPackage !== undefined && /^(?:desktop|mobile): on in s0$/i.test(powerPackage))
    return warn(seen, mends.power_package);
  return pass(seen);
}

/** Whether what is done to it is logged. Pure. */
export function auditLog({ auditLog: log, facts }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown } = checkOf('audit', 'Audit log');
  if (log === null)
    return unknown(facts === null ? 'it could not be asked' : 'its firmware or our account does not tell');
  const free = log.percentageFree === null ? '' : `, ${log.percentageFree} % free`;
  const seen = `${log.enabled ? 'on' : 'off'}${free}${log.locked ? ', locked' : ''}`;
  if (log.full) return fail(`${seen}, full`, mends.audit_full);
  if (log.almostFull || (log.percentageFree ?? 100) < leastFreePercent) return warn(seen, mends.audit_full);
  if (log.locked) return warn(seen, mends.audit_locked);
  return log.enabled ? pass(seen) : warn(seen, mends.audit_off);
}

/** The account that this service comes with. Pure. */
export function account({ device, user, facts, error }: VerifyEvidence): Check {
  const { pass, fail, unknown } = checkOf('account', 'Account');
  const who = `credential ${device.credential}${user === null ? '' : `, user ${user}`}`;
  if (user === null) return fail(`${who} is not configured`, mends.credential_missing);
  if (facts !== null) return pass(`${who}: accepted`);
  if (error?.code === 'wrong_credentials' || error?.code === 'not_permitted')
    return fail(`${who}: refused`, mends.credential_refused);
  return unknown(`${who}: not tried${error === null ? '' : ` (${error.code})`}`);
}
