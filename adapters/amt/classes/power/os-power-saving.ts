import type { OsPowerSaving, PowerAnswer } from '../../../../src/ports/amt.ts';
import { AmtFault } from '../../errors.ts';
import type { Wsman } from '../../wsman/client.ts';
import { readNumber } from '../../wsman/fields.ts';
import { getRequest, invokeRequest } from '../../wsman/requests.ts';
import { managedSystem, toPowerAnswer } from './power.ts';

const getService = getRequest('IPS_PowerManagementService');
const fullPower = 2;
const requestFullPower = invokeRequest('IPS_PowerManagementService', 'RequestOSPowerSavingStateChange', {
  OSPowerSavingState: fullPower,
  ManagedElement: { reference: managedSystem },
});
const states: readonly OsPowerSaving[] = ['unknown', 'unsupported', 'full-power', 'saving'];

/**
 * IPS_PowerManagementService.OSPowerSavingState; `unsupported` where the firmware has no such class (before AMT 10). AMT
 * leaves the property out while the PC is off (device-management-toolkit/mps issue 2278): that is `unknown`.
 */
export async function readOsPowerSaving(wsman: Wsman): Promise<OsPowerSaving> {
  try {
    return states[readNumber(await wsman.ask(getService), 'OSPowerSavingState') ?? 0] ?? 'unknown';
  } catch (error) {
    if (error instanceof AmtFault && error.code === 'class_missing') return 'unsupported';
    throw error;
  }
}

/** RequestOSPowerSavingStateChange to full power: wakes a PC out of Modern Standby, which a power-on alone does not. */
export async function requestOsFullPower(wsman: Wsman): Promise<PowerAnswer> {
  return toPowerAnswer(await wsman.ask(requestFullPower));
}
