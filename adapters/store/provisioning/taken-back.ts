/** Condition: the device of that id was not taken back. One that was keeps its password, which nobody changes any more. */
export const isNotTakenBack = (deviceId: string): string => `not exists (
  select from oob.provisioning as taken where taken.device_id = ${deviceId} and taken.state = 'removed')`;
