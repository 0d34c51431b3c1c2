import { isIP } from 'node:net';
import { z } from 'zod';
import { isTimeZone } from '../../schedule/calendar/time-zones.ts';

/** Short lower-case name that other places refer to, such as a person's or a role's id. */
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .meta({ allowed: 'lower-case letters, digits and -, starting with a letter, 40 at most' });

/** Text that people read; one line. */
export const title = z
  .string()
  .regex(/^\P{Cc}{1,80}$/u)
  .meta({ allowed: 'one line of up to 80 characters' });

/** A file or directory. Absolute once the configuration is loaded: each place that takes one is named in load.ts. */
export const filePath = z.string().min(1).max(4_096).meta({ allowed: 'a path; relative ones start at this file' });

/** A site of the inventory. */
export const siteName = z
  .string()
  .regex(/^[\p{L}\p{N}._-]{1,63}$/u)
  .meta({ allowed: 'the name of a site, as the inventory has it' });

/** TCP port to listen on. */
export const listenPort = z
  .int()
  .min(0)
  .max(65_535)
  .meta({ allowed: 'a whole number from 0 to 65535 (0: any free port)' });

/** A DNS server, with a port when it is not 53. */
export const dnsServer = z
  .string()
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|\[[\da-fA-F:]+\](?::\d{1,5})?)$/)
  .refine(isDnsServer)
  .meta({ allowed: 'an address such as 10.0.0.53, 10.0.0.53:5353 or [2001:db8::53]' });

function isDnsServer(server: string): boolean {
  const [, v6, v4, port = '53'] = /^(?:\[(.*)\]|([\d.]+))(?::(\d+))?$/.exec(server) ?? [];
  return isIP(v6 ?? v4 ?? '') !== 0 && Number(port) > 0 && Number(port) < 65_536;
}

/** A whole number within bounds. */
export const count = (least: number, most: number) => z.int().min(least).max(most);

/** Microsoft Entra tenant, object and application ids; kept in lower case, as the Bot Framework sends them. */
export const guid = z
  .guid()
  .overwrite((id) => id.toLowerCase())
  .meta({ allowed: 'a GUID such as 72f988bf-86f1-41af-91ab-2d7cd011db47' });

/** Slack workspace (T...) or Enterprise organisation (E...). */
export const slackWorkspace = z
  .string()
  .regex(/^[TE][A-Z0-9]{1,20}$/)
  .meta({ allowed: 'a Slack workspace id such as T024BE7LD' });

/** Slack member id. */
export const slackUser = z
  .string()
  .regex(/^[UW][A-Z0-9]{1,20}$/)
  .meta({ allowed: "a Slack member id such as U012AB3CD (in the person's profile: Copy member ID)" });

const word = String.raw`[\p{L}\p{N}._*?-]{1,63}`;

/** Target words as a policy may use them. */
export const targetWord = z
  .string()
  .regex(new RegExp(`^(?:all|site:${word}|group:${word}|${word})$`, 'u'))
  .meta({ allowed: 'all, site:NAME, group:NAME, a device name, or a pattern with * and ?' });

const guidShape = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const channelShapes = [
  'console:local/[a-z][a-z0-9-]{0,39}',
  'slack:[TE][A-Z0-9]{1,20}/[CDG][A-Z0-9]{1,20}',
  String.raw`teams:${guidShape}/[^\s/]{1,300}`,
];

const shapedChannel = (shapes: readonly string[]) =>
  z
    .string()
    .regex(new RegExp(`^(?:${shapes.join('|')})$`))
    .overwrite((text) => text.replace(new RegExp(`^teams:${guidShape}`), (tenant) => tenant.toLowerCase()));

/** One channel, by the platform's immutable ids, never by its changeable name. See conversation-of.ts. */
export const placeWord = shapedChannel(channelShapes).meta({
  allowed: 'console:local/CHANNEL, slack:WORKSPACE/CHANNEL or teams:TENANT/CHANNEL, all by id',
});

/** A channel as a policy names it, or any. */
export const channelWord = shapedChannel(['any', ...channelShapes]).meta({
  allowed: 'any, console:local/CHANNEL, slack:WORKSPACE/CHANNEL or teams:TENANT/CHANNEL, all by id',
});

/** IANA time zone, as this Node.js knows it. */
export const timeZone = z
  .string()
  .refine(isTimeZone)
  .meta({ allowed: 'a time zone of the IANA list such as Europe/Madrid or UTC' });

/** Where a web server is, as a browser's address bar has it; kept without a slash at its end. */
export const webOrigin = z
  .url({ protocol: /^https?$/ })
  .refine((text) => ['', '/'].includes(text.replace(/^https?:\/\/[^/?#@\\]*/i, '')))
  .overwrite((text) => (URL.canParse(text) ? new URL(text).origin : text))
  .meta({ allowed: 'an http or https address without a path, such as https://console.example.com' });
