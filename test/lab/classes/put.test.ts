import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { textOf, textsOf } from '../wire.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await createFleet({ devices: 2, firstAddress: '127.21.2.241', ports: { plain: 16992, tls: undefined } });
  await fleet.start();
});

afterAll(() => fleet.stop());

/** What a Put of AMT_BootSettingData must have: the properties required by Intel's class definition. */
const required: Readonly<Record<string, string | number | boolean>> = {
  UseSOL: false,
  UseSafeMode: false,
  ReflashBIOS: false,
  BIOSSetup: false,
  BIOSPause: false,
  LockPowerButton: false,
  LockResetButton: false,
  LockKeyboard: false,
  LockSleepButton: false,
  UserPasswordBypass: false,
  ForcedProgressEvents: false,
  FirmwareVerbosity: 0,
  ConfigurationDataReset: false,
  IDERBootDevice: 0,
  UseIDER: false,
  BootMediaIndex: 0,
  SecureErase: false,
};
const elements = (values: Readonly<Record<string, string | number | boolean>>) =>
  Object.entries(values)
    .map(([name, value]) => `<h:${name}>${value}</h:${name}>`)
    .join('');
const byName = (values: Readonly<Record<string, string | number | boolean>>) =>
  elements(Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))));

test('keeps what it was given and answers with the instance', async () => {
  const { status, body } = await asking(fleet).put(
    'AMT_BootSettingData',
    byName({ ...required, BIOSSetup: true, BootMediaIndex: 1, InstanceID: 'Intel(r) AMT:BootSettingData 0' }),
  );
  expect(status).toBe(200);
  expect(textOf(body, 'Action')).toBe('http://schemas.xmlsoap.org/ws/2004/09/transfer/PutResponse');
  const after = await asking(fleet).send({ className: 'AMT_BootSettingData', operation: 'Get' });
  expect(textOf(after.body, 'BIOSSetup')).toBe('true');
  expect(textOf(after.body, 'BootMediaIndex')).toBe('1');
  const neighbour = await asking(fleet).send({ className: 'AMT_BootSettingData', operation: 'Get' }, 'host2');
  expect(textOf(neighbour.body, 'BIOSSetup')).toBe('false');
});

test.each([
  ['a property that can not be put', byName({ ...required, BootguardStatus: 127 })],
  ['a changed read-only property', byName({ ...required, ElementName: 'Mine' })],
  ['an unknown property', byName({ ...required, Colour: 'red' })],
  ['a missing property', byName({ ...required }).replace('<h:UseSOL>false</h:UseSOL>', '')],
  ['the wrong order', elements(Object.fromEntries(Object.entries(required).reverse()))],
  ['a property twice', `${elements(required)}<h:SecureErase>false</h:SecureErase>`],
  ['the wrong type', byName({ ...required, BIOSPause: 'maybe' })],
  ['a number out of range', byName({ ...required, FirmwareVerbosity: 256 })],
])('%s violates the schema', async (_name, content) => {
  const { status, body } = await asking(fleet).put('AMT_BootSettingData', content);
  expect(status).toBe(400);
  expect(body).toContain('e:SchemaValidationError');
});

test('takes the order of the class definition too', async () => {
  const { status } = await asking(fleet).put(
    'AMT_BootSettingData',
    elements({ InstanceID: 'Intel(r) AMT:BootSettingData 0', ...required }),
  );
  expect(status).toBe(200);
});

test('a list replaces a list, in the instance that the selectors mean', async () => {
  const selectors = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0' };
  const { body } = await asking(fleet).put(
    'AMT_EthernetPortSettings',
    '<h:LinkPolicy>1</h:LinkPolicy><h:LinkPolicy>14</h:LinkPolicy><h:LinkPolicy>16</h:LinkPolicy>',
    selectors,
  );
  expect(textsOf(body, 'LinkPolicy')).toEqual(['1', '14', '16']);
  const wireless = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 1' };
  const other = await asking(fleet).send({
    className: 'AMT_EthernetPortSettings',
    operation: 'Get',
    selectors: wireless,
  });
  expect(textsOf(other.body, 'LinkPolicy')).toEqual([]);
});

test('a class that can not be written is ActionNotSupported', async () => {
  const { body } = await asking(fleet).put('CIM_ComputerSystemPackage', '<h:PlatformGUID>00</h:PlatformGUID>');
  expect(body).toContain('b:ActionNotSupported');
});
