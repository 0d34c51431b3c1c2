import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabProcess } from '../../site/lab-process.ts';
import { rightDhcp } from '../ground/dhcp.ts';
import { rightNames } from '../ground/names.ts';
import { place, sitePcs } from '../ground/place.ts';
import type { FullSite } from '../ground/site.ts';
import { unprovisionAsAdministrator } from '../proofs/log-ins.ts';
import { ownAdministrators } from '../proofs/own-passwords.ts';
import { deleteUnit, removeGrants } from './domain-damage.ts';
import { createFirewall } from './firewall.ts';

/** Something that goes wrong with a site. */
export interface Breakage {
  readonly what: string;
  /** Number of the step of the checklist that has to turn red, and of no other one. */
  readonly step: number;
  /** What its card has to say is to be done. */
  readonly mend: RegExp;
  breakIt(): Promise<unknown>;
  /** What people do then. */
  mendIt(): Promise<unknown>;
  /** The one step that is red after that, and what its card says. Default: none is. */
  readonly leaves?: { readonly step: number; readonly mend: RegExp };
  /** What the operator says after either, so that what is kept of PCs is not old. */
  readonly looks?: readonly string[];
}

const aheadMs = 20 * 60_000;
const fullLog = 'host5';
const resetPc = sitePcs[6];

/** Ten of them, in an order in which each can be mended before the next. */
export function breakagesOf(site: FullSite, lab: LabProcess): readonly Breakage[] {
  const { authorities, chat, dhcp, domain, names, service, web } = site;
  const firewall = createFirewall();
  const provisioning = join(authorities.folder, 'provisioning-chain.pem');
  const directory = (...args: string[]) => {
    const { account, password } = domain.administrator;
    return service.oob(['directory', ...args, '--as', account], { input: password });
  };
  const restart = async (options: { readonly aheadMs: number }) => {
    await service.stop();
    await service.start(options);
  };
  let good = '';
  return [
    {
      what: 'the alias ProvisionServer moved',
      step: 7,
      mend: /Find out who changed it, correct the record and protect it/,
      breakIt: () => names.serve({ ...rightNames, provisionServer: `dc1.${place.domain}` }),
      mendIt: () => names.serve(rightNames),
    },
    {
      what: 'DHCP option 15 dropped',
      step: 1,
      mend: /Set option 015 \(DNS domain name\)/,
      breakIt: () => dhcp.serve(rightDhcp.filter((option) => !option.includes('=15,'))),
      mendIt: () => dhcp.serve(rightDhcp),
    },
    {
      what: 'ports of AMT closed by a firewall',
      step: 1,
      mend: /Open them from this machine to the network of the PCs/,
      breakIt: () => firewall.drop(place.firstPc.replace(/\d+$/, '0/24'), [16_992, 16_993]),
      mendIt: () => firewall.open(),
    },
    {
      what: 'the clock of the service moved',
      step: 5,
      mend: /Set it by the time source of the site/,
      breakIt: () => restart({ aheadMs }),
      mendIt: () => restart({ aheadMs: 0 }),
    },
    {
      what: 'the provisioning certificate expired',
      step: 2,
      mend: /Renew it now/,
      breakIt: async () => {
        good = await readFile(provisioning, 'utf8');
        await authorities.signProvisioning(null, { isOver: true });
      },
      mendIt: () => writeFile(provisioning, good),
    },
    {
      what: 'the revocation list of its issuer gone',
      step: 2,
      mend: /publish the list/,
      breakIt: async () => web.hide('root.crl'),
      mendIt: async () => web.hide(null),
    },
    {
      what: 'the right of the service on the unit removed',
      step: 3,
      mend: /oob directory delegate/,
      breakIt: () => removeGrants(domain),
      mendIt: () => directory('delegate'),
    },
    {
      what: 'the audit log of a PC full',
      step: 17,
      mend: /audit export/,
      looks: [`status ${fullLog}`],
      breakIt: () => lab.setFaults(fullLog, 'audit-log-full'),
      mendIt: () => lab.setFaults(fullLog, ''),
    },
    {
      what: 'a PC reset to factory settings',
      step: 16,
      mend: /provision them again/,
      looks: [`discover ${resetPc?.name}`],
      async breakIt() {
        if (!resetPc) throw new Error('no such PC');
        await unprovisionAsAdministrator(authorities, await ownAdministrators(service, [resetPc]));
      },
      async mendIt() {
        const back = `unprovision ${resetPc?.name} --reason "somebody reset it"`;
        for (const [text, ...approvers] of [
          [back, 'approver', 'security'],
          [`provision ${resetPc?.name}`, 'approver'],
        ] as const) {
          const answer = await chat.agreed('operator', text, ...approvers);
          if (answer.code !== 0) throw new Error(answer.text);
        }
        for (const text of ['status', 'settings diff', 'audit pull'])
          await chat.must('operator', `${text} ${resetPc?.name}`);
      },
    },
    {
      what: 'the unit of the device objects deleted',
      step: 3,
      mend: /oob directory prepare/,
      breakIt: () => deleteUnit(domain),
      async mendIt() {
        await directory('prepare');
        await directory('delegate');
      },
      // What the domain lost is not there again with its unit.
      leaves: { step: 16, mend: /oob rotate/ },
    },
  ];
}
