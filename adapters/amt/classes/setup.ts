import type { AmtFacts } from '../../../src/ports/amt.ts';
import type { Wsman } from '../wsman/client.ts';
import { readNumber, readText } from '../wsman/fields.ts';
import { getRequest } from '../wsman/requests.ts';
import { orWhenMissing } from './when-missing.ts';

const getSetup = getRequest('AMT_SetupAndConfigurationService');
const getHostBasedSetup = getRequest('IPS_HostBasedSetupService');
const getGeneralSettings = getRequest('AMT_GeneralSettings');

const provisioningStates: Readonly<Record<number, AmtFacts['provisioningState']>> = { 0: 'pre', 1: 'in', 2: 'post' };
const controlModes: Readonly<Record<number, AmtFacts['controlMode']>> = { 0: 'none', 1: 'client', 2: 'admin' };

/** AMT_SetupAndConfigurationService.ProvisioningState. */
export async function readProvisioningState(wsman: Wsman): Promise<AmtFacts['provisioningState']> {
  const service = await orWhenMissing(wsman.ask(getSetup), null);
  return provisioningStates[(service && readNumber(service, 'ProvisioningState')) ?? -1] ?? 'unknown';
}

/** IPS_HostBasedSetupService.CurrentControlMode; the class came with AMT 6.2. */
export async function readControlMode(wsman: Wsman): Promise<AmtFacts['controlMode']> {
  const service = await orWhenMissing(wsman.ask(getHostBasedSetup), null);
  return controlModes[(service && readNumber(service, 'CurrentControlMode')) ?? -1] ?? 'unknown';
}

/** AMT_GeneralSettings.HostName; null when it is empty or may not be read. */
export async function readHostName(wsman: Wsman): Promise<string | null> {
  const settings = await orWhenMissing(wsman.ask(getGeneralSettings), null);
  const name = settings && readText(settings, 'HostName')?.trim();
  return name ? name : null;
}
