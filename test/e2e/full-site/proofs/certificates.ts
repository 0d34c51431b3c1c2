import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authorities } from '../ground/authorities.ts';
import type { SitePc } from '../ground/place.ts';
import { must, runProgram } from '../ground/program.ts';

// Firmware before 12 speaks TLS 1.1 at best, which today's OpenSSL only speaks when told so.
const oldToo = ['-cipher', 'ALL:@SECLEVEL=0'];

/** The certificate that a PC shows to OpenSSL on its TLS port, written to a PEM file. Resolves to its path. */
export async function fetchCertificate({ folder }: Authorities, { name, fqdn, address }: SitePc): Promise<string> {
  const args = ['s_client', '-connect', `${address}:16993`, '-servername', fqdn, ...oldToo];
  const { said } = await runProgram('openssl', args);
  const [pem] = said.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/) ?? [];
  if (pem === undefined) throw new Error(`${name} shows no certificate: ${said.trim().split('\n').at(-1)}`);
  const file = join(folder, `${name}.shown.pem`);
  await writeFile(file, `${pem}\n`);
  return file;
}

/** The lists that a chain's certificates name, fetched from there, as one PEM file. */
export async function fetchLists({ folder, files }: Authorities, certificate: string): Promise<string> {
  const lists: string[] = [];
  for (const one of [certificate, files.deviceAuthority]) {
    const text = await must('openssl', ['x509', '-in', one, '-noout', '-ext', 'crlDistributionPoints']);
    const [, url] = /URI:(\S+)/.exec(text) ?? [];
    if (url === undefined) throw new Error(`${one} names no revocation list`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const der = join(folder, 'fetched.crl');
    await writeFile(der, Buffer.from(await response.arrayBuffer()));
    await must('openssl', ['crl', '-inform', 'DER', '-in', der, '-out', `${der}.pem`]);
    lists.push(await readFile(`${der}.pem`, 'utf8'));
  }
  const file = join(folder, 'fetched-lists.pem');
  await writeFile(file, lists.join(''));
  return file;
}

/** `openssl verify` of a certificate for this name against our root and the lists in force; what it said. Rejects when it is refused. */
export async function accepted(
  { files }: Authorities,
  certificate: string,
  fqdn: string,
  lists: string,
): Promise<string> {
  const trust = ['-CAfile', files.root, '-untrusted', files.deviceAuthority, '-CRLfile', lists, '-crl_check_all'];
  const wanted = ['-purpose', 'sslserver', '-verify_hostname', fqdn];
  return must('openssl', ['verify', ...trust, ...wanted, certificate]);
}

/** That `openssl verify` refuses it because it is revoked. Resolves to the reason on the list. */
export async function revoked(authorities: Authorities, certificate: string, fqdn: string): Promise<string> {
  const lists = await fetchLists(authorities, certificate);
  const said = await accepted(authorities, certificate, fqdn, lists).then(
    (text) => text,
    (error: unknown) => String(error),
  );
  if (!said.includes('certificate revoked')) throw new Error(said.trim());
  const serial = (await must('openssl', ['x509', '-in', certificate, '-noout', '-serial']))
    .trim()
    .replace('serial=', '');
  const listed = await must('openssl', ['crl', '-in', lists, '-noout', '-text']);
  const [, reason = 'no reason given'] =
    new RegExp(`Serial Number: ${serial}[^]*?X509v3 CRL Reason Code:\\s+(\\w+)`).exec(listed) ?? [];
  return `serial ${serial}, ${reason}`;
}
