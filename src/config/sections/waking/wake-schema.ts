import { z } from 'zod';
import { parseSubnet } from '../../../wake/subnets.ts';
import { wakeMethods } from '../../../wake/wake-settings.ts';
import { count } from '../field-schemas.ts';
import { secretRefSchema } from '../secret-ref.ts';

const method = z
  .enum(wakeMethods)
  .describe(
    'How power-on turns PCs on. amt-only: AMT, which confirms. amt-then-wol: when AMT cannot be reached, magic packets. wol-only: magic packets, for PCs without AMT.',
  );
const subnet = z
  .string()
  .refine((text) => parseSubnet(text) !== null)
  .meta({ allowed: 'an IPv4 subnet such as 10.1.0.0/16' });
const subnets = z
  .array(subnet)
  .max(100)
  .describe('Subnets of the PCs; packets go to the broadcast address of the one that holds the PC.');
const prefixLength = count(8, 32).describe('Bits of the subnet mask for PCs that are in none of the subnets.');
const unicast = z.boolean().describe('Whether packets go to the address of the PC itself, too.');
const udpPorts = z.array(count(1, 65_535)).min(1).max(8).describe('UDP ports that packets go to.');
const packetCount = count(1, 20).describe('How often a packet is sent to each address and port.');
const packetGapSeconds = count(0, 60).describe('Seconds between two of them.');
const networkInterface = z
  .string()
  .regex(/^[^\s/]{1,64}$/)
  .meta({ allowed: 'the name of a network interface of this machine' })
  .describe('Network interface that packets leave by. None: the routes of the system decide.');
const secureOn = secretRefSchema.describe(
  'SecureOn password of the network cards: 4 bytes as 1.2.3.4 or 6 bytes as 01:02:03:04:05:06. None: they have none.',
);
const tcpPorts = z
  .array(count(1, 65_535))
  .max(8)
  .describe('TCP ports by which it is seen that a PC is up after packets were sent.');
const refusedCounts = z
  .boolean()
  .describe(
    'Whether a refused connection shows that, too. Set it to false where AMT or a firewall refuses for the PC.',
  );
const ping = z
  .boolean()
  .describe(
    'Whether an answer to ping shows that, too. AMT itself answers pings while the PC is off, if its settings say so.',
  );
const lookSeconds = count(1, 30).describe('Seconds that one such look may take.');
const alarmBackupMinutes = count(0, 1_440)
  .exactOptional()
  .describe(
    "Minutes before a scheduled wake-up is due at which the alarm clock of AMT turns the PC on by itself, in case it loses the network. The alarm is asked for in the name of the schedule's owner 12 hours before the due time, or as soon as the schedule stands; it rings once, and is cleared when the schedule is paused or removed. None: no alarm is set.",
  );

const override = z.strictObject({
  method: method.exactOptional(),
  subnets: subnets.exactOptional(),
  prefixLength: prefixLength.exactOptional(),
  unicast: unicast.exactOptional(),
  udpPorts: udpPorts.exactOptional(),
  packetCount: packetCount.exactOptional(),
  packetGapSeconds: packetGapSeconds.exactOptional(),
  interface: networkInterface.exactOptional(),
  secureOn: secureOn.exactOptional(),
  tcpPorts: tcpPorts.exactOptional(),
  refusedCounts: refusedCounts.exactOptional(),
  ping: ping.exactOptional(),
  lookSeconds: lookSeconds.exactOptional(),
  alarmBackupMinutes,
});

/** How PCs are turned on, at all sites and at some. */
export const wakeSchema = z
  .strictObject({
    method: method.default('amt-only'),
    subnets: subnets.default([]),
    prefixLength: prefixLength.default(24),
    unicast: unicast.default(true),
    udpPorts: udpPorts.default([7, 9]),
    packetCount: packetCount.default(3),
    packetGapSeconds: packetGapSeconds.default(1),
    interface: networkInterface.exactOptional(),
    secureOn: secureOn.exactOptional(),
    tcpPorts: tcpPorts.default([445, 3389, 22]),
    refusedCounts: refusedCounts.default(true),
    ping: ping.default(false),
    lookSeconds: lookSeconds.default(2),
    alarmBackupMinutes,
    sites: z
      .record(z.string().min(1).max(63), override)
      .default({})
      .describe('The same keys for one site, such as { lyon: { method: amt-then-wol, subnets: [ 10.2.0.0/16 ] } }.'),
  })
  .prefault({})
  .describe('How PCs are turned on: by AMT, by Wake-on-LAN packets, or by packets when AMT cannot be reached.');
