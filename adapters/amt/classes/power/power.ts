import { AmtError, type PowerAnswer, type PowerReading, type PowerStateValue } from '../../../../src/ports/amt.ts';
import { AmtFault } from '../../errors.ts';
import type { Wsman } from '../../wsman/client.ts';
import { needNumber, readNumbers } from '../../wsman/fields.ts';
import { child, type XmlNode } from '../../wsman/read.ts';
import { getRequest, invokeRequest, type PreparedRequest } from '../../wsman/requests.ts';
import type { EndpointReference } from '../../wsman/values.ts';
import { isAccepted, powerMeaning } from './power-meaning.ts';

/** The computer that AMT manages, as power methods name it. */
export const managedSystem: EndpointReference = {
  className: 'CIM_ComputerSystem',
  selectors: { CreationClassName: 'CIM_ComputerSystem', Name: 'ManagedSystem' },
};

const getAssociatedPower = getRequest('CIM_AssociatedPowerManagementService');
const powerRequests = new Map<number, PreparedRequest>();

function powerRequest(state: PowerStateValue): PreparedRequest {
  const known = powerRequests.get(state);
  if (known) return known;
  const args = { PowerState: state, ManagedElement: { reference: managedSystem } };
  const made = invokeRequest('CIM_PowerManagementService', 'RequestPowerStateChange', args);
  powerRequests.set(state, made);
  return made;
}

const toReading = (node: XmlNode): PowerReading => ({
  state: needNumber(node, 'PowerState'),
  requestable: readNumbers(node, 'AvailableRequestedPowerStates'),
});

async function readByEnumeration(wsman: Wsman): Promise<PowerReading> {
  // The subclass with the power state comes as an instance of its parent; others of that parent may come with it.
  const instances = await wsman.enumerate('CIM_ServiceAvailableToElement');
  const found = instances.find((one) => child(one, 'PowerState') !== undefined);
  if (found) return toReading(found);
  throw new AmtError('class_missing', ['the firmware lists no power management service for the computer']);
}

/** How a device's power state is read; kept by the caller between conversations. */
export interface PowerReadMemory {
  powerReadBy: 'get' | 'enumerate';
}

/**
 * Reads the power state: Get CIM_AssociatedPowerManagementService, and where the firmware refuses that (it does not know
 * the class, or wants selectors) Enumerate CIM_ServiceAvailableToElement. What worked is remembered.
 */
export async function readPower(wsman: Wsman, memory: PowerReadMemory): Promise<PowerReading> {
  if (memory.powerReadBy === 'enumerate') return readByEnumeration(wsman);
  try {
    return toReading(await wsman.ask(getAssociatedPower));
  } catch (error) {
    if (!(error instanceof AmtFault) || error.code === 'device_overloaded') throw error;
  }
  const reading = await readByEnumeration(wsman);
  memory.powerReadBy = 'enumerate';
  return reading;
}

/** The answer of a power method's `_OUTPUT`. Without a ReturnValue it is unknown whether anything was done. */
export function toPowerAnswer(output: XmlNode): PowerAnswer {
  try {
    const returnValue = needNumber(output, 'ReturnValue');
    return { accepted: isAccepted(returnValue), returnValue, meaning: powerMeaning(returnValue) };
  } catch (error) {
    if (!(error instanceof AmtError)) throw error;
    throw new AmtError(error.code, error.evidence, { cause: error, mayHaveActed: true });
  }
}

/** CIM_PowerManagementService.RequestPowerStateChange, once. */
export async function requestPower(wsman: Wsman, state: PowerStateValue): Promise<PowerAnswer> {
  return toPowerAnswer(await wsman.ask(powerRequest(state)));
}
