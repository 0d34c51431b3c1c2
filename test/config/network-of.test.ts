import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { networkOf } from '../../src/config/settings/network-of.ts';

const of = (yaml: string, site = 'madrid') => networkOf(parseConfig(yaml, '/etc/oob.yaml'), site);

describe('the network of a site', () => {
  test('that nobody described', () => {
    expect(of('service: { name: oob }')).toEqual({
      dnsSuffixes: [],
      dnsServers: [],
      dhcpInterface: null,
      dynamicDns: true,
      timeSource: null,
      provisionServer: null,
      provisioningPort: null,
      samplePcs: 10,
      probeMs: 3_000,
    });
  });

  const both = `
amt: { dnsServers: [ 10.0.0.53 ] }
provisioning: { hello: { enabled: true, acknowledgedBy: ana, listen: { port: 9971 } } }
people: [ { id: ana, name: Ana } ]
network:
  dnsSuffixes: [ Corp.Example.COM ]
  timeSource: ntp.example.com
  provisionServer: none
  sites:
    Lyon: { dnsServers: [ 10.2.0.53 ], timeSource: "[2001:db8::1]:1123", provisionServer: [ 10.2.0.5 ], probeSeconds: 1 }`;

  test('has what is said for all, and the DNS servers of amt where it has none of its own', () => {
    expect(of(both)).toMatchObject({
      dnsSuffixes: ['corp.example.com'],
      dnsServers: ['10.0.0.53'],
      timeSource: { host: 'ntp.example.com', port: 123 },
      provisionServer: 'none',
      provisioningPort: 9_971,
    });
  });

  test('has its own before that, in whichever case it is named', () => {
    expect(of(both, 'lyon')).toMatchObject({
      dnsSuffixes: ['corp.example.com'],
      dnsServers: ['10.2.0.53'],
      timeSource: { host: '2001:db8::1', port: 1_123 },
      provisionServer: ['10.2.0.5'],
      probeMs: 1_000,
    });
  });

  test.each([
    ['timeSource: "ntp.example.com:99999"', 'timeSource'],
    ['provisionServer: oob.example.com', 'provisionServer'],
    ['dnsSuffixes: [ "corp example" ]', 'dnsSuffixes'],
    ['dhcpInterface: "eth0; id"', 'dhcpInterface'],
  ])('%s is refused', (line, key) => {
    expect(() => of(`network: { ${line} }`)).toThrow(key);
  });
});
