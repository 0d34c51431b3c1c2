import { z } from 'zod';

/** Where a secret is to be found. The secret itself never stands in the configuration. */
export type SecretRef = z.output<typeof secretRefSchema>;

const env = z.strictObject({
  env: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]{0,127}$/)
    .describe('Name of an environment variable, in capitals.'),
});
const file = z.strictObject({
  file: z.string().min(1).max(4_096).describe('Path of a file that holds nothing else; relative to this one.'),
});
const secret = z.strictObject({
  secret: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
    .describe('Name in the encrypted store, as given to `oob secret set NAME`.'),
});

/** A secret by reference. Marked, so that nothing that stands here by mistake is ever shown. */
export const secretRefSchema = z
  .union([env, file, secret])
  .meta({ sensitive: true, allowed: '{ env: NAME }, { file: PATH } or { secret: NAME }' });

/** As `secretRefSchema`, without the encrypted store: for the key that opens it. */
export const keyRefSchema = z.union([env, file]).meta({ sensitive: true, allowed: '{ env: NAME } or { file: PATH }' });
