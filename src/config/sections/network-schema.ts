import { z } from 'zod';
import { count, dnsServer } from './field-schemas.ts';

const dnsSuffix = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*$/i)
  .overwrite((name) => name.toLowerCase())
  .meta({ allowed: 'a DNS domain such as corp.example.com' });

const dnsSuffixes = z.array(dnsSuffix).max(20).describe('DNS suffixes that the names of PCs end in.');
const dnsServers = z
  .array(dnsServer)
  .max(8)
  .describe('DNS servers of the site; empty: those of amt.dnsServers, else those of this machine.');
const dhcpInterface = z
  .string()
  .regex(/^[^\s/]{1,64}$/)
  .meta({ allowed: 'the name of a network interface of this machine' })
  .describe('Interface of this machine in the subnet of the PCs, by which DHCP is asked. None: DHCP is not looked at.');
const dynamicDns = z
  .boolean()
  .describe('Whether PCs are entered into DNS by the DHCP server (option 81), so that it should answer to that.');
const timeSource = z
  .string()
  .regex(/^(?:[A-Za-z0-9._-]{1,253}(?::\d{1,5})?|\[[\da-fA-F:]+\](?::\d{1,5})?)$/)
  .refine((text) => Number(/:(\d+)$/.exec(text.replace(/^\[.*\]/, ''))?.[1] ?? 123) < 65_536)
  .meta({ allowed: 'a name or address such as ntp.example.com, 10.0.0.1:123 or [2001:db8::1]' })
  .describe('NTP server that clocks are compared with. None: they are not.');
const provisionServer = z
  .union([
    z.literal('none'),
    z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .min(1)
      .max(8),
  ])
  .meta({ allowed: 'none, or a list of IP addresses' })
  .describe(
    'Addresses that the DNS alias ProvisionServer should have in each suffix, or none when there should be no alias. Left out: an alias that is there is only pointed out.',
  );
const samplePcs = count(1, 200).describe('Most PCs of a site that are looked at each time.');
const probeSeconds = count(1, 30).describe('Seconds that one look may take.');

const override = z.strictObject({
  dnsSuffixes: dnsSuffixes.exactOptional(),
  dnsServers: dnsServers.exactOptional(),
  dhcpInterface: dhcpInterface.exactOptional(),
  dynamicDns: dynamicDns.exactOptional(),
  timeSource: timeSource.exactOptional(),
  provisionServer: provisionServer.exactOptional(),
  samplePcs: samplePcs.exactOptional(),
  probeSeconds: probeSeconds.exactOptional(),
});

/** How the network of sites should be: what `oob prerequisites` holds what it measures against. */
export const networkSchema = z
  .strictObject({
    dnsSuffixes: dnsSuffixes.default([]),
    dnsServers: dnsServers.default([]),
    dhcpInterface: dhcpInterface.exactOptional(),
    dynamicDns: dynamicDns.default(true),
    timeSource: timeSource.exactOptional(),
    provisionServer: provisionServer.exactOptional(),
    samplePcs: samplePcs.default(10),
    probeSeconds: probeSeconds.default(3),
    sites: z
      .record(z.string().min(1).max(63), override)
      .default({})
      .describe('The same keys for one site, such as { lyon: { dnsServers: [ 10.2.0.53 ] } }.'),
  })
  .prefault({})
  .describe('How the network of the sites should be: what `oob prerequisites` compares with what it measures.');
