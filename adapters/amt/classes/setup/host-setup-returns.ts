import type { ReturnMeanings } from '../../model/return-values.ts';

/** ReturnValues of Setup, AdminSetup and UpgradeClientToAdmin (intel/lms, IPS_HostBasedSetupService). */
export const hostSetupReturns: ReturnMeanings = {
  1: ['INTERNAL_ERROR', 'the firmware failed inside'],
  2: ['INVALID_STATE', 'the device is not in the state for this: it is set up already, or the chain is not complete'],
  3: ['INVALID_PARAM', 'a value is not one that the firmware takes'],
  4: ['METHOD_DISABLED', 'this way of set-up is disabled on the device', 'not_permitted'],
  5: ['AUTH_FAILED', 'the signature or the certificate chain did not convince the device', 'not_permitted'],
  6: ['FLASH_WRITE_LIMIT_EXCEEDED', "the flash memory's daily limit of writes is used up", 'write_limit'],
};

/** ReturnValues of AddNextCertInChain. */
export const certificateChainReturns: ReturnMeanings = {
  1: ['INVALID_PARAM', 'a value is not one that the firmware takes'],
  2: ['INTERNAL_ERROR', 'the firmware failed inside'],
  3: ['INVALID_STATE', 'the device does not take a certificate now'],
  4: ['CERT_VERIFY_FAILED', 'the certificate does not fit the chain: order, usage, name or root hash', 'not_permitted'],
  5: ['CERT_CHAIN_EXCEEDED', 'the chain is too long'],
};
