import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { controlOf, grantFullControl } from '../../adapters/directory/access/full-control.ts';
import {
  guidBytes,
  guidText,
  newEntry,
  readDescriptor,
  type SecurityDescriptor,
  writeDescriptor,
} from '../../adapters/directory/access/security-descriptor.ts';
import { sidBytes, sidText } from '../../adapters/directory/access/sid.ts';

const python = '/usr/bin/python3';
const oracle = existsSync('/usr/lib/python3/dist-packages/samba');
const domain = 'S-1-5-21-1004336348-1177238915-682003330';

/** What Samba makes of SDDL, and of our bytes: the NDR code of its own. */
function samba(program: string, ...args: string[]): string {
  const head =
    'import sys\nfrom samba.ndr import ndr_pack, ndr_unpack\nfrom samba.dcerpc import security\n' +
    `sid = security.dom_sid(${JSON.stringify(domain)})\n`;
  return execFileSync(python, ['-c', head + program, ...args], { encoding: 'utf8' }).trim();
}
const fromSddl = (sddl: string) =>
  Buffer.from(samba('print(ndr_pack(security.descriptor.from_sddl(sys.argv[1], sid)).hex())', sddl), 'hex');
const repacked = (bytes: Buffer) =>
  samba('print(ndr_pack(ndr_unpack(security.descriptor, bytes.fromhex(sys.argv[1]))).hex())', bytes.toString('hex'));
const toSddl = (bytes: Buffer) =>
  samba('print(ndr_unpack(security.descriptor, bytes.fromhex(sys.argv[1])).as_sddl(sid))', bytes.toString('hex'));

const service = `${domain}-1105`;
const group = `${domain}-1106`;
const full = 0x000f_01ff;

const listOf = (...entries: ReturnType<typeof newEntry>[]): SecurityDescriptor => ({
  control: 0x8004,
  owner: null,
  group: null,
  auditList: null,
  accessList: { revision: 4, entries },
});

(oracle ? describe : describe.skip)('against Samba (apt-get install python3-samba)', () => {
  const sddls = [
    'O:DAG:DUD:AI(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(OA;CIIO;RPLCLORC;;bf967a86-0de6-11d0-a285-00aa003049e2;RU)',
    'O:DAG:DAD:PAI(D;CI;SDDT;;;WD)(OD;CI;CR;00299570-246d-11d0-a768-00aa006e0529;;WD)(A;;GA;;;SY)(OA;CIID;RPWP;bf967953-0de6-11d0-a285-00aa003049e2;bf967a86-0de6-11d0-a285-00aa003049e2;PS)S:AI(AU;CISA;WPWDWO;;;WD)(OU;CIIDSA;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;bf967aa5-0de6-11d0-a285-00aa003049e2;WD)',
    'D:(A;;RC;;;AU)',
    'O:SYG:SYD:',
  ];
  test.each(sddls)('read and written again, nothing is lost: %s', (sddl) => {
    const bytes = fromSddl(sddl);
    const again = writeDescriptor(readDescriptor(bytes));
    expect(toSddl(again)).toBe(toSddl(bytes));
    // Samba itself, given our bytes, writes the very bytes that it made: only the order of the parts is left to the writer.
    expect(repacked(again)).toBe(bytes.toString('hex'));
    expect(again.length).toBe(bytes.length);
    expect(readDescriptor(again)).toEqual(readDescriptor(bytes));
  });

  test('what is read is what Samba says', () => {
    const read = readDescriptor(fromSddl(sddls[1] ?? ''));
    expect(read.owner).toBe(`${domain}-512`);
    expect(read.accessList?.entries.map(({ type, sid }) => [type, sid])).toEqual([
      [1, 'S-1-1-0'],
      [6, 'S-1-1-0'],
      [0, 'S-1-5-18'],
      [5, 'S-1-5-10'],
    ]);
    expect(read.accessList?.entries[3]).toMatchObject({
      objectType: 'bf967953-0de6-11d0-a285-00aa003049e2',
      inheritedObjectType: 'bf967a86-0de6-11d0-a285-00aa003049e2',
    });
    expect(read.auditList?.entries).toHaveLength(2);
  });

  test('the entry that is granted stands after the denials and before what is inherited', () => {
    const before = readDescriptor(fromSddl('D:AI(D;;SD;;;WD)(A;;RP;;;AU)(A;CIID;GA;;;DA)'));
    const after = grantFullControl(before, service);
    expect(after && toSddl(writeDescriptor(after))).toBe(
      `D:AI(D;;SD;;;WD)(A;CI;RPWPCRCCDCLCLORCWOWDSDDTSW;;;${service})(A;;RP;;;AU)(A;CIID;GA;;;DA)`,
    );
  });
});

describe('who has Full Control', () => {
  const ask = (...entries: ReturnType<typeof newEntry>[]) => controlOf(listOf(...entries), [service, group]);

  test('on the unit and on all children', () => {
    expect(ask(newEntry(0, 0x02, full, service))).toMatchObject({ onUnit: true, onChildren: true });
    expect(ask(newEntry(0, 0x12, 0x1000_0000, group))).toMatchObject({ onUnit: true, grantedBy: [group] });
  });
  test('this object only, children only, and one level only are not enough', () => {
    expect(ask(newEntry(0, 0x00, full, service))).toMatchObject({ onUnit: true, onChildren: false });
    expect(ask(newEntry(0, 0x0a, full, service))).toMatchObject({ onUnit: false, onChildren: true });
    expect(ask(newEntry(0, 0x06, full, service))).toMatchObject({ onUnit: true, onChildren: false });
  });
  test('put together from several entries, of several groups and of everybody', () => {
    const rights = ask(newEntry(0, 0x02, full & ~0x10, service), newEntry(0, 0x02, 0x10, 'S-1-5-11'));
    expect(rights).toMatchObject({ onUnit: true, onChildren: true, grantedBy: [service, 'S-1-5-11'] });
  });
  test('an entry for somebody else does not count', () => {
    expect(ask(newEntry(0, 0x02, full, `${domain}-9999`))).toMatchObject({ onUnit: false, grantedBy: [] });
  });
  test('a denial before it counts, after it not: the first word on a right', () => {
    const deny = newEntry(1, 0x02, 0x1_0000, group);
    const allow = newEntry(0, 0x02, full, service);
    expect(ask(deny, allow)).toMatchObject({ onUnit: false, onChildren: false, deniedBy: [group] });
    expect(ask(allow, deny)).toMatchObject({ onUnit: true, onChildren: true, deniedBy: [] });
  });
  test('no access list at all lets everybody do everything, an empty one nobody anything', () => {
    expect(controlOf({ ...listOf(), accessList: null }, [])).toMatchObject({ onUnit: true });
    expect(ask()).toMatchObject({ onUnit: false });
  });
  test('granted twice it is there once', () => {
    const once = grantFullControl(listOf(), service);
    expect(once && grantFullControl(once, service)).toBeNull();
    expect(once && controlOf(once, [service])).toMatchObject({ onUnit: true, onChildren: true });
  });
  test('for text that is no SID nothing is granted', () => {
    expect(() => grantFullControl(listOf(), 'LAB\\svc')).toThrow('directory_name_unfit');
  });
});

describe('hostile bytes', () => {
  test('any bytes are read or refused with our error, never another', () => {
    const good = writeDescriptor({ ...listOf(newEntry(0, 2, full, service)), owner: service, group });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, value]) => {
            const bad = Buffer.from(good);
            bad[at] = value;
            return bad;
          }),
          fc.nat(good.length).map((length) => good.subarray(0, length)),
        ),
        (bytes) => {
          try {
            readDescriptor(Buffer.from(bytes));
          } catch (error) {
            expect(error).toMatchObject({ code: 'directory_protocol' });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('SIDs and GUIDs', () => {
  test('both ways', () => {
    for (const sid of ['S-1-1-0', 'S-1-5-32-544', service, 'S-1-16-12288'])
      expect(sidText(sidBytes(sid) ?? Buffer.alloc(0))).toBe(sid);
    expect(sidBytes('S-1-5-32-544')?.toString('hex')).toBe('01020000000000052000000020020000');
    for (const bad of ['S-2-5', 'S-1-5-4294967296', 'S-1-5-', 'alice', 'S-1-999999999999999-1'])
      expect(sidBytes(bad)).toBeNull();
  });
  test('a UUID as SMBIOS and Active Directory keep it', () => {
    const uuid = '4c4c4544-0042-3510-8054-b7c04f4d3332';
    expect(guidBytes(uuid)?.toString('hex')).toBe('44454c4c420010358054b7c04f4d3332');
    expect(guidText(guidBytes(uuid) ?? Buffer.alloc(16))).toBe(uuid);
    expect(guidBytes('no')).toBeNull();
  });
});
