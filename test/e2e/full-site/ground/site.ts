import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTimeSource, type TimeSource } from '../../../support/time-source.ts';
import { type LabProcess, startLab } from '../../site/lab-process.ts';
import type { Report } from '../report.ts';
import { type Authorities, createAuthorities } from './authorities.ts';
import { type ConfigurationParts, helpdesk, siteConfiguration } from './configuration.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { createDhcpServer, type DhcpServer, rightDhcp } from './dhcp.ts';
import { type Domain, serviceAccount, startDomain } from './domain.ts';
import { createNameServer, type NameServer, rightNames } from './names.ts';
import { personas, place } from './place.ts';
import { createService, type Service } from './service.ts';
import { startWebServer, type WebServer } from './web-server.ts';

/** Everything around the service, and the service. */
export interface FullSite {
  readonly folder: string;
  readonly authorities: Authorities;
  readonly domain: Domain;
  readonly names: NameServer;
  readonly dhcp: DhcpServer;
  readonly time: TimeSource;
  readonly web: WebServer;
  readonly service: Service;
  readonly chat: Conversation;
}

/** Makes all of it, with a line for each part; what ends it goes into `undo`, to be done from the last to the first. */
export async function createFullSite(report: Report, undo: (() => Promise<unknown>)[]): Promise<FullSite> {
  const folder = await mkdtemp(join(tmpdir(), 'oob-full-site-'));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  // PostgreSQL and FreeRADIUS do not run as root, and their users must be able to pass through.
  await chmod(folder, 0o711);

  const network = await report.stage('Network', async (found) => {
    const dhcp = await createDhcpServer(folder);
    undo.push(() => dhcp.stop());
    await dhcp.serve(rightDhcp);
    const names = createNameServer(place.dns);
    undo.push(() => names.stop());
    await names.serve(rightNames);
    const time = await startTimeSource(123, place.time);
    undo.push(() => time.stop());
    found(
      `dnsmasq hands out options 6 and 15 and answers ${Object.keys(rightNames.hosts).length} names; a time source`,
    );
    return { dhcp, names, time };
  });
  const pki = await report.stage('Authorities', async (found) => {
    const authorities = await createAuthorities(folder);
    const web = await startWebServer(place.web, authorities.webFolder);
    undo.push(() => web.stop());
    found('OpenSSL made a root of our own and an authority for devices below it; a web server has their lists');
    return { authorities, web };
  });
  const domain = await report.stage('Domain', async (found) => {
    const made = await startDomain(folder, place.domainController);
    undo.push(() => made.samba.remove());
    found(`Samba: ${place.domain}, empty but for two accounts`);
    return made;
  });
  const service = createService(folder);
  await report.stage('Installation', (found) =>
    install(service, { authorities: pki.authorities, domain, dhcpInterface: network.dhcp.interface }, found),
  );
  await report.stage('Service', async (found) => {
    undo.push(() => service.stop());
    await service.start();
    found(`oob serve, console on 127.0.0.1:${place.consolePort}, hellos on ${place.hello}:${place.helloPort}`);
  });
  return { folder, domain, ...network, ...pki, service, chat: createConversation(service) };
}

/** What the people who install the service do at a terminal: secrets, provisioning certificate, unit and rights in the domain. */
async function install(
  { configFile, folder, oob }: Service,
  parts: Omit<ConfigurationParts, 'provisioning'>,
  found: (text: string) => void,
): Promise<void> {
  const must = async (args: readonly string[], input = '') => {
    const { code, said } = await oob(args, { input });
    if (code !== 0) throw new Error(`oob ${args.join(' ')} ended with ${code}: ${said.trim()}`);
    return said;
  };
  const { authorities, domain } = parts;
  await writeFile(configFile, siteConfiguration({ ...parts, provisioning: null }));
  const secrets = {
    directory: serviceAccount.password,
    helpdesk: helpdesk.password,
    'factory-admin': 'admin',
    'device-ca-key': await readFile(authorities.files.deviceKey, 'utf8'),
  };
  for (const [name, value] of Object.entries(secrets)) await must(['secret', 'set', name], value);
  const request = join(folder, 'provisioning.request.pem');
  await must(['pki', 'request', '--cn', `oob.${place.domain}`, '--out', request]);
  const provisioning = await authorities.signProvisioning(request);
  await writeFile(configFile, siteConfiguration({ ...parts, provisioning }));
  const { account, password } = domain.administrator;
  await must(['directory', 'prepare', '--as', account], password);
  await must(['directory', 'delegate', '--as', account], password);
  // Written and looked at once more by the rules of the firmware.
  await must(['pki', 'judge', '--suffix', place.domain]);
  await must(['pki', 'authority']);
  await must(['pki', 'crl', '--out', join(authorities.webFolder, 'devices.crl')]);
  await must(['directory', 'verify']);
  found('secrets; provisioning certificate requested, signed and judged; unit made, Full Control granted and verified');
}

/** Starts the PCs as they came from the factory: each says hello to the service. */
export async function startBarePcs({ folder, authorities }: FullSite): Promise<LabProcess> {
  return startLab(folder, [
    ...['--devices', String(place.pcs), '--first-address', place.firstPc, '--sites', place.site, '--bare', 'all'],
    ...['--persona', personas.join(','), '--dns-suffix', place.domain, '--hello-roots', authorities.files.root],
    ...['--hello-server', `${place.hello}:${place.helloPort}`, '--rmcp-port', '623', '--seed', 'full site'],
    ...['--power-delay', '300'],
  ]);
}
