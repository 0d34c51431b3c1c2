import type { AmtErrorCode } from '../../../src/ports/amt.ts';

/**
 * The firmware's own status codes (PT_STATUS): names as Intel's StatusCodeDefinitions.h in intel/lms lists them, and what
 * they mean in our words. They come as `AMT-STATUS n` in a fault, as a ReturnValue, or as a ReturnValue above 32768.
 */
const ptStatuses: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  0: ['SUCCESS', 'done'],
  1: ['INTERNAL_ERROR', 'the firmware failed inside'],
  2: ['NOT_READY', 'the firmware is not ready for this yet'],
  3: ['INVALID_PT_MODE', 'this can not be done in the state of set-up that the device is in'],
  4: ['INVALID_MESSAGE_LENGTH', 'the message has a length that the firmware does not take'],
  5: ['TABLE_FINGERPRINT_NOT_AVAILABLE', 'the device has no fingerprint of this table'],
  6: ['INTEGRITY_CHECK_FAILED', 'stored data failed their integrity check'],
  7: ['UNSUPPORTED_ISVS_VERSION', 'the firmware does not know this version of the interface'],
  8: ['APPLICATION_NOT_REGISTERED', 'the application is not registered with the device'],
  9: ['INVALID_REGISTRATION_DATA', 'the registration data are not valid'],
  10: ['APPLICATION_DOES_NOT_EXIST', 'there is no such application'],
  11: ['NOT_ENOUGH_STORAGE', 'there is not enough storage left'],
  12: ['INVALID_NAME', 'the name is not valid'],
  13: ['BLOCK_DOES_NOT_EXIST', 'there is no such block of storage'],
  14: ['INVALID_BYTE_OFFSET', 'the byte offset is not valid'],
  15: ['INVALID_BYTE_COUNT', 'the byte count is not valid'],
  16: ['NOT_PERMITTED', 'the account is not allowed to do this'],
  17: ['NOT_OWNER', 'only the owner may do this'],
  18: ['BLOCK_LOCKED_BY_OTHER', 'somebody else holds the lock'],
  19: ['BLOCK_NOT_LOCKED', 'it is not locked'],
  20: ['INVALID_GROUP_PERMISSIONS', "the group's permissions are not valid"],
  21: ['GROUP_DOES_NOT_EXIST', 'there is no such group'],
  22: ['INVALID_MEMBER_COUNT', 'the member count is not valid'],
  23: ['MAX_LIMIT_REACHED', 'the device holds as many as it can'],
  24: ['INVALID_AUTH_TYPE', 'the way of authentication is not valid'],
  25: ['AUTHENTICATION_FAILED', 'the authentication failed'],
  26: ['INVALID_DHCP_MODE', 'the DHCP mode is not valid'],
  27: ['INVALID_IP_ADDRESS', 'the IP address is not valid'],
  28: ['INVALID_DOMAIN_NAME', 'the domain name is not valid'],
  29: ['UNSUPPORTED_VERSION', 'the firmware does not support this version'],
  30: ['REQUEST_UNEXPECTED', 'the firmware did not expect this request now'],
  31: ['INVALID_TABLE_TYPE', "the table's type is not valid"],
  32: ['INVALID_PROVISIONING_STATE', 'the provisioning state does not allow it'],
  33: ['UNSUPPORTED_OBJECT', 'the firmware does not support this object'],
  34: ['INVALID_TIME', 'the time is not valid: it lies in the past or before 2004'],
  35: ['INVALID_INDEX', 'there is nothing at this index'],
  36: ['INVALID_PARAMETER', 'a value is not one that the firmware takes'],
  37: ['INVALID_NETMASK', 'the subnet mask is not valid'],
  38: ['FLASH_WRITE_LIMIT_EXCEEDED', "the flash memory's daily limit of writes is used up"],
  39: ['INVALID_IMAGE_LENGTH', 'the image has the wrong length'],
  40: ['INVALID_IMAGE_SIGNATURE', "the image's signature is not valid"],
  41: ['PROPOSE_ANOTHER_VERSION', 'the firmware proposes another version'],
  42: ['INVALID_PID_FORMAT', 'the PID has a wrong format'],
  43: ['INVALID_PPS_FORMAT', 'the PPS has a wrong format'],
  44: ['BIST_COMMAND_BLOCKED', 'blocked while the self test runs'],
  45: ['CONNECTION_FAILED', 'the device could not connect'],
  46: ['CONNECTION_TOO_MANY', 'there are too many connections'],
  47: ['RNG_GENERATION_IN_PROGRESS', 'random numbers are still being made'],
  48: ['RNG_NOT_READY', 'the random number generator is not ready'],
  49: ['CERTIFICATE_NOT_READY', 'the certificate is not ready'],
  1024: ['DISABLED_BY_POLICY', 'a policy on the device disables it'],
  2048: ['NETWORK_IF_ERROR_BASE', 'a network interface failed'],
  2049: ['UNSUPPORTED_OEM_NUMBER', 'the OEM number is not supported'],
  2050: ['UNSUPPORTED_BOOT_OPTION', 'the PC does not support this boot option'],
  2051: ['INVALID_COMMAND', 'the command is not valid'],
  2052: ['INVALID_SPECIAL_COMMAND', 'the special command is not valid'],
  2053: ['INVALID_HANDLE', 'there is nothing with this handle'],
  2054: ['INVALID_PASSWORD', "the password does not meet the device's rules"],
  2055: ['INVALID_REALM', 'a realm is not valid for this account'],
  2056: ['STORAGE_ACL_ENTRY_IN_USE', 'storage uses this account'],
  2057: ['DATA_MISSING', 'data that must be set before are missing'],
  2058: ['DUPLICATE', 'the device has it already'],
  2059: ['EVENTLOG_FROZEN', 'the event log is frozen'],
  2060: ['PKI_MISSING_KEYS', 'there are no keys'],
  2061: ['PKI_GENERATING_KEYS', 'the device is still making keys'],
  2062: ['INVALID_KEY', 'the key is not valid'],
  2063: ['INVALID_CERT', 'the certificate is not valid'],
  2064: ['CERT_KEY_NOT_MATCH', 'certificate and key do not belong together'],
  2065: ['MAX_KERB_DOMAIN_REACHED', 'the device holds as many Kerberos domains as it can'],
  2066: ['UNSUPPORTED', 'the firmware does not support this'],
  2067: ['INVALID_PRIORITY', 'the priority is taken or not valid'],
  2068: ['NOT_FOUND', 'the device has no such thing'],
  2069: ['INVALID_CREDENTIALS', 'the credentials are not valid'],
  2070: ['INVALID_PASSPHRASE', 'the passphrase is not valid'],
  2072: ['NO_ASSOCIATION', 'the two are not associated'],
  2075: ['AUDIT_FAIL', 'the audit log can not take the record of this, so it was not done'],
  2076: ['BLOCKING_COMPONENT', 'a component blocks it'],
  2081: ['USER_CONSENT_REQUIRED', 'the user at the PC must consent first'],
  2082: ['OPERATION_IN_PROGRESS', 'another such operation is still under way'],
};

/** The status by number and name: `PT_STATUS 16 NOT_PERMITTED`; an unknown one is its number alone. */
export function ptStatusText(status: number): string {
  const known = ptStatuses[status];
  return known === undefined ? `PT_STATUS ${status}` : `PT_STATUS ${status} ${known[0]}`;
}

/** What the status means in plain words; null for an unknown one. */
export function ptStatusMeaning(status: number): string | null {
  return ptStatuses[status]?.[1] ?? null;
}

/** The statuses that mean one of our own codes. */
export const codeOfPtStatus: Readonly<Record<number, AmtErrorCode>> = {
  3: 'not_provisioned',
  11: 'store_full',
  16: 'not_permitted',
  23: 'store_full',
  38: 'write_limit',
  46: 'device_overloaded',
  1024: 'not_permitted',
  2065: 'store_full',
  2075: 'audit_log_blocks',
  2076: 'auditor_blocks',
  2081: 'consent_needed',
};
