import { isIP } from 'node:net';
import type { SiteProbes } from '../ports/network/site-probes.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import type { SiteNetwork } from './site-network.ts';
import type { Verdicts } from './verdict.ts';
import { verdict } from './verdict.ts';
import { judgeAlias, judgeForward, judgeNameServers, judgeReverse, type NameEvidence } from './verdicts/dns.ts';

/** Short name that AMT firmware looks up from the factory to find a provisioning server (Intel AMT Implementation and Reference Guide). */
const aliasName = 'ProvisionServer';

/** Of a PC with a name in place of an address so many of its addresses are looked up in reverse. */
const mostAddresses = 2;

/** What is asked of DNS. */
interface NamesQuestion {
  readonly network: SiteNetwork;
  readonly sample: readonly Device[];
  /** DNS names of the Active Directory domains. */
  readonly domains: readonly string[];
}

/** Asks every DNS server of the site by itself, for one may say what another does not. */
export async function measureNames(
  probes: Pick<SiteProbes, 'nameServer' | 'systemNameServers'>,
  { network, sample, domains }: NamesQuestion,
): Promise<Verdicts> {
  const { dnsSuffixes, dnsServers, probeMs, provisionServer } = network;
  const servers = dnsServers.length > 0 ? dnsServers : probes.systemNameServers();
  const named = sample.flatMap(({ name, fqdn, host }) =>
    fqdn === null ? [] : [{ device: name, fqdn, address: isIP(host) === 0 ? null : host }],
  );
  const suffixes = dnsSuffixes.length > 0 ? dnsSuffixes : domains;
  const asked = suffixes[0] ?? named[0]?.fqdn;
  const standing = await Promise.all(
    servers.map(async (server) => {
      const name = asked ?? '';
      return { server, asked: name, answer: await probes.nameServer(server).addressesOf(name, probeMs) };
    }),
  );
  const known = asked === undefined ? [] : standing;
  const answering = known.filter(({ answer }) => answer.kind !== 'no_answer').map(({ server }) => server);
  const standingVerdict = judgeNameServers(known);
  if (answering.length === 0) {
    const after = standingVerdict.status === 'not_applicable' ? standingVerdict : verdict.after('DNS servers');
    return { 'DNS servers': standingVerdict, 'forward DNS': after, 'reverse DNS': after, ProvisionServer: after };
  }

  const about = async (device: (typeof named)[number]): Promise<NameEvidence> => {
    const forward = await Promise.all(
      answering.map(async (server) => ({
        server,
        answer: await probes.nameServer(server).addressesOf(device.fqdn, probeMs),
      })),
    );
    const found = forward.flatMap(({ answer }) => (answer.kind === 'found' ? answer.values : []));
    const addresses = device.address === null ? [...new Set(found)].slice(0, mostAddresses) : [device.address];
    const reverse = await Promise.all(
      answering.flatMap((server) =>
        addresses.map(async (address) => ({
          server,
          address,
          answer: await probes.nameServer(server).namesOf(address, probeMs),
        })),
      ),
    );
    return { ...device, forward, reverse };
  };
  const [names, aliases] = await Promise.all([
    Promise.all(named.map(about)),
    Promise.all(
      suffixes.flatMap((suffix) =>
        answering.map(async (server) => {
          const name = `${aliasName}.${suffix}`;
          return { server, name, answer: await probes.nameServer(server).addressesOf(name, probeMs) };
        }),
      ),
    ),
  ]);
  return {
    'DNS servers': standingVerdict,
    'forward DNS': judgeForward(names),
    'reverse DNS': judgeReverse(names),
    ProvisionServer: judgeAlias(provisionServer, aliases),
  };
}
