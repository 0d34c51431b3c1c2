import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { meshCentralFolder } from '../../../../bench/contest/meshcentral-folder.ts';

/** Programs and the Debian packages that have them. */
const needed: readonly (readonly [program: string, pack: string])[] = [
  ['/usr/sbin/samba', 'samba'],
  ['/usr/bin/samba-tool', 'samba samba-dsdb-modules samba-vfs-modules samba-ad-provision python3-samba winbind'],
  ['/usr/bin/kinit', 'krb5-user'],
  ['/usr/bin/kvno', 'krb5-user'],
  ['/usr/bin/ktutil', 'krb5-user'],
  ['/usr/bin/openssl', 'openssl'],
  ['/usr/sbin/freeradius', 'freeradius'],
  ['/usr/bin/eapol_test', 'eapoltest'],
  ['/usr/sbin/dnsmasq', 'dnsmasq-base'],
  ['/usr/bin/unshare', 'util-linux'],
  ['/usr/bin/nsenter', 'util-linux'],
];

/** What is missing here and how to get it, a line each; empty: all is there. */
export function missingHere(): readonly string[] {
  const packages = new Set(needed.flatMap(([program, pack]) => (existsSync(program) ? [] : pack.split(' '))));
  const ip = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].some((program) => existsSync(program));
  if (!ip) packages.add('iproute2');
  return [
    ...(process.getuid?.() === 0 ? [] : ['root: a domain controller sets ACLs that only root may set']),
    ...(packages.size === 0 ? [] : [`apt-get install ${[...packages].join(' ')}`]),
    ...(existsSync(join(meshCentralFolder, 'amt.js')) ? [] : ["node bin/run.js peers   (MeshCentral's AMT stack)"]),
  ];
}
