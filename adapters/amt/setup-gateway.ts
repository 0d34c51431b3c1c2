import type { ClientChain, SetupGateway, SharedKey } from '../../src/ports/amt/setup-gateway.ts';
import { type AmtGatewayOptions, createAmtGateway } from './gateway.ts';
import { meet } from './transport/meet.ts';
import { type AmtTimeouts, defaultTimeouts } from './transport/timeouts.ts';
import { createTlsContexts } from './transport/trust.ts';

/**
 * Makes a gateway that shows these certificates on every connection, or has this key in common with the PCs: then it is used with
 * endpoints that have no certificate's fingerprint. One for each; close it when its PCs are set up.
 */
export function createSetupGateway(
  options: Omit<AmtGatewayOptions, 'ca'>,
  proof: ClientChain | SharedKey,
): SetupGateway {
  const timeouts: AmtTimeouts = { ...defaultTimeouts, ...options.timeouts };
  const own = 'pps' in proof ? { sharedKey: proof } : { clientChain: proof };
  const gateway = createAmtGateway({ ...options, ca: null, ...own });
  const contexts = createTlsContexts(null, own.clientChain);
  return {
    meet: (endpoint, signal) => meet(endpoint, { contexts, sharedKey: own.sharedKey ?? null }, timeouts, signal),
    withDevice: (endpoint, work, signal) => gateway.withDevice(endpoint, work, signal),
    close: () => gateway.close(),
  };
}
