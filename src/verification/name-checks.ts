import { verifyMends as mends } from '../messages/checks/verify-mends.ts';
import { type Check, checkOf } from './check.ts';
import type { VerifyEvidence } from './evidence.ts';

const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');

/** What AMT calls itself against what the inventory calls it: its certificate and its Kerberos names go by the latter. Pure. */
export function amtName({ device, settings }: VerifyEvidence): Check {
  const { pass, warn, unknown, notApplicable } = checkOf('name.amt', 'Name in AMT');
  const { hostName = '', domainName = '' } = settings ?? {};
  if (hostName === '') return unknown(settings === null ? 'it could not be read' : 'AMT has none');
  if (device.fqdn === null) return notApplicable(`${hostName}; the inventory has no name of it`);
  const wanted = plain(device.fqdn);
  const [label = '', ...rest] = wanted.split('.');
  // Some keep the whole name in the host name.
  const own = plain(domainName === '' || hostName.includes('.') ? hostName : `${hostName}.${domainName}`);
  const isSame = own === wanted || (domainName === '' && own === label);
  if (isSame) return pass(own);
  return warn(`AMT calls itself ${own}, the inventory ${[label, ...rest].join('.')}`, mends.amt_name_other);
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
