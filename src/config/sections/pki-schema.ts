import { z } from 'zod';
import { count, filePath, slug } from './field-schemas.ts';
import { secretRefSchema } from './secret-ref.ts';

const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(512)
  .meta({ allowed: 'an http or https address such as http://pki.example.com/crl.der' });

const identityShape = {
  certificateFile: filePath
    .optional()
    .describe('PEM file of the certificate and those above it. With `key`; in place of a PKCS#12.'),
  key: secretRefSchema.optional().describe('Its private key, PEM.'),
  pkcs12File: filePath
    .optional()
    .describe('PKCS#12 file (.pfx, .p12) of certificate, key and those above. Not looked at beside certificateFile.'),
  pkcs12: secretRefSchema
    .optional()
    .describe('The same in base64, such as from the encrypted store. Not looked at beside one of the others.'),
  password: secretRefSchema.optional().describe('Password of the PKCS#12 or of the private key.'),
};

/** A certificate with its key: PEM in two places, or PKCS#12 in one. */
type IdentityKeys = { readonly [K in keyof typeof identityShape]?: unknown };

const oneSource = (given: IdentityKeys, context: z.RefinementCtx): void => {
  const pem = given.certificateFile !== undefined;
  if (pem === (given.key !== undefined) && (pem || given.pkcs12File !== undefined || given.pkcs12 !== undefined))
    return;
  const allowed = 'certificateFile with key, or pkcs12File, or pkcs12';
  context.addIssue({
    code: 'custom',
    path: [],
    message: allowed,
    params: { allowed, advice: 'Give one of them, whole; of several the first one counts.' },
  });
};

/** Where a certificate with its private key comes from, as configured. */
export type IdentityConfig = z.output<typeof identity>;
const identity = z.strictObject(identityShape).superRefine(oneSource);

/** Certificates: those that this service shows to devices, and those that it issues to them. */
export const pkiSchema = z
  .strictObject({
    provisioning: z
      .record(slug, identity)
      .default({})
      .describe('Provisioning certificates by a name of your choice; oob pki judge looks at each by every rule.'),
    authority: z
      .strictObject({
        ...identityShape,
        // The sources name no days; a web server's template of Windows has two years, one is ours.
        deviceDays: count(1, 3_650).default(365).describe('Days that a TLS certificate of a device is valid.'),
        clientDays: count(1, 3_650).default(365).describe('Days that an 802.1X client certificate is valid.'),
      })
      .superRefine(oneSource)
      .optional()
      .describe(
        'Certification authority of your own that issues the certificates of devices. Without it none are issued.',
      ),
    revocationList: z
      .strictObject({
        url: webAddress.optional().describe('Address of the list, written into every certificate. Without it: none.'),
        serve: z.boolean().default(false).describe('Serve the list at /crl.der of the public HTTP server.'),
        file: filePath.optional().describe('File that each new list is written to, for a web server of yours.'),
        validDays: count(1, 365).default(7).describe('Days that a list is valid. It is renewed at half of them.'),
      })
      .prefault({})
      .describe('List of revoked certificates of that authority.'),
    fetchSeconds: count(1, 120)
      .default(10)
      .describe('Seconds that fetching the revocation list of another authority may take.'),
  })
  .prefault({})
  .describe('Certificates (PKI).');
