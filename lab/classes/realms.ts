/**
 * Realms of AMT_AuthorizationService by number: intel/lms CIM classes `[class model]`. Which class belongs to which
 * realm is told by each class file after the guide's descriptions of the realms; where those leave room it is a
 * `[guess]`.
 */
export const realm = {
  redirection: 2,
  administration: 3,
  hardwareAsset: 4,
  remoteControl: 5,
  eventManager: 7,
  networkTime: 12,
  generalInfo: 13,
  eventLogReader: 19,
  auditLog: 20,
  acl: 21,
  localSystem: 24,
} as const;

/** Realms that an entry can hold: 0, 1, 22 and what is above 24 are invalid or reserved. `[class model]` */
export const isGrantable = (number: number): boolean => number >= 2 && number <= 24 && number !== 22;
