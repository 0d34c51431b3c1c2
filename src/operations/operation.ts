/** Every operation there is on a device. */
export const operationNames = ['power-on', 'power-off', 'reset', 'read-status'] as const;

/** One of `operationNames`. */
export type OperationName = (typeof operationNames)[number];
