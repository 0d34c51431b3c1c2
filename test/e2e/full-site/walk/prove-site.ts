import type { LabProcess } from '../../site/lab-process.ts';
import { helpdesk } from '../ground/configuration.ts';
import { sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { accepted, fetchCertificate, fetchLists } from '../proofs/certificates.ts';
import { accountsOf, logIns } from '../proofs/log-ins.ts';
import { clientPapersOf, isLetIn, startAccessControl } from '../proofs/network-access.ts';
import { logOn, ticketsDecrypt } from '../proofs/tickets.ts';
import type { Report } from '../report.ts';
import type { RemovedPc } from './remove-pc.ts';

/** What programs that know nothing of this project find at the end. */
export async function proveSite(site: FullSite, lab: LabProcess, report: Report, removed: RemovedPc): Promise<void> {
  const { authorities, domain, service } = site;
  const pcs = sitePcs.filter(({ name }) => name !== removed.pc.name);
  await report.prove('tickets for every service of each PC decrypt with its key', 'kvno', async () => {
    await logOn(domain);
    for (const pc of pcs) await ticketsDecrypt(domain, pc, (await lab.state(pc.name)).kerberos);
    return `${pcs.length} PCs, ${pcs.length * 6} tickets`;
  });
  await report.prove('the certificate that each shows is ours and in force', 'openssl s_client, verify', async () => {
    for (const pc of pcs) {
      const shown = await fetchCertificate(authorities, pc);
      await accepted(authorities, shown, pc.fqdn, await fetchLists(authorities, shown));
    }
    return `${pcs.length} PCs, against our root and both revocation lists`;
  });
  await report.prove('the network lets each in, and the removed one not', 'eapol_test, FreeRADIUS', async () => {
    const shown = await fetchCertificate(authorities, pcs[0] ?? removed.pc);
    const radius = await startAccessControl(authorities, await fetchLists(authorities, shown));
    try {
      for (const pc of pcs) {
        const papers = await clientPapersOf(authorities, pc, await lab.state(pc.name));
        if (papers === null) throw new Error(`${pc.name} has no client certificate`);
        if (!(await isLetIn(radius, pc, papers))) throw new Error(`${pc.name} is refused`);
      }
      if (removed.papers === null) throw new Error(`${removed.pc.name} had no client certificate`);
      if (await isLetIn(radius, removed.pc, removed.papers)) throw new Error(`${removed.pc.name} is let in`);
    } finally {
      await radius.stop();
    }
    return `${pcs.length} let in; ${removed.pc.name} refused, its certificate is revoked`;
  });
  await report.prove('each takes its new account, and the factory’s no more', "MeshCentral's AMT stack", async () => {
    const statuses = await logIns(authorities, accountsOf(helpdesk.user, helpdesk.password, [removed.pc.name]));
    const refused = pcs.filter((_, index) => statuses[index] !== 200).map(({ name }) => name);
    if (refused.length > 0) throw new Error(`${helpdesk.user} is refused by ${refused.join(', ')}`);
    const factory = await logIns(authorities, accountsOf('admin', 'admin', [removed.pc.name]));
    const open = pcs.filter((_, index) => factory[index] !== 401).map(({ name }) => name);
    if (open.length > 0) throw new Error(`the factory's password opens ${open.join(', ')}`);
    return `${pcs.length} PCs`;
  });
  await report.prove('the trail is whole', 'oob audit verify', async () => {
    const { code, said } = await service.oob(['audit', 'verify']);
    if (code !== 0) throw new Error(said);
    return said.trim().split('\n').at(-1) ?? '';
  });
}
