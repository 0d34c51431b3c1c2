import { describe, expect, test } from '@jest/globals';
import { alarmBackup } from '../../src/wake/alarm-backup.ts';
import { parseSubnet, subnetOf, wakeAddresses } from '../../src/wake/subnets.ts';

const settings = { subnets: ['10.2.0.0/16', '10.3.8.0/22'], prefixLength: 24, unicast: true };

describe('where packets go', () => {
  test('to the broadcast address of the subnet that holds the PC, and to the PC', () => {
    expect(wakeAddresses('10.2.7.9', settings)).toEqual(['10.2.255.255', '10.2.7.9']);
    expect(wakeAddresses('10.3.9.1', { ...settings, unicast: false })).toEqual(['10.3.11.255']);
  });
  test('outside of all subnets by the length of the mask', () => {
    expect(wakeAddresses('192.168.4.130', { ...settings, prefixLength: 25 })).toEqual([
      '192.168.4.255',
      '192.168.4.130',
    ]);
    expect(wakeAddresses('203.0.113.200', settings)).toEqual(['203.0.113.255', '203.0.113.200']);
  });
  test('a PC known by name alone may be in any subnet of the site', () => {
    expect(wakeAddresses('pc.example', settings)).toEqual(['10.2.255.255', '10.3.11.255', 'pc.example']);
  });
  test('a subnet of one or two addresses has no broadcast address', () => {
    expect(wakeAddresses('10.9.9.9', { ...settings, prefixLength: 31 })).toEqual(['10.9.9.9']);
    expect(wakeAddresses('10.9.9.9', { ...settings, prefixLength: 32 })).toEqual(['10.9.9.9']);
  });
  test('the subnet as text, for the cap per subnet', () => {
    expect(subnetOf('10.2.7.9', settings)).toBe('10.2.0.0/16');
    expect(subnetOf('192.168.4.130', settings)).toBe('192.168.4.0/24');
    expect(subnetOf('pc.example', settings)).toBeNull();
  });
  test.each(['10.2.0.0', '10.2.0.0/33', '10.2.0/16', '10.2.0.256/16', '::1/64', '10.2.0.0/16/1', '10.2.0.0/x'])(
    'not a subnet: %s',
    (text) => expect(parseSubnet(text)).toBeNull(),
  );
});

describe('the alarm clock as a backup', () => {
  const due = new Date('2026-11-24T22:00:30Z');
  const now = new Date('2026-11-24T18:00:00Z');
  test('so many minutes before it is due, at a whole minute', () => {
    expect(alarmBackup(due, now, { alarmBackupMinutes: 15 }, 'night')).toEqual({
      name: 'oob night',
      at: '2026-11-24T21:45:00.000Z',
    });
  });
  test('none where the site wants none, or when it would ring within a minute', () => {
    expect(alarmBackup(due, now, { alarmBackupMinutes: null }, 'night')).toBeNull();
    expect(alarmBackup(due, new Date('2026-11-24T21:44:30Z'), { alarmBackupMinutes: 15 }, 'night')).toBeNull();
  });
});
