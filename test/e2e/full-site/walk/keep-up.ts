import { readFile, writeFile } from 'node:fs/promises';
import type { LabProcess } from '../../site/lab-process.ts';
import { place, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { fetchCertificate, revoked } from '../proofs/certificates.ts';
import { ticketsDecrypt } from '../proofs/tickets.ts';
import type { Report } from '../report.ts';

/** Changed settings are pushed, passwords and keys rotated, certificates renewed. */
export async function keepUp(site: FullSite, lab: LabProcess, report: Report): Promise<void> {
  const { authorities, chat, domain, service } = site;
  const all = `site:${place.site}`;
  const agreed = async (text: string) => {
    const { code, view, text: said } = await chat.agreed('operator', text);
    if (code !== 0) throw new Error(said);
    return view.title;
  };
  await report.prove('a changed profile reaches each by `update`', 'the firmware itself', async () => {
    const yaml = await readFile(service.configFile, 'utf8');
    await writeFile(service.configFile, yaml.replace('idleWakeTimeoutMinutes: 5', 'idleWakeTimeoutMinutes: 7'));
    await service.stop();
    await service.start();
    const title = await agreed(`update ${all}`);
    for (const { name } of sitePcs) {
      const minutes = (await lab.state(name)).generalSettings.IdleWakeTimeout;
      if (minutes !== 7) throw new Error(`${name} has ${String(minutes)}`);
    }
    return title;
  });
  await report.prove('`rotate` gives each a new password and key, and the domain the same', 'kvno', async () => {
    const versionsOf = () =>
      Promise.all(sitePcs.map(async ({ name }) => (await lab.state(name)).kerberos.KeyVersion ?? 0));
    const before = await versionsOf();
    const title = await agreed(`rotate ${all}`);
    const after = await versionsOf();
    for (const [index, version] of after.entries())
      if (version <= (before[index] ?? 0)) throw new Error(`${sitePcs[index]?.name} still has key ${version}`);
    for (const pc of sitePcs) await ticketsDecrypt(domain, pc, (await lab.state(pc.name)).kerberos);
    return title;
  });
  await report.prove('`renew` gives each a new certificate and revokes the old one', 'openssl verify', async () => {
    const old = new Map<string, string>();
    for (const pc of sitePcs) {
      const file = await fetchCertificate(authorities, pc);
      await writeFile(`${file}.old`, await readFile(file));
      old.set(pc.name, `${file}.old`);
    }
    const title = await agreed(`renew ${all}`);
    for (const pc of sitePcs) {
      const before = old.get(pc.name) ?? '';
      const now = await fetchCertificate(authorities, pc);
      if ((await readFile(now, 'utf8')) === (await readFile(before, 'utf8')))
        throw new Error(`${pc.name}: the old one`);
      await revoked(authorities, before, pc.fqdn);
    }
    return title;
  });
}
