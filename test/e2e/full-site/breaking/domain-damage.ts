import { join } from 'node:path';
import { type Domain, deviceUnit, serviceAccount } from '../ground/domain.ts';
import { must } from '../ground/program.ts';

// By Samba's own library: what an administrator does in "Security" of the unit's properties.
const withoutGrants = `
import sys
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB
import ldb
conf, url, dn, account = sys.argv[1:]
lp = LoadParm(); lp.load(conf)
sam = SamDB(url=url, session_info=system_session(), lp=lp)
sid = ndr_unpack(security.dom_sid, sam.search(expression='(sAMAccountName=%s)' % account, attrs=['objectSid'])[0]['objectSid'][0])
entry = sam.search(base=dn, scope=ldb.SCOPE_BASE, attrs=['nTSecurityDescriptor'])[0]
descriptor = ndr_unpack(security.descriptor, entry['nTSecurityDescriptor'][0])
descriptor.dacl_del(sid)
change = ldb.Message(ldb.Dn(sam, dn))
change['nTSecurityDescriptor'] = ldb.MessageElement(ndr_pack(descriptor), ldb.FLAG_MOD_REPLACE, 'nTSecurityDescriptor')
sam.modify(change, ['sd_flags:1:4'])
`;

const confOf = ({ samba }: Domain) => join(samba.folder, 'smb.conf');

/** Takes the entries of the service's account from the access list of the unit. */
export async function removeGrants(domain: Domain): Promise<void> {
  const database = join(domain.samba.folder, 'private', 'sam.ldb');
  await must('/usr/bin/python3', ['-c', withoutGrants, confOf(domain), database, deviceUnit, serviceAccount.name]);
}

/** Deletes the unit and everything in it. */
export async function deleteUnit(domain: Domain): Promise<void> {
  await must('/usr/bin/samba-tool', ['ou', 'delete', deviceUnit, '--force-subtree-delete', '-s', confOf(domain)]);
}
