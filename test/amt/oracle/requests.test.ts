import { describe, expect, test } from '@jest/globals';
import { managedSystem } from '../../../adapters/amt/classes/power/power.ts';
import {
  deleteRequest,
  enumerateRequest,
  getRequest,
  invokeRequest,
  messageText,
  type PreparedRequest,
  pullRequest,
} from '../../../adapters/amt/wsman/requests.ts';
import { builtMessages } from './case.ts';
import { canonical, oracle, oracleIsHere, sameAddress, sameId } from './wsman-messages.ts';

const cases: ReadonlyArray<readonly [string, string, string, readonly unknown[], PreparedRequest]> = [
  ...([2, 5, 8, 10, 12] as const).map(
    (state) =>
      [
        'CIM',
        'PowerManagementService',
        'RequestPowerStateChange',
        [state],
        invokeRequest('CIM_PowerManagementService', 'RequestPowerStateChange', {
          PowerState: state,
          ManagedElement: { reference: managedSystem },
        }),
      ] as const,
  ),
  [
    'IPS',
    'PowerManagementService',
    'RequestOSPowerSavingStateChange',
    [2],
    invokeRequest('IPS_PowerManagementService', 'RequestOSPowerSavingStateChange', {
      OSPowerSavingState: 2,
      ManagedElement: { reference: managedSystem },
    }),
  ],
  ['CIM', 'ServiceAvailableToElement', 'Enumerate', [], enumerateRequest('CIM_ServiceAvailableToElement')],
  ['CIM', 'ServiceAvailableToElement', 'Pull', ['5E1A-0'], pullRequest('CIM_ServiceAvailableToElement', '5E1A-0')],
  ['IPS', 'PowerManagementService', 'Get', [], getRequest('IPS_PowerManagementService')],
  ['IPS', 'HostBasedSetupService', 'Get', [], getRequest('IPS_HostBasedSetupService')],
  ['AMT', 'SetupAndConfigurationService', 'Get', [], getRequest('AMT_SetupAndConfigurationService')],
  ['AMT', 'GeneralSettings', 'Get', [], getRequest('AMT_GeneralSettings')],
  [
    'AMT',
    'TLSCredentialContext',
    'Delete',
    [{ name: 'InstanceID', value: 'Intel(r) AMT Key: Handle: 0' }],
    deleteRequest('AMT_TLSCredentialContext', { InstanceID: 'Intel(r) AMT Key: Handle: 0' }),
  ],
];

(oracleIsHere ? describe : describe.skip)('the same messages as wsman-messages 5.14.1 (node bin/run.js peers)', () => {
  test.each(cases)('%s_%s %s %j', (family, className, method, args, ours) => {
    const theirs = oracle(family, className, method)(...args);
    expect(canonical(messageText(ours, 0))).toEqual(sameAddress(canonical(sameId(theirs))));
  });

  test('among them what the list of built messages says', () => {
    const compared = cases.map(([family, className, method]) => `${method} ${family}_${className}`);
    expect(compared).toEqual(expect.arrayContaining([...builtMessages]));
  });
});
