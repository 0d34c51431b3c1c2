import type { LabProcess } from '../../site/lab-process.ts';
import { helpdesk } from '../ground/configuration.ts';
import { sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { accepted, fetchCertificate, fetchLists } from '../proofs/certificates.ts';
import { accountsOf, logIns, type PcAccount } from '../proofs/log-ins.ts';
import { clientPapersOf, isLetIn, startAccessControl } from '../proofs/network-access.ts';
import { ownAdministrators } from '../proofs/own-passwords.ts';
import { ticketsDecrypt } from '../proofs/tickets.ts';
import type { Report } from '../report.ts';
import type { RemovedPc } from './remove-pc.ts';

/** What programs that know nothing of this project find at the end. */
export async function proveSite(site: FullSite, lab: LabProcess, report: Report, removed: RemovedPc): Promise<void> {
  const { authorities, domain, service } = site;
  const letsIn = async (accounts: readonly PcAccount[], wanted = 200) => {
    const statuses = await logIns(authorities, accounts);
    const others = accounts.flatMap(({ pc }, at) => (statuses[at] === wanted ? [] : [`${pc.name} ${statuses[at]}`]));
    if (others.length > 0) throw new Error(`not ${wanted}: ${others.join(', ')}`);
    return `${accounts.length} PCs, ${wanted}`;
  };
  const pcs = sitePcs.filter(({ name }) => name !== removed.pc.name);
  await report.prove('tickets for every service of each PC decrypt with its key', 'kvno', async () => {
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
  await report.prove('each takes the account of its profile', "MeshCentral's AMT stack", () =>
    letsIn(accountsOf(pcs, helpdesk)),
  );
  await report.prove('each takes an administrator of its own', "MeshCentral's AMT stack", async () =>
    letsIn(await ownAdministrators(service, pcs)),
  );
  await report.prove("none takes the factory's administrator any more", "MeshCentral's AMT stack", () =>
    letsIn(accountsOf(pcs, { user: 'admin', password: 'admin' }), 401),
  );
  await report.prove('the trail is whole', 'oob audit verify', async () => {
    const { code, said } = await service.oob(['audit', 'verify']);
    if (code !== 0) throw new Error(said);
    return said.trim().split('\n').at(-1) ?? '';
  });
}
