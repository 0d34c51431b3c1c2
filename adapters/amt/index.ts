/** Intel AMT over WS-Management: the implementation of src/ports/amt.ts. */
export { missingFeatures } from './capabilities.ts';
export { type AmtGatewayOptions, createAmtGateway } from './gateway.ts';
export { createSetupGateway } from './setup-gateway.ts';
export type { AmtTimeouts } from './transport/timeouts.ts';
