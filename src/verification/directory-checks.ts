import { verifyMends as mends } from '../messages/checks/verify-mends.ts';
import { directoryReasons } from '../messages/reasons/directory-reasons.ts';
import { type Check, checkOf } from './check.ts';
import type { VerifyEvidence } from './evidence.ts';

/** The moments at which the domain and this service note one password lie that far apart at most. */
const sameMomentMs = 10 * 60_000;

/** Its object is there, and nobody else in the forest has its principal names: else no ticket can be made for it. Pure. */
export function directoryNames({ directory: found }: VerifyEvidence): Check {
  const check = checkOf('directory.names', 'Directory, names');
  if (found.kind !== 'asked') return notAsked(check, found);
  const { object, holders, domain } = found;
  const several = holders.filter(({ objects }) => objects.length > 1);
  const [first] = several;
  if (first)
    return check.fail(
      `${several.length} of ${holders.length} names twice, such as ${first.servicePrincipal}: ${first.objects.join(' and ')}`,
      mends.principal_duplicate,
    );
  if (object === null) return check.notApplicable(`it has no object in ${domain}`);
  const missing = holders.filter(({ objects }) => objects.length === 0).map(({ servicePrincipal }) => servicePrincipal);
  if (missing.length > 0) return check.fail(`${object.dn} lacks ${missing.join(', ')}`, mends.directory_object_missing);
  const others = holders.flatMap(({ objects }) => objects).filter((dn) => dn.toLowerCase() !== object.dn.toLowerCase());
  if (others[0] !== undefined)
    return check.fail(`its names belong to ${others[0]}, not to ${object.dn}`, mends.principal_duplicate);
  return check.pass(`${object.dn} alone has its ${holders.length} names`);
}

/** The key that AMT has is of the password that the domain has. Pure. */
export function directoryKey({ directory: found, facts }: VerifyEvidence): Check {
  const check = checkOf('directory.key', 'Directory, key');
  if (found.kind !== 'asked') return notAsked(check, found);
  const { object, keyVersion, setByUsAt } = found;
  if (object === null) return check.notApplicable('it has no object');
  const there = `key version ${object.keyVersion} in the domain`;
  const setAt = object.passwordSetAt;
  if (setByUsAt !== null && setAt !== null && setAt.getTime() - setByUsAt.getTime() > sameMomentMs)
    return check.fail(
      `password set at ${setAt.toISOString()}, by this service at ${setByUsAt.toISOString()}`,
      mends.directory_key_differs,
    );
  if (keyVersion === undefined)
    return check.unknown(`${there}; ${facts === null ? 'AMT could not be asked' : 'AMT does not tell its own'}`);
  if (keyVersion === null) return check.warn(`${there}; Kerberos is off in the PC`, mends.directory_key_differs);
  if (keyVersion !== object.keyVersion)
    return check.fail(`${there}, ${keyVersion} in the PC`, mends.directory_key_differs);
  return check.pass(`${there} and in the PC`);
}

function notAsked(
  { unknown, notApplicable }: ReturnType<typeof checkOf>,
  found: Exclude<VerifyEvidence['directory'], { readonly kind: 'asked' }>,
): Check {
  if (found.kind === 'none') return notApplicable('no domain is configured for its name');
  const { what, mend } = directoryReasons[found.code];
  return unknown(`${found.domain}: ${what} ${found.evidence.join('; ')}`.trim(), mend);
}
