import type { ClientChain, SetupGateway } from '../../src/ports/amt/setup-gateway.ts';
import { type AmtGatewayOptions, createAmtGateway } from './gateway.ts';
import { meet } from './transport/meet.ts';
import { type AmtTimeouts, defaultTimeouts } from './transport/timeouts.ts';
import { createTlsContexts } from './transport/trust.ts';

/** Makes a gateway that shows `chain` on every connection. One per chain; close it when its PCs are set up. */
export function createSetupGateway(options: Omit<AmtGatewayOptions, 'ca'>, chain: ClientChain): SetupGateway {
  const timeouts: AmtTimeouts = { ...defaultTimeouts, ...options.timeouts };
  const gateway = createAmtGateway({ ...options, ca: null, clientChain: chain });
  const contexts = createTlsContexts(null, chain);
  return {
    meet: (endpoint, signal) => meet(endpoint, contexts, timeouts, signal),
    withDevice: (endpoint, work, signal) => gateway.withDevice(endpoint, work, signal),
    close: () => gateway.close(),
  };
}
