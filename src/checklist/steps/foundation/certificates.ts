import { renewalDays } from '../../../ports/pki/renewal.ts';
import { type AuthorityLook, type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';

const dayMs = 86_400_000;

/** Step 2. */
export const certificates: ChecklistStep = {
  id: 'oob.pki',
  title: 'Public key infrastructure: provisioning certificate, and an issuer for the certificates of PCs',
  shortTitle: 'certificates',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.prereq'],
  actors: 'those who run the PKI',
  recheckHours: 24,
  async verify(context) {
    return [...(await provisioning(context)), ...(await issuing(context))];
  },
};

async function provisioning({ setup, provisioning: look }: StepContext): Promise<readonly Measured[]> {
  if (setup.provisioningCertificates.length === 0)
    return [
      {
        ...found.unknown(
          'provisioning certificate',
          'Get one (oob pki request) and name it under pki.provisioning; or attest that PCs come provisioned.',
          'pki.provisioning names none',
        ),
        isAttestable: true,
      },
    ];
  return (await look()).map(({ of, name, status, evidence, mend }): Measured => {
    const each = { check: `${of}: ${name}`, status, values: evidence, ...(mend === null ? {} : { mend }) };
    if (status !== 'unknown') return status === 'warn' ? { ...each, isAttestable: true } : each;
    // What firmware trusts is written in MEBx or at the factory: somebody who did it may answer for it.
    return { ...each, mend: mend ?? 'Compare it at a PC (MEBx), then attest it.', isAttestable: true };
  });
}

async function issuing({ setup, authority, now }: StepContext): Promise<readonly Measured[]> {
  if (setup.issuer === 'file')
    return [found.pass('issuer', 'certificates of PCs come from the authority of amt.certificateAuthorityFile')];
  if (setup.issuer === null)
    return [
      {
        ...found.unknown(
          'issuer',
          'Name an authority of your own under pki.authority, or the file of another one as amt.certificateAuthorityFile.',
          'the configuration names no issuer of the certificates of PCs',
        ),
        isAttestable: true,
      },
    ];
  const look = await authority();
  if (look === null) return [];
  if ('problem' in look) return [found.fail('issuer', look.mend, look.problem)];
  return [authorityDates(look, now), revocationList(look, now)];
}

function authorityDates({ subject, notAfter }: AuthorityLook, now: Date): Measured {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / dayMs);
  const line = `${subject}, until ${notAfter.toISOString().slice(0, 10)}`;
  const renew = 'Renew the authority, and name the new one under pki.authority.';
  if (days < 0) return found.fail('issuer', renew, `${line}: it has ended`);
  return days < renewalDays ? found.warn('issuer', renew, `${line}: ${days} days left`) : found.pass('issuer', line);
}

function revocationList({ listUntil }: AuthorityLook, now: Date): Measured {
  const check = 'revocation list of the issuer';
  const renew = 'Start the service with pki.revocationList.serve or .file: it makes a new list by itself.';
  if (listUntil === null) return found.notApplicable(check, 'none was ever published: nothing was revoked');
  const line = `counts until ${listUntil.toISOString()}`;
  return listUntil <= now ? found.fail(check, renew, `${line}: that is over`) : found.pass(check, line);
}
