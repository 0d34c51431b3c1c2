import type { PasswordAgeSource } from '../../ports/passwords.ts';
import type { Config } from '../schema.ts';
import type { SecretRef } from '../sections/secret-ref.ts';
import { type SecretSources, secretRefText } from './resolve-secret.ts';

/** How old the passwords of amt.credentials are. They are of no site: any PC may use them. */
export function createCredentialAges(
  { amt }: Pick<Config, 'amt'>,
  { setAt }: Pick<SecretSources, 'setAt'>,
): PasswordAgeSource {
  const known = Object.entries(amt.credentials);
  return async (before, _sites, limit) => {
    const ages = await Promise.all(
      known.map(async ([of, { password }]) => ({ of, ref: password, setAt: await setAt(password) })),
    );
    const due = ages
      .flatMap(({ of, ref, setAt }) => (setAt && setAt < before ? [{ of, where: secretRefText(ref), setAt }] : []))
      .sort((a, b) => a.setAt.getTime() - b.setAt.getTime());
    return {
      total: ages.length,
      due: { items: due.slice(0, limit), total: due.length },
      unknown: ages.flatMap(({ of, ref, setAt }) => (setAt === null ? [{ of, why: whyUnknown(ref) }] : [])),
    };
  };
}

function whyUnknown(ref: SecretRef): string {
  if ('env' in ref) return 'it comes from an environment variable';
  return 'file' in ref ? 'its file can’t be looked at' : 'it was stored before that was noted';
}
