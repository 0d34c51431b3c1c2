import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';
import { ofNetwork } from './prerequisites.ts';

/** Step 7. */
export const provisioningConfiguration: ChecklistStep = {
  id: 'oob.provcfg',
  title: 'Configure AMT provisioning: unit, certificate, issuer, alias, port',
  shortTitle: 'provisioning settings',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.pki', 'oob.ad'],
  actors: 'those who answer for security',
  recheckHours: 24,
  async verify(context) {
    const network = await context.network();
    const ofCheck = (name: string): Measured[] => network.filter(({ check }) => check === name).map(ofNetwork);
    return [...named(context), ...ofCheck('ProvisionServer'), ...ofCheck('provisioning port'), out(context)];
  },
};

/** Whether the configuration names what provisioning needs; whether it is sound is told by steps 2 and 3. */
function named({ setup }: StepContext): readonly Measured[] {
  const { domains, provisioningCertificates, issuer } = setup;
  const missing = (check: string, mend: string, line: string): Measured => ({
    ...found.unknown(check, mend, line),
    isAttestable: true,
  });
  return [
    domains.length > 0
      ? found.pass('unit', ...domains.map(({ name, unit }) => `${name}: ${unit}`))
      : found.notApplicable('unit', 'directory.domains names no domain'),
    provisioningCertificates.length > 0
      ? found.pass('certificate', provisioningCertificates.join(', '))
      : missing(
          'certificate',
          'Name one under pki.provisioning, or attest that PCs come provisioned.',
          'pki.provisioning names none',
        ),
    issuer === null
      ? missing(
          'issuer',
          'Name one under pki.authority or amt.certificateAuthorityFile, or attest that PCs keep the certificates that they have.',
          'no issuer of the certificates of PCs is configured',
        )
      : found.pass('issuer', issuer === 'own' ? 'pki.authority' : 'amt.certificateAuthorityFile'),
  ];
}

function out({ setup: { hello } }: StepContext): Measured {
  return hello.enabled
    ? found.pass('out of band', `allowed; ${hello.acknowledgedBy ?? 'nobody'} answers for it`)
    : found.pass('out of band', 'not allowed: hellos are not taken');
}
