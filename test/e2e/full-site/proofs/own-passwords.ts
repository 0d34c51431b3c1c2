import type { SitePc } from '../ground/place.ts';
import type { Service } from '../ground/service.ts';
import type { PcAccount } from './log-ins.ts';

/**
 * The administrator of each PC with the password that the service keeps sealed for it, as `oob secret reveal` shows it. Rejects where one
 * is missing, or where two are the same.
 */
export async function ownAdministrators(
  { oob }: Pick<Service, 'oob'>,
  pcs: readonly SitePc[],
): Promise<readonly PcAccount[]> {
  const accounts: PcAccount[] = [];
  for (const pc of pcs) {
    const { said } = await oob(['secret', 'reveal', pc.name, '--reason', 'whole-site test']);
    const [, user, password] = /^AMT administrator {2}(\S+) {2}(\S+) {2}\(set /m.exec(said) ?? [];
    if (user === undefined || password === undefined) throw new Error(`no password is kept for ${pc.name}: ${said}`);
    accounts.push({ pc, user, password });
  }
  if (new Set(accounts.map(({ password }) => password)).size < pcs.length)
    throw new Error('some have the same password');
  return accounts;
}
