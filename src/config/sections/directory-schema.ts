import { z } from 'zod';
import { count, filePath, slug } from './field-schemas.ts';
import { secretRefSchema } from './secret-ref.ts';

const dn = z
  .string()
  .max(1_024)
  .regex(/^(?:OU|CN)=[^,=]+(?:,\s*(?:OU|CN)=[^,=]+)*(?:,\s*DC=[A-Za-z0-9-]+)+$/i)
  .meta({ allowed: 'a distinguished name such as OU=AMT,DC=corp,DC=example,DC=com' });

const dnsDomain = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9][a-z0-9-]{0,62})+$/i)
  .overwrite((name) => name.toLowerCase())
  .meta({ allowed: 'a DNS domain such as corp.example.com' });

const ldapsUrl = z
  .string()
  .regex(/^ldaps:\/\/(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?\/?$/)
  .meta({ allowed: 'an address such as ldaps://dc1.corp.example.com; only LDAPS is spoken' });

/** SID of a user or group: never given to somebody else, as a name may be. */
export const sid = z
  .string()
  .regex(/^S-1-\d{1,15}(-\d{1,10}){1,15}$/)
  .meta({ allowed: 'a SID such as S-1-5-21-1004336348-1177238915-682003330-512 (oob directory sid NAME shows it)' });

const domain = z.strictObject({
  dnsName: dnsDomain.describe('DNS name of the domain.'),
  servers: z
    .array(ldapsUrl)
    .max(20)
    .default([])
    .describe(
      'Domain controllers in the order to try, by the names in their certificates. None: DNS is asked for them.',
    ),
  unit: dn.describe('Organizational unit of the device objects: the same place in every domain.'),
  account: z
    .string()
    .regex(/^\P{Cc}{1,256}$/u)
    .meta({ allowed: 'name@domain, DOMAIN\\name or a distinguished name' })
    .describe('Account that the service logs on with. It needs Full Control on the unit and all its child objects.'),
  password: secretRefSchema.describe('Its password.'),
  certificateAuthorityFile: filePath
    .optional()
    .describe('PEM file with the CA certificates that issued the certificates of the domain controllers.'),
});

/** Active Directory: where device objects live, and which groups give roles. */
export const directorySchema = z
  .strictObject({
    domains: z.record(slug, domain).default({}).describe('Active Directory domains by a name of your choice.'),
    connectSeconds: count(1, 60).default(5).describe('Seconds that a connection to a domain controller may take.'),
    requestSeconds: count(1, 600).default(20).describe('Seconds that one request to a domain controller may take.'),
    roles: z
      .array(
        z.strictObject({
          domain: slug.describe('Name under directory.domains.'),
          group: sid.describe('SID of a group; members of groups in it count too.'),
          role: slug.describe('Id of the role that its members have.'),
        }),
      )
      .default([])
      .describe('Roles that people with a directory account have by their groups, beside those of the configuration.'),
    groupsSeconds: count(5, 3_600).default(60).describe('Seconds after which the members of groups are read again.'),
    groupsStaleSeconds: count(5, 86_400)
      .default(300)
      .describe('Seconds after which roles from groups are taken away when the domain cannot be read.'),
  })
  .prefault({})
  .describe('Active Directory.');
