import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeAuditRecord } from '../../../adapters/amt/classes/audit/decode-record.ts';

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => u8(value >> 8, value & 0xff);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string) => Buffer.concat([u8(Buffer.byteLength(value)), Buffer.from(value)]);
const digest = (user: string) => Buffer.concat([u8(0), text(user)]);
const local = u8(2);
const at = Date.UTC(2026, 10, 23, 6, 0, 7);

interface Parts {
  readonly id: number;
  readonly initiator?: Buffer;
  readonly address?: string;
  readonly extended?: Buffer;
}

function record({ id, initiator = local, address = '', extended = Buffer.alloc(0) }: Parts): Buffer {
  return Buffer.concat([
    u16(Math.floor(id / 100)),
    u16(id % 100),
    initiator,
    u32(at / 1_000),
    u8(address === '' ? 2 : address.includes(':') ? 1 : 0),
    text(address),
    u8(extended.length),
    extended,
  ]);
}

const details = (id: number, extended: Buffer) =>
  decodeAuditRecord(record({ id, extended }), 1).details.map(({ label, value }) => `${label}: ${value}`);

const domain = Buffer.from('010400000000000515000000010000000200000003000000', 'hex');
const sid = 'S-1-5-21-1-2-3';

describe('one record', () => {
  test('big-endian, UTC: who, when, from where, what', () => {
    const bytes = record({ id: 1700, initiator: digest('operator'), address: '10.1.2.3' });
    expect(decodeAuditRecord(bytes, 7)).toEqual({
      index: 7,
      at: new Date(at),
      appId: 17,
      eventId: 0,
      app: 'Remote control',
      event: 'Performed power up',
      initiator: { kind: 'digest', user: 'operator' },
      address: '10.1.2.3',
      details: [],
      raw: bytes.toString('base64'),
    });
  });

  test('AMT 4.0: the NUL behind user and address is counted in the length', () => {
    const found = decodeAuditRecord(record({ id: 1701, initiator: digest('admin\0'), address: '10.1.2.3\0' }), 1);
    expect(found).toMatchObject({ initiator: { user: 'admin' }, address: '10.1.2.3', details: [] });
  });

  test('a Kerberos user is the domain’s SID and the relative id', () => {
    const initiator = Buffer.concat([u8(1), u32(1105), u8(domain.length), domain]);
    expect(decodeAuditRecord(record({ id: 1700, initiator }), 1).initiator).toEqual({
      kind: 'kerberos',
      sid: `${sid}-1105`,
    });
  });

  test('bytes that are no SID are shown as they are', () => {
    const initiator = Buffer.concat([u8(1), u32(5), u8(2), u8(0xca, 0xfe)]);
    expect(decodeAuditRecord(record({ id: 1700, initiator }), 1).initiator).toEqual({
      kind: 'kerberos',
      sid: '0xcafe-5',
    });
  });

  test('a user name with bytes above 0x7f is not garbled (MeshCentral’s reader loses them)', () => {
    expect(decodeAuditRecord(record({ id: 1700, initiator: digest('jürgen') }), 1).initiator).toEqual({
      kind: 'digest',
      user: 'jürgen',
    });
  });

  test('KVM on its own port has no user', () => {
    expect(decodeAuditRecord(record({ id: 1808, initiator: u8(3) }), 1).initiator).toEqual({ kind: 'kvm' });
  });

  test('an initiator of an unknown type: its type, and the rest as hex', () => {
    const found = decodeAuditRecord(record({ id: 1700, initiator: u8(9) }), 1);
    expect(found.initiator).toEqual({ kind: 'unknown', type: 9 });
    expect(found.details[0]).toMatchObject({ label: 'not decoded' });
  });

  test('unknown applications and events keep their numbers and their data', () => {
    const bytes = record({ id: 7712, extended: u8(1, 2, 255) });
    expect(decodeAuditRecord(bytes, 1)).toMatchObject({
      app: 'application 77',
      event: 'event 12',
      details: [{ label: 'data', value: '0102ff' }],
    });
    expect(decodeAuditRecord(record({ id: 1699 }), 1).event).toBe('event 99');
  });

  test('an event number above 99 is not taken for one of the next application', () => {
    const bytes = Buffer.concat([u16(16), u16(100), local, u32(0), u8(2, 0, 1, 7)]);
    expect(decodeAuditRecord(bytes, 1)).toMatchObject({
      event: 'event 100',
      details: [{ label: 'data', value: '07' }],
    });
  });

  test('bytes behind the record are shown', () => {
    const bytes = Buffer.concat([record({ id: 1700 }), u8(0xab)]);
    expect(decodeAuditRecord(bytes, 1).details).toEqual([{ label: 'not decoded', value: 'ab' }]);
  });

  test('a record that is cut off says so and keeps its bytes', () => {
    const whole = record({ id: 1700, initiator: digest('operator'), address: '10.1.2.3' });
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      const found = decodeAuditRecord(cut, 1);
      expect(found.details.at(-1)).toEqual({ label: 'cut off', value: cut.toString('hex') });
      expect(found.raw).toBe(cut.toString('base64'));
    }
  });
});

describe('extended data in words', () => {
  const cases: ReadonlyArray<readonly [string, number, Buffer, readonly string[]]> = [
    [
      'set up by certificate',
      1601,
      Buffer.concat([u8(2, 2), Buffer.alloc(32, 0xaa), u8(1), Buffer.alloc(16, 0x11), u8(0), text('prov.example.com')]),
      [
        'set up: remote, by certificate',
        `root SHA-256: ${'aa'.repeat(32)}`,
        `certificate 1 serial: ${'11'.repeat(16)}`,
        'more certificates: no',
        'server: prov.example.com',
      ],
    ],
    ['set up by hand', 1601, u8(3), ['set up: by hand in MEBx']],
    ['a user was added', 1602, digest('operator'), ['user: operator']],
    [
      'a domain user was removed',
      1604,
      Buffer.concat([u8(1), u32(512), u8(domain.length), domain]),
      [`user: ${sid}-512`],
    ],
    [
      'a user was changed',
      1603,
      Buffer.concat([u8(0x0a), digest('bob')]),
      ['changed: password, network realms', 'user: bob'],
    ],
    ['failed login', 1605, u8(1), ['invalid credentials for: MEBx']],
    ['a user was switched off', 1606, Buffer.concat([u8(0), digest('bob')]), ['enabled: no', 'user: bob']],
    ['TLS', 1607, u8(2, 0), ['network interface: mutual', 'local interface: no authentication']],
    ['a root was added', 1610, u8(0xbe, 0xef), ['certificate serial: beef']],
    ['Kerberos', 1613, u8(5), ['clock tolerance in minutes: 5']],
    [
      'power package',
      1616,
      Buffer.from('944F8312FB104FDC968E1E232B0C9065', 'hex'),
      ['power package: Desktop: ON in S0'],
    ],
    ['realm mode', 1617, Buffer.concat([u32(5), u8(2)]), ['realm: remote-control', 'mode: disabled']],
    ['unprovisioned: counted from one (others count from zero)', 1619, u8(5), ['started by: remote WS-Management']],
    ['boot', 1704, u8(1, 0, 0, 0, 1, 0, 0), ['special command: network boot', 'boot options: 0x0001']],
    ['power up without options', 1700, u8(0, 0, 0, 0, 0, 0, 0), ['special command: none']],
    [
      'firmware update: version numbers are big-endian (others read them the wrong way round)',
      1900,
      Buffer.concat([15, 0, 23, 1706, 15, 0, 30, 1900].map(u16)),
      ['from version: 15.0.23.1706', 'to version: 15.0.30.1900'],
    ],
    ['time', 2100, u32(at / 1_000), ['new time: 2026-11-23T06:00:07.000Z']],
    [
      'a fixed address',
      2200,
      Buffer.concat([u32(0), u8(0, 10, 0, 0, 5, 255, 255, 255, 0, 10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3)]),
      [
        'interface: wired',
        'DHCP: no',
        'address: 10.0.0.5',
        'subnet mask: 255.255.255.0',
        'gateway: 10.0.0.1',
        'DNS server: 10.0.0.2',
        'second DNS server: 10.0.0.3',
      ],
    ],
    ['DHCP', 2200, Buffer.concat([u32(0), u8(1)]), ['interface: wired', 'DHCP: yes']],
    ['host name', 2201, text('host42'), ['host name: host42']],
    ['link policy', 2204, Buffer.concat([u32(0), u32(15)]), ['interface: wired', 'link kept up: s0-ac, sx-ac (15)']],
    ['link policy: never', 2204, Buffer.concat([u32(1), u32(0)]), ['interface: wireless', 'link kept up: never (0)']],
    [
      'Wi-Fi profile',
      2700,
      Buffer.concat([Buffer.from('office'.padEnd(32, '\0')), u8(1), text('office-profile')]),
      ['SSID: office', 'priority: 1', 'profile: office-profile'],
    ],
    ['user consent', 3000, u8(255, 1), ['consent before: all', 'consent now: KVM']],
    ['a value that no table has', 1605, u8(7), ['invalid credentials for: unknown (7)']],
    ['more than the layout says', 1605, u8(0, 9), ['invalid credentials for: AMT', 'further data: 09']],
    ['less than the layout says: as it is', 2100, u8(1, 2), ['data: 0102']],
    ['a layout that sources disagree on', 2703, u8(0, 0, 0, 2), ['data: 00000002']],
  ];

  test.each(cases)('%s', (_name, id, extended, expected) => {
    expect(details(id, extended)).toEqual(expected);
  });

  test('a real update from 12.0.40.1433 to 12.0.36.1428 (test data of device-management-toolkit/mps, Apache-2.0)', () => {
    const found = decodeAuditRecord(Buffer.from('ABMAAAI/9M1uAgAQAAwAAAAoBZkADAAAACQFlA==', 'base64'), 1);
    expect(found).toMatchObject({
      event: 'Firmware updated',
      initiator: { kind: 'local' },
      details: [
        { label: 'from version', value: '12.0.40.1433' },
        { label: 'to version', value: '12.0.36.1428' },
      ],
    });
  });
});

describe('any bytes', () => {
  test('end in a record, and nothing is lost: what is not in words is in hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const found = decodeAuditRecord(bytes, 1);
        expect(Buffer.from(found.raw, 'base64')).toEqual(Buffer.from(bytes));
        expect(found.details.length).toBeLessThan(300);
        expect(Number.isNaN(found.at.getTime())).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('of a known event too', () => {
    const ids = [1601, 1602, 1603, 1606, 1616, 1617, 1619, 1700, 1900, 2100, 2200, 2204, 2205, 2700, 3000];
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.uint8Array({ maxLength: 255 }), (id, extended) => {
        const found = decodeAuditRecord(record({ id, extended: Buffer.from(extended) }), 1);
        expect(found.details.every(({ label, value }) => label !== '' && typeof value === 'string')).toBe(true);
        expect(found.at).toEqual(new Date(at));
      }),
      { numRuns: 500 },
    );
  });
});
