import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { input, logOn, powerRequest, reference, savingRequest, soap, textOf, textsOf } from './wire.ts';

const port = 16992;
let nowMs = 1_700_000_000_000;
let fleet: Fleet;

const fleetOf = (persona: string, firstAddress: string) =>
  createFleet({
    devices: 4,
    persona,
    firstAddress,
    ports: { plain: port, tls: undefined },
    faults: 'host2=modern-standby,host3=modern-standby:idle,host4=dark',
    now: () => nowMs,
  });

beforeAll(async () => {
  fleet = await fleetOf('amt-15.0', '127.21.2.31');
  await fleet.start();
});

afterAll(() => fleet.stop());

beforeEach(() => {
  fleet.resetCounters();
  fleet.setPower('host1', 'off');
});

async function send(body: string, host = 'host1'): Promise<string> {
  const session = await logOn(fleet.device(host).address, { port });
  const reply = await session.send(body);
  session.close();
  expect(reply.status).toBe(200);
  return reply.body;
}

const request = async (state: number, host = 'host1') => textOf(await send(powerRequest(state), host), 'ReturnValue');
const get = (className: string, host = 'host1') => send(soap({ className, operation: 'Get' }), host);
const state = async (host = 'host1') => textOf(await get('CIM_AssociatedPowerManagementService', host), 'PowerState');
const saving = async (host: string) => textOf(await get('IPS_PowerManagementService', host), 'OSPowerSavingState');

describe('power on', () => {
  test('is accepted at once and shows after one to two seconds', async () => {
    expect(await request(2)).toBe('0');
    expect(await state()).toBe('8');
    nowMs += 999;
    expect(await state()).toBe('8');
    nowMs += 1001;
    expect(await state()).toBe('2');
    expect(fleet.device('host1').power.boots).toBeGreaterThan(0);
  });

  test('on a PC that is on is not available: 2', async () => {
    fleet.setPower('host1', 'on');
    expect(await request(2)).toBe('2');
  });

  test('a second request during the transition is refused: 6 (in use)', async () => {
    expect(await request(2)).toBe('0');
    expect(await request(2)).toBe('6');
    nowMs += 2000;
    expect(await request(8)).toBe('0');
  });

  test('a dark PC accepts it and stays off', async () => {
    expect(await request(2, 'host4')).toBe('0');
    nowMs += 600_000;
    expect(await state('host4')).toBe('8');
  });

  test('times differ between devices and are the same for the same seed', async () => {
    const steps = (of: Fleet) => of.devices.map(({ power }) => power.steps.at(-1)?.atMs);
    const [one, two] = await Promise.all([fleetOf('amt-15.0', '127.21.2.31'), fleetOf('amt-15.0', '127.21.2.31')]);
    const { requestPower, defaultTiming } = await import('../../lab/power.ts');
    for (const { devices } of [one, two]) {
      for (const { power, realm } of devices) {
        requestPower(power, 2, {
          nowMs: 0,
          timing: defaultTiming,
          faults: new Map(),
          refusesSleep: false,
          seed: realm,
        });
      }
    }
    expect(steps(one)).toEqual(steps(two));
    expect(new Set(steps(one)).size).toBeGreaterThan(1);
  });
});

describe('other states', () => {
  test('off after half a second', async () => {
    fleet.setPower('host1', 'on');
    expect(await request(8)).toBe('0');
    expect(await state()).toBe('2');
    nowMs += 500;
    expect(await state()).toBe('8');
  });

  test('graceful off takes the operating system a while', async () => {
    fleet.setPower('host1', 'on');
    expect(await request(12)).toBe('0');
    nowMs += 600;
    expect(await state()).toBe('2');
    nowMs += 1000;
    expect(await state()).toBe('8');
  });

  test('a cycle goes off and on', async () => {
    fleet.setPower('host1', 'on');
    expect(await request(5)).toBe('0');
    nowMs += 500;
    expect(await state()).toBe('8');
    nowMs += 2000;
    expect(await state()).toBe('2');
  });

  test('a reset stays on and boots', async () => {
    fleet.setPower('host1', 'on');
    const { boots } = fleet.device('host1').power;
    expect(await request(10)).toBe('0');
    expect(await state()).toBe('2');
    expect(fleet.device('host1').power.boots).toBe(boots + 1);
  });

  test('reset and cycle of a PC that is off are refused: 2', async () => {
    expect(await request(10)).toBe('2');
    expect(await request(5)).toBe('2');
  });

  test('sleep, and on from sleep', async () => {
    fleet.setPower('host1', 'on');
    expect(await request(4)).toBe('0');
    nowMs += 500;
    expect(await state()).toBe('4');
    expect(await request(2)).toBe('0');
    nowMs += 2000;
    expect(await state()).toBe('2');
  });

  test.each([0, 1, 18, 500])('%i is no power state: 5', async (number) => {
    expect(await request(number)).toBe('5');
  });

  test('another element than the managed system is refused: 5', async () => {
    const className = 'CIM_PowerManagementService';
    const body = input(
      className,
      'RequestPowerStateChange',
      `<r:PowerState>2</r:PowerState><r:ManagedElement>${reference('CIM_ComputerSystem', 'Name', 'Another')}</r:ManagedElement>`,
    );
    const reply = await send(soap({ className, operation: 'RequestPowerStateChange', body }));
    expect(textOf(reply, 'ReturnValue')).toBe('5');
    expect(fleet.device('host1').power.requests).toHaveLength(0);
  });

  test('what is available depends on the state', async () => {
    const available = async () =>
      textsOf(await get('CIM_AssociatedPowerManagementService'), 'AvailableRequestedPowerStates');
    expect(await available()).toEqual(['2']);
    fleet.setPower('host1', 'on');
    expect(await available()).toEqual(['10', '8', '5', '11', '4', '7', '14', '12']);
  });
});

describe('Modern Standby', () => {
  test('power on leads to saving state, full power must be asked for', async () => {
    expect(await saving('host2')).toBeUndefined();
    expect(await request(2, 'host2')).toBe('0');
    nowMs += 2000;
    expect(await state('host2')).toBe('2');
    expect(await saving('host2')).toBe('3');
    expect(await request(2, 'host2')).toBe('0');
    nowMs += 10_000;
    expect(await saving('host2')).toBe('3');
    expect(textOf(await send(savingRequest(2), 'host2'), 'ReturnValue')).toBe('0');
    nowMs += 500;
    expect(await saving('host2')).toBe('2');
  });

  test('idle: the PC starts in saving state', async () => {
    expect(await state('host3')).toBe('2');
    expect(await saving('host3')).toBe('3');
  });

  test('a PC without it refuses to enter it, and any PC that is off', async () => {
    expect(textOf(await send(savingRequest(2)), 'ReturnValue')).toBe('2');
    fleet.setPower('host1', 'on');
    expect(textOf(await send(savingRequest(3)), 'ReturnValue')).toBe('2');
    expect(textOf(await send(savingRequest(2)), 'ReturnValue')).toBe('0');
  });
});

test('AMT 19 refuses sleep and hibernate as the hardware does', async () => {
  const { createPower, defaultTiming, requestPower } = await import('../../lab/power.ts');
  const options = { nowMs, timing: defaultTiming, faults: new Map(), refusesSleep: true, seed: '' };
  expect(requestPower(createPower('on'), 4, options)).toBe(2);
  expect(requestPower(createPower('on'), 7, options)).toBe(2);
  expect(requestPower(createPower('on'), 8, options)).toBe(0);
});

test('every request is recorded with the state before it and the looks since the last one', async () => {
  await state();
  await state();
  await request(2);
  await request(2);
  expect(fleet.device('host1').power.requests).toEqual([
    { atMs: nowMs, requested: 2, stateBefore: 8, returnValue: 0, readsBefore: 2 },
    { atMs: nowMs, requested: 2, stateBefore: 8, returnValue: 6, readsBefore: 0 },
  ]);
});

test('a boot source for a single use is gone after the boot', async () => {
  const pxe = reference('CIM_BootSourceSetting', 'InstanceID', 'Intel(r) AMT: Force PXE Boot');
  const configuration = reference('CIM_BootConfigSetting', 'InstanceID', 'Intel(r) AMT: Boot Configuration 0');
  const method = (className: string, operation: string, content: string) =>
    send(soap({ className, operation, body: input(className, operation, content) }));
  await method('CIM_BootConfigSetting', 'ChangeBootOrder', `<r:Source>${pxe}</r:Source>`);
  await method(
    'CIM_BootService',
    'SetBootConfigRole',
    `<r:BootConfigSetting>${configuration}</r:BootConfigSetting><r:Role>1</r:Role>`,
  );
  const device = fleet.device('host1');
  expect(device.power.next).toMatchObject({ source: 'Intel(r) AMT: Force PXE Boot', role: 1 });
  await request(2);
  nowMs += 2000;
  await state();
  expect(device.power.next.source).toBeUndefined();
  expect(device.power.bootLog.at(-1)).toMatchObject({ cause: 'request', source: 'Intel(r) AMT: Force PXE Boot' });
});
