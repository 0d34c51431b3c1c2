import { readFile, writeFile } from 'node:fs/promises';
import type { LabProcess } from '../../site/lab-process.ts';
import { helpdesk } from '../ground/configuration.ts';
import { type SitePc, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { fetchCertificate, revoked } from '../proofs/certificates.ts';
import { type ClientPapers, clientPapersOf } from '../proofs/network-access.ts';
import { noTicket, ticketsDecrypt } from '../proofs/tickets.ts';
import type { Report } from '../report.ts';

/** The PC that was removed, and what it had. */
export interface RemovedPc {
  readonly pc: SitePc;
  /** PEM file of the TLS certificate that it had. */
  readonly certificate: string | null;
  readonly papers: ClientPapers | null;
}

/** The last PC is unprovisioned, which two people agree to. */
export async function removePc(site: FullSite, lab: LabProcess, report: Report): Promise<RemovedPc> {
  const { authorities, chat, domain } = site;
  const pc = sitePcs.at(-1);
  if (!pc) throw new Error('there are no PCs');
  const papers = await clientPapersOf(authorities, pc, await lab.state(pc.name));
  const certificate = await fetchCertificate(authorities, pc).then(
    async (file) => {
      await writeFile(`${file}.removed`, await readFile(file));
      return `${file}.removed`;
    },
    () => null,
  );
  const before = await ticketsDecrypt(domain, pc, (await lab.state(pc.name)).kerberos).catch(() => null);
  await report.prove(
    `${pc.name} is unprovisioned after two people agreed`,
    'oob say, the firmware itself',
    async () => {
      const text = `unprovision ${pc.name} --reason "it is given away"`;
      const { code, view, text: said } = await chat.agreed('operator', text, 'approver', 'security');
      if (code !== 0) throw new Error(said);
      const { provisioningState, accounts } = await lab.state(pc.name);
      if (provisioningState === 2) throw new Error('the firmware is provisioned still');
      if (accounts.some(({ name }) => name === helpdesk.user)) throw new Error('it has its accounts still');
      return view.title;
    },
  );
  await report.prove(`its certificate is on the list`, 'openssl verify', async () => {
    if (certificate === null) throw new Error('it had none');
    return revoked(authorities, certificate, pc.fqdn);
  });
  await report.prove('the domain knows it no more', 'kvno', async () => {
    if (before === null) throw new Error('it did not know it before');
    return noTicket(domain, pc);
  });
  return { pc, certificate, papers };
}
