import { plainDnsName } from '../inventory/dns-name.ts';
import { verifyMends as mends } from '../messages/checks/verify-mends.ts';
import { type Check, checkOf } from './check.ts';
import type { VerifyEvidence } from './evidence.ts';

/** What AMT calls itself against what the inventory calls it: its certificate and its Kerberos names go by the latter. Pure. */
export function amtName({ device, settings }: VerifyEvidence): Check {
  const { pass, warn, unknown, notApplicable } = checkOf('name.amt', 'Name in AMT');
  const { hostName = '', domainName = '' } = settings ?? {};
  if (hostName === '') return unknown(settings === null ? 'it could not be read' : 'AMT has none');
  if (device.fqdn === null) return notApplicable(`${hostName}; the inventory has no name of it`);
  const wanted = plainDnsName(device.fqdn);
  // Some keep the whole name in the host name.
  const own = plainDnsName(domainName === '' || hostName.includes('.') ? hostName : `${hostName}.${domainName}`);
  if (own === wanted || (domainName === '' && own === wanted.split('.')[0])) return pass(own);
  return warn(`AMT calls itself ${own}, the inventory ${wanted}`, mends.amt_name_other);
}

/** Whether it is reached over the wire. Pure. */
export function wiredLink({ links }: VerifyEvidence): Check {
  const { pass, warn, unknown, notApplicable } = checkOf('link', 'Network link');
  if (links === null || links.length === 0) return unknown('its network ports could not be read');
  const wired = links.find(({ kind }) => kind === 'wired');
  const wireless = links.find(({ kind }) => kind === 'wireless');
  if (!wired) return notApplicable('it has no wired port');
  if (wired.isUp !== false) return pass(`wired${wired.address === null ? '' : `, ${wired.address}`}`);
  return warn(
    wireless?.isUp
      ? `the wired link is down; wireless${wireless.address === null ? '' : `, ${wireless.address}`}`
      : 'the wired link is down',
    mends.wired_link_down,
  );
}
