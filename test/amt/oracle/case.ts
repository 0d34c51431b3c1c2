import type { AmtSession } from '../../../src/ports/amt.ts';
import { instance, output, type Reply } from '../classes/stub.ts';

export const now = () => new Date('2026-11-23T06:00:00Z');
export const handle = (number: number) => `Intel(r) AMT Certificate: Handle: ${number}`;
export const general = { 'Get AMT_GeneralSettings': instance('AMT_GeneralSettings', { DigestRealm: 'Digest:0' }) };
export const settingsOf = (className: string, values: Record<string, string | number | boolean | number[]>) => ({
  [`Get ${className}`]: instance(className, values),
  [`Put ${className}`]: '',
});
export const accepted = (className: string, method: string) => ({ [`${method} ${className}`]: output(method) });

export interface Case {
  /** Family, class and method of the oracle, and what it is given. */
  readonly theirs: readonly [string, string, string, ...unknown[]];
  /** Which of our requests is meant, and which of several. */
  readonly ours: string;
  readonly nth?: number;
  readonly replies?: Record<string, Reply>;
  readonly version?: string;
  /** What the session is asked to do; it may fail where the stub's answer is not a full one. */
  readonly work: (session: AmtSession) => Promise<unknown>;
}

/** What requests.test.ts compares: messages as they are built, without a session. */
export const builtMessages: readonly string[] = [
  'RequestPowerStateChange CIM_PowerManagementService',
  'RequestOSPowerSavingStateChange IPS_PowerManagementService',
  'Enumerate CIM_ServiceAvailableToElement',
  'Get IPS_PowerManagementService',
  'Get IPS_HostBasedSetupService',
  'Get AMT_SetupAndConfigurationService',
  'Get AMT_GeneralSettings',
];

export const acl = 'AMT_AuthorizationService';
export const keys = 'AMT_PublicKeyManagementService';
export const hostSetup = 'IPS_HostBasedSetupService';
export const setupService = 'AMT_SetupAndConfigurationService';
export const proof = { nonce: Buffer.alloc(20, 9), signature: Buffer.from('signature') };
export const proofTexts = [proof.nonce.toString('base64'), 2, proof.signature.toString('base64')];
export const opaque = 'Intel(r) AMT: Boot Configuration 0';

/** A reference as XML: the oracle wants it ready-made here. */
export function referenceXml(className: string, InstanceID: string): string {
  const uri = `http://intel.com/wbem/wscim/1/amt-schema/1/${className}`;
  return (
    `<a:Address>default</a:Address><a:ReferenceParameters><w:ResourceURI>${uri}</w:ResourceURI><w:SelectorSet>` +
    `<w:Selector Name="InstanceID">${InstanceID}</w:Selector></w:SelectorSet></a:ReferenceParameters>`
  );
}
