import { writeFile } from 'node:fs/promises';
import { redactText } from '../../logging/redact.ts';
import { pkiReasons } from '../../messages/reasons/pki-reasons.ts';
import type { Certificates } from '../../pki/certificates.ts';
import { judgeBundle, type ProvisioningCheck } from '../../pki/judge-provisioning.ts';
import { isDnsName, type ProvisioningTarget } from '../../pki/provisioning-rules.ts';
import type { RevocationLists } from '../../pki/revocation-lists.ts';
import type { OwnAuthority, RevocationReason } from '../../ports/pki/issuer.ts';
import type { ProvisioningBundle, ProvisioningCertificates } from '../../ports/pki/provisioning.ts';
import { PkiError } from '../../ports/pki.ts';
import {
  type CertificateRecord,
  type CertificateStore,
  certificateStateNumbers,
} from '../../ports/store/certificate-store.ts';
import type { SecretStore } from '../../ports/store/secret-store.ts';

/** Where the commands write. */
export interface PkiOutput {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Our authority and what belongs to it. */
export interface PkiOffice {
  readonly authority: OwnAuthority;
  readonly certificates: Certificates;
  readonly lists: RevocationLists;
  readonly store: CertificateStore;
  /** Writes a revocation into the trail. */
  readonly note: (data: Readonly<Record<string, unknown>>) => Promise<void>;
}

const icons = { pass: '✔ ok  ', warn: '▲ warn', fail: '✖ fail', unknown: '· ?   ' } as const;

/** `oob pki judge`: every rule on each of the provisioning certificates. Ends 1 when one failed or could not be opened. */
export async function runPkiJudge(
  subjects: readonly { readonly name: string; readonly read: () => Promise<ProvisioningBundle> }[],
  options: {
    readonly target: ProvisioningTarget;
    readonly certificates: Pick<ProvisioningCertificates, 'revocation'>;
    readonly lookUp: boolean;
    readonly json: boolean;
    readonly now: Date;
  },
  output: PkiOutput,
): Promise<number> {
  if (subjects.length === 0) {
    output.err('Name a PKCS#12 file, or fill in pki.provisioning in the configuration.');
    return 2;
  }
  let failures = 0;
  for (const { name, read } of subjects) {
    const code = await reported(output, async () => {
      const bundle = await read();
      const revocation = options.lookUp ? await options.certificates.revocation(bundle.chain) : null;
      const checks = judgeBundle(bundle, options.target, revocation, options.now);
      for (const check of checks)
        output.out(options.json ? JSON.stringify({ certificate: name, ...check }) : lineOf(name, check));
      return checks.some(({ status }) => status === 'fail') ? 1 : 0;
    });
    failures += code;
  }
  return failures > 0 ? 1 : 0;
}

function lineOf(certificate: string, { name, status, evidence, mend }: ProvisioningCheck): string {
  const indent = ' '.repeat(icons.pass.length + 2);
  const advice = mend === null ? '' : `\n${indent}→ ${mend}`;
  return `${icons[status]}  ${certificate}: ${name}\n${indent}${redactText(evidence.join(`\n${indent}`))}${advice}`;
}

/** `oob pki request`: makes a key and a request. The key goes into the encrypted store, the request into a file that must be new. */
export function runPkiRequest(
  { commonName, file, keyName }: { readonly commonName: string; readonly file: string; readonly keyName: string },
  secrets: SecretStore,
  make: () => Promise<{ readonly request: string; readonly key: string }>,
  output: PkiOutput,
): Promise<number> {
  return reported(output, async () => {
    if (!isDnsName(commonName) || commonName.length > 64)
      throw new PkiError('pki_name_unfit', [commonName.slice(0, 100)]);
    // A key that a certificate may have been issued for already is not thrown away.
    if ((await secrets.names()).includes(keyName)) throw new PkiError('pki_already_there', [`secret ${keyName}`]);
    const { request, key } = await make();
    await writeFile(file, request, { flag: 'wx' }).catch((cause: unknown) => {
      const exists = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EEXIST';
      throw new PkiError(exists ? 'pki_already_there' : 'pki_file_unreadable', [file], { cause });
    });
    await secrets.set(keyName, key);
    output.out(`${file}: request for ${commonName}. Its key is in the encrypted store as ${keyName}.`);
    output.out(
      `Give the request to the authority. Then set pki.provisioning.NAME to { certificateFile: its answer with the whole path, PEM; key: { secret: ${keyName} } } and run: oob pki judge`,
    );
    return 0;
  });
}

/** `oob pki authority`: whose certificates are issued, and how the list stands. */
export function runPkiAuthority(open: () => Promise<PkiOffice>, output: PkiOutput): Promise<number> {
  return reported(output, async () => {
    const { authority, store } = await open();
    for (const { subject, keyType, keyBits, notAfter } of authority.chain)
      output.out(`${subject}  ${keyType} ${keyBits ?? '?'}, until ${day(notAfter)}`);
    output.out(`SHA-256 ${authority.id}`);
    const list = await store.currentList(authority.id);
    output.out(
      list
        ? `Revocation list ${list.number}, until ${list.nextUpdate.toISOString()}`
        : 'No revocation list was made yet.',
    );
    return 0;
  });
}

/** `oob pki list`: the records, newest first. */
export async function runPkiList(
  store: CertificateStore,
  { limit, json }: { readonly limit: number; readonly json: boolean },
  output: PkiOutput,
): Promise<number> {
  for (const record of await store.list(limit)) output.out(json ? JSON.stringify(shown(record)) : recordLine(record));
  return 0;
}

function shown({ der: _, ...record }: CertificateRecord) {
  return { ...record, stateNumber: certificateStateNumbers[record.state] };
}

function recordLine({ state, kind, name, serial, notAfter, revocationReason }: CertificateRecord): string {
  const end = notAfter === null ? '' : `  until ${day(notAfter)}`;
  const why = revocationReason === null ? '' : ` (${revocationReason})`;
  return `${serial ?? '-'}  ${state}${why}  ${kind}  ${name}${end}`;
}

/** `oob pki revoke SERIAL`: revokes and publishes a new list. */
export function runPkiRevoke(
  open: () => Promise<PkiOffice>,
  { serial, reason }: { readonly serial: string; readonly reason: RevocationReason },
  output: PkiOutput,
): Promise<number> {
  return reported(output, async () => {
    const { certificates, note } = await open();
    const revoked = await certificates.revoke(serial.replaceAll(':', ''), reason);
    if (revoked) await note({ serial, reason });
    output.out(revoked ? `Revoked (${reason}); a new list is made.` : 'It was revoked already.');
    return 0;
  });
}

/** `oob pki crl`: makes a new list now, keeps it and writes it where it is wanted. */
export function runPkiPublish(open: () => Promise<PkiOffice>, file: string | null, output: PkiOutput): Promise<number> {
  return reported(output, async () => {
    const { lists } = await open();
    const { number, der, nextUpdate } = await lists.renew();
    if (file !== null) await writeFile(file, der);
    output.out(`Revocation list ${number}, until ${nextUpdate.toISOString()}${file === null ? '' : `: ${file}`}`);
    return 0;
  });
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

async function reported({ err }: PkiOutput, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const { what, mend } = pkiReasons[error.code];
    err(redactText([what, ...error.evidence.map((line) => `  ${line}`), `→ ${mend}`].join('\n')));
    return 1;
  }
}
