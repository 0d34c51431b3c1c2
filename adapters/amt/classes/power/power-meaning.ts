import { ptStatusText } from '../../wsman/pt-status.ts';

// ReturnValue of CIM_PowerManagementService.RequestPowerStateChange and its sister in IPS, from their class definitions.
const powerMeanings: Readonly<Record<number, string>> = {
  0: 'completed without error',
  1: 'not supported',
  2: 'unknown or unspecified error',
  3: 'can not complete within the timeout period',
  4: 'failed',
  5: 'invalid parameter',
  6: 'in use',
  4096: 'parameters checked, job started',
  4097: 'invalid state transition',
  4098: 'use of a timeout parameter is not supported',
  4099: 'busy',
};

/** Values above this are the firmware's own status plus this offset. */
const vendorOffset = 32_768;

/** ReturnValue of a power method in words. */
export function powerMeaning(returnValue: number): string {
  const known = powerMeanings[returnValue];
  if (known !== undefined) return known;
  if (returnValue > vendorOffset) return ptStatusText(returnValue - vendorOffset);
  return `not in Intel's list (${returnValue})`;
}

/** True when the firmware took the command: done, or started. */
export const isAccepted = (returnValue: number): boolean => returnValue === 0 || returnValue === 4096;
