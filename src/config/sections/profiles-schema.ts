import { z } from 'zod';
import { auditGroups } from '../../operations/audit/groups.ts';
import { realms } from '../../ports/amt/accounts.ts';
import type { SettingName } from '../../ports/amt/settings.ts';
import { profileMethods } from '../../profiles/profile.ts';
import { count, filePath, slug, targetWord } from './field-schemas.ts';

const dnsName = (shape: RegExp, allowed: string) => z.string().regex(shape).meta({ allowed });

const settings = z
  .strictObject({
    hostName: dnsName(
      /^(?:\{name\}|[A-Za-z0-9-]){1,63}$/,
      'letters, digits and -, and {name} for the name in the inventory',
    )
      .optional()
      .describe('Host name that AMT answers to.'),
    domainName: dnsName(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'a DNS domain')
      .optional()
      .describe('Its DNS domain.'),
    pingResponse: z.boolean().optional().describe('Whether it answers ICMP echo requests while the PC is off.'),
    rmcpPingResponse: z.boolean().optional().describe('Whether it answers RMCP pings, by which AMT is discovered.'),
    idleWakeTimeoutMinutes: count(1, 65_535)
      .optional()
      .describe('Minutes of silence after which the management engine sleeps; Intel recommends 3 or more.'),
    powerPackage: z
      .string()
      .min(1)
      .max(120)
      .optional()
      .meta({ allowed: 'a name as `settings show` gives it' })
      .describe('When the management engine runs.'),
    linkPolicy: z
      .array(z.enum(['s0-ac', 'sx-ac', 's0-dc', 'sx-dc']))
      .optional()
      .describe('When the wired link is kept up for AMT. Without sx-ac a PC that is off cannot be turned on.'),
    serialOverLan: z.boolean().optional().describe('Whether a serial console over the network is allowed.'),
    storageRedirection: z.boolean().optional().describe('Whether a PC may be booted from an image over the network.'),
    kvm: z.boolean().optional().describe('Whether screen and keyboard may be taken over.'),
    webUi: z.boolean().optional().describe("Whether AMT's own web page is served."),
    userConsent: z
      .enum(['none', 'kvm', 'all'])
      .optional()
      .describe('For what somebody at the PC must agree: nothing, KVM, or all redirection.'),
    tls: z
      .enum(['off', 'server', 'mutual'])
      .optional()
      .describe('TLS on the network; mutual asks clients for a certificate.'),
    plainTextAccepted: z.boolean().optional().describe('Whether connections without TLS are accepted beside it.'),
  } satisfies Record<SettingName, z.ZodType>)
  .prefault({})
  .describe('Settings. What is not named is left as it is.');

const account = z.strictObject({
  credential: z
    .string()
    .optional()
    .meta({ allowed: 'a name of amt.credentials' })
    .describe('The credential whose user name and password the account has. This or sid.'),
  sid: z
    .string()
    .regex(/^S-1-\d{1,15}(-\d{1,10}){1,15}$/)
    .optional()
    .meta({ allowed: 'a SID such as S-1-5-21-1004336348-1177238915-682003330-512' })
    .describe('SID of a user or group of Active Directory, who comes with Kerberos. This or credential.'),
  access: z
    .enum(['local', 'network', 'any'])
    .default('network')
    .describe('From where: software on the PC, the network, or both.'),
  realms: z
    .array(z.enum(Object.values(realms)))
    .min(1)
    .describe("What the account may do, as Intel's realms."),
});

const networkAccess = z.strictObject({
  method: z
    .enum(profileMethods)
    .describe(
      'EAP method: tls with a certificate of your authority for each PC, or one with a user name and password.',
    ),
  credential: z
    .string()
    .optional()
    .meta({ allowed: 'a name of amt.credentials' })
    .describe('The credential whose user name and password the PCs have; not for tls.'),
  username: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      'Name that the PCs give, in which {name} and {fqdn} stand for the PC. Without it: that of the credential, or host/{fqdn} for tls.',
    ),
  domain: z.string().min(1).max(128).optional().describe('Domain of that user.'),
  serverName: z
    .strictObject({
      name: dnsName(/^[A-Za-z0-9][A-Za-z0-9.*-]{0,79}$/, 'a DNS name or domain').describe(
        'Name that the certificate of the RADIUS server has to carry.',
      ),
      match: z
        .enum(['full-name', 'domain-suffix'])
        .default('full-name')
        .describe('Whether that is the whole name, or the end of it.'),
    })
    .optional()
    .describe("Check of the RADIUS server's certificate. Without it any certificate of the trusted root will do."),
  trustedRootFile: filePath
    .optional()
    .describe('File of the root certificate, PEM or DER, that the certificate of the RADIUS server comes from.'),
  activeInS0: z.boolean().default(true).describe('Whether AMT authenticates while the operating system runs, too.'),
  pxeTimeoutSeconds: count(0, 86_400)
    .default(120)
    .describe('Seconds that AMT keeps the network port open for a PC that boots from the network; 0: it does not.'),
});

/** How the PCs of a site or group should be set. */
export const profilesSchema = z
  .record(
    slug,
    z.strictObject({
      appliesTo: z
        .array(targetWord)
        .min(1)
        .describe('PCs that it is for. Where several profiles cover a PC, the later one counts for what both name.'),
      settings,
      accounts: z
        .array(account)
        .default([])
        .describe(
          'Accounts that each of the PCs should have. Others are left alone, except by `accounts apply --prune`.',
        ),
      auditGroups: z
        .array(z.enum(auditGroups))
        .default([])
        .describe('Groups of events that the audit log should hold. Others are left as they are.'),
      auditCredential: z
        .string()
        .optional()
        .meta({ allowed: 'a name of amt.credentials' })
        .describe(
          'The account that changes the audit log, where that is not the one of the inventory. AMT lets only one account do so: the one with the realm audit-log, and the administrator only while there is none.',
        ),
      networkAccess: networkAccess
        .optional()
        .describe('802.1X on the wired network. Without it that is left as it is.'),
    }),
  )
  .default({})
  .describe('How PCs should be set: `settings diff` compares, `settings apply` and `accounts apply` make it so.');
