import { verificationReport } from '../../messages/reports/verification.ts';
import { AmtError, type AmtSession } from '../../ports/amt.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import type { DirectoryFinding, VerifyEvidence } from '../../verification/evidence.ts';
import { verifyDevice } from '../../verification/verify-device.ts';
import { askDns } from '../diagnosis/ask-dns.ts';
import { connectionFacts, ifThere, wakeFacts } from '../finding.ts';
import type { Operation, OperationTask } from '../operation.ts';
import { askDirectory, type DirectoryDeps } from './ask-directory.ts';
import { isOpen, type LookDeps, lookFromOutside, standingOf } from './look-at-device.ts';

/** What verification needs besides the device. */
export interface VerifyDeps extends LookDeps, Partial<DirectoryDeps> {
  readonly credentials: CredentialSource;
  /** What this service can do and a firmware version has not, in words. */
  readonly missingFeatures: (version: string) => readonly string[];
}

/** More at once would be no look but a survey; `status` is for that. */
const mostDevices = 10;

/** Checks all that out-of-band management of a PC rests on. Changes nothing. One log-in, whether it works or not. */
export function createVerify(deps: VerifyDeps): Operation {
  return {
    name: 'verify',
    exclusive: false,
    async refusal(devices) {
      if (devices.length <= mostDevices) return null;
      return { code: 'too_many_devices', details: [`\`verify\` checks ${mostDevices} PCs at most`] };
    },
    async perform(task) {
      const evidence = await gather(task, deps);
      const { facts, settings } = evidence;
      return {
        status: 'ok',
        code: 'done',
        evidence: [],
        facts: { ...(facts ? connectionFacts(task.session) : {}), ...wakeFacts(settings ?? {}) },
        report: verificationReport(task.device.name, verifyDevice(evidence)),
        // Power was not asked for; a sighting is what AMT itself answered.
        powerState: null,
        amtVersion: facts?.amtVersion ?? null,
      };
    },
  };
}

async function gather(task: OperationTask, deps: VerifyDeps): Promise<VerifyEvidence> {
  const { device, session, clock } = task;
  const { directoryOf, directoryPasswordSetAt = neverSet } = deps;
  const inDomain: Promise<DirectoryFinding> = directoryOf
    ? askDirectory(device, { directoryOf, directoryPasswordSetAt })
    : Promise.resolve({ kind: 'none' });
  // It is awaited below; that it failed meanwhile must not end the process.
  inDomain.catch(() => {});
  const dns = await askDns(device, deps.probes, clock);
  const outside = await lookFromOutside(task, deps, dns.address);
  // The look from outside is over: AMT has few sockets.
  const { keyVersion, ...told } = isOpen(outside.own) ? await ask(session) : nothing;
  const directory = await inDomain;
  const { host, fqdn, tls, certificateFingerprint, credential } = device;
  const { own, others, pong } = outside;
  const version = versionOf(told.facts?.amtVersion ?? null, versionIn(own.answer)) ?? device.amtVersion;
  return {
    ...told,
    now: clock.now(),
    device: { host, fqdn, tls, certificateFingerprint, credential },
    user: (await deps.credentials(credential))?.user ?? null,
    dns,
    own,
    others,
    pong: pong === null ? null : pong.heard,
    version,
    directory: directory.kind === 'asked' ? { ...directory, keyVersion } : directory,
    missingFeatures: version === null ? [] : deps.missingFeatures(version),
    standing: standingOf(device, outside, told.facts, told.error?.code ?? null),
  };
}

/** The header has the build number too; where the two disagree AMT itself is believed. */
const versionOf = (told: string | null, header: string | null) =>
  told === null || header?.startsWith(`${told}.`) ? (header ?? told) : told;

/** `15.0.23.1706` in `Intel(R) Active Management Technology 15.0.23.1706`; AMT 11 says no more than `AMT`. */
function versionIn(answer: VerifyEvidence['own']['answer']): string | null {
  const server = answer.kind === 'answered' ? answer.server : undefined;
  return /^Intel\(R\) Active Management Technology (\d+(?:\.\d+){2,3})/.exec(server ?? '')?.[1] ?? null;
}

type Told = Pick<VerifyEvidence, 'facts' | 'settings' | 'links' | 'auditLog' | 'driftSeconds' | 'error'> & {
  /** Of its Kerberos key; null when Kerberos is off, undefined when AMT does not tell. */
  readonly keyVersion: number | null | undefined;
};

const neverSet = async () => null;

const nothing: Told = {
  facts: null,
  settings: null,
  links: null,
  auditLog: null,
  driftSeconds: null,
  error: null,
  keyVersion: undefined,
};

/** What AMT tells; after the first error that ends the conversation nothing more is asked, so that no account is locked. */
async function ask(session: AmtSession): Promise<Told> {
  const told: { -readonly [K in keyof Told]: Told[K] } = { ...nothing };
  try {
    told.facts = await session.readFacts();
    told.settings = await ifThere(() =>
      session.settings.read(['hostName', 'domainName', 'powerPackage', 'linkPolicy']),
    );
    told.links = await ifThere(() => session.settings.links());
    told.auditLog = await ifThere(() => session.auditLog.status());
    told.driftSeconds = await ifThere(() => session.deviceClock.readDriftSeconds());
    const kerberos = await ifThere(() => session.provisioning.kerberos.read());
    told.keyVersion = kerberos === null ? undefined : kerberos.enabled ? kerberos.keyVersion : null;
  } catch (error) {
    if (!(error instanceof AmtError) || error.code === 'cancelled') throw error;
    told.error = { code: error.code, evidence: error.evidence };
  }
  return told;
}
