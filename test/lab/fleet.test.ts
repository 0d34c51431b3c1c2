import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { startControl } from '../../lab/control.ts';
import { createFleet } from '../../lab/fleet.ts';
import { inventoryCsv } from '../../lab/inventory.ts';
import { loopbackAddresses } from '../../lab/network/addresses.ts';
import { readOptions } from '../../lab/options.ts';
import { classTable, faultTable, personaTable } from '../../lab/readme-tables.ts';
import { identify, logOn, powerRequest } from './wire.ts';

const labFolder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'lab');

describe('addresses', () => {
  test('follow each other, without .0 and .255', () => {
    expect(loopbackAddresses('127.21.0.253', 4)).toEqual(['127.21.0.253', '127.21.0.254', '127.21.1.1', '127.21.1.2']);
    expect(loopbackAddresses('127.20.0.1', 10_000).at(-1)).toBe('127.20.39.94');
  });

  test('outside loopback are refused', () => {
    expect(() => loopbackAddresses('10.0.0.1', 1)).toThrow('must lie in 127.0.0.0/8');
    expect(() => loopbackAddresses('127.255.255.254', 2)).toThrow('leave 127.0.0.0/8');
  });
});

describe('a fleet', () => {
  test('is split over its sites in order, has groups, personas and some PCs on', async () => {
    const fleet = await createFleet({ devices: 200, sites: ['madrid', 'lyon'], persona: 'mixed', powered: 'mixed' });
    expect(fleet.device('host100').site).toBe('madrid');
    expect(fleet.device('host101').site).toBe('lyon');
    expect(fleet.device('host101').fqdn).toBe('host101.lyon.example');
    expect(fleet.device('host1').groups).toEqual(['floor1']);
    expect(fleet.device('host50').groups).toEqual(['floor2', 'vip']);
    expect(new Set(fleet.devices.map(({ persona }) => persona.name)).size).toBe(7);
    expect(fleet.devices.filter(({ power }) => power.state === 2)).toHaveLength(40);
    expect(new Set(fleet.devices.map(({ realm }) => realm)).size).toBe(200);
    expect(fleet.device('host42')).toMatchObject({ mac: '02:00:00:00:00:2a', power: { state: 8 } });
    expect(() => fleet.device('host201')).toThrow('No device host201');
  });

  test('can be imported from its CSV', async () => {
    const fleet = await createFleet({ devices: 3, sites: ['madrid'] });
    expect(inventoryCsv(fleet).split('\r\n')).toEqual([
      'name,fqdn,address,mac,site,groups,tls,certificate_fingerprint,credential',
      'host1,host1.madrid.example,127.20.0.1,02:00:00:00:00:01,madrid,floor1,ca,,lab',
      'host2,host2.madrid.example,127.20.0.2,02:00:00:00:00:02,madrid,floor2,ca,,lab',
      'host3,host3.madrid.example,127.20.0.3,02:00:00:00:00:03,madrid,floor3,ca,,lab',
      '',
    ]);
    expect(inventoryCsv(fleet, 'none')).toContain(',none,,lab');
    expect(inventoryCsv(fleet, 'pinned')).toMatch(/,pinned,[0-9a-f]{64},lab/);
    const old = await createFleet({ persona: 'amt-11.8' });
    expect(inventoryCsv(old)).toMatch(/,legacy,[0-9a-f]{64},lab/);
  });

  test('closes what it opened when a port is taken', async () => {
    const first = await createFleet({ firstAddress: '127.21.2.62' });
    await first.start();
    const second = await createFleet({ devices: 2, firstAddress: '127.21.2.61' });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.stop();
    await second.start();
    await second.stop();
  });

  test('takes several personas in turn', async () => {
    const { devices } = await createFleet({ devices: 3, persona: 'amt-9.1,amt-15.0' });
    expect(devices.map(({ persona }) => persona.name)).toEqual(['amt-9.1', 'amt-15.0', 'amt-9.1']);
  });

  test('of an unknown persona is refused with the known ones', async () => {
    await expect(createFleet({ persona: 'amt-99' })).rejects.toThrow(/No persona amt-99. Known: mixed, amt-3.2/);
  });
});

describe('control interface', () => {
  test('shows state and counters, sets power and faults', async () => {
    const fleet = await createFleet({
      devices: 2,
      firstAddress: '127.21.2.65',
      ports: { plain: 16992, tls: undefined },
    });
    await fleet.start();
    const control = await startControl(fleet, 0);
    const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      return (await fetch(`http://127.0.0.1:${control.port}${path}`, init)).json();
    };
    const session = await logOn('127.21.2.65', { port: 16992 });
    await session.send(identify);
    await session.send(powerRequest(2));
    session.close();
    expect(await call('GET', '/devices/host1')).toMatchObject({
      name: 'host1',
      address: '127.21.2.65',
      powerState: 8,
      counters: {
        connections: 2,
        unauthorized: 1,
        requests: { Identify: 1, 'CIM_PowerManagementService.RequestPowerStateChange': 1 },
      },
      powerRequests: [{ requested: 2, stateBefore: 8, returnValue: 0, readsBefore: 0 }],
    });
    expect(await call('GET', '/power-requests')).toMatchObject([{ device: 'host1', requested: 2 }]);
    expect(await call('GET', '/totals')).toMatchObject({ devices: 2, unauthorized: 1, requests: { Identify: 1 } });
    expect(await call('POST', '/devices/host2/power', { state: 'on' })).toMatchObject({ powerState: 2 });
    expect(await call('POST', '/devices/host2/faults', { faults: 'dark+slow:5' })).toMatchObject({
      faults: ['dark', 'slow:5'],
    });
    expect(await call('POST', '/power', { state: 'on' })).toEqual({});
    expect(await call('GET', '/totals')).toMatchObject({ powerStates: { 2: 2 } });
    expect(await call('POST', '/counters/reset')).toEqual({});
    expect(await call('GET', '/totals')).toMatchObject({ connections: 0, requests: {} });
    expect(await call('GET', '/devices/host9')).toEqual({ error: 'No device host9' });
    expect(await call('POST', '/devices/host2/faults', { faults: 'drak' })).toMatchObject({
      error: expect.stringContaining('No fault drak'),
    });
    await control.close();
    await fleet.stop();
  });
});

describe('the process', () => {
  test('prints one ready line, writes CSV and authority, takes its password from the environment, stops on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oob-lab-'));
    const args = ['--devices', '3', '--first-address', '127.21.2.71', '--sites', 'madrid', '--persona', 'amt-15.0'];
    const files = [
      '--inventory',
      join(folder, 'fleet.csv'),
      '--ca',
      join(folder, 'ca.pem'),
      '--keys',
      join(folder, 'keys'),
    ];
    const child = spawn(process.execPath, [join(labFolder, 'main.ts'), ...args, ...files], {
      env: { ...process.env, OOB_LAB_PASSWORD: 'An0ther-Passw0rd!' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8');
    for await (const text of child.stdout) {
      output += String(text);
      if (output.endsWith('\n')) break;
    }
    expect(output).toMatch(
      /^lab ready: 3 AMT devices on 127.21.2.71 to 127.21.2.73, ports 16992 \(HTTP\) and 16993 \(TLS\), after \d+ ms\n$/,
    );
    const tls = { ca: readFileSync(join(folder, 'ca.pem')) };
    const session = await logOn('127.21.2.73', { port: 16993, tls, password: 'An0ther-Passw0rd!' });
    expect((await session.send(identify)).status).toBe(200);
    expect(readFileSync(join(folder, 'fleet.csv'), 'utf8').split('\r\n')).toHaveLength(5);
    expect(statSync(join(folder, 'keys')).mode & 0o077).toBe(0);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  });

  test.each([
    [['--devices', 'many'], '--devices is many; allowed: a whole number from 1 to 100000'],
    [['--powered', 'maybe'], '--powered is maybe; allowed: on, off, mixed'],
  ])('%j is refused with what is allowed', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });

  test('takes one delay for every power change', () => {
    const timing = { onMs: [7, 7], offMs: 7, gracefulMs: 7 };
    expect(readOptions(['--power-delay', '7'])).toMatchObject({ timing });
  });

  test('has the defaults that its help names', () => {
    expect(readOptions([])).toMatchObject({
      devices: 200,
      firstAddress: '127.20.0.1',
      ports: { plain: 16992, tls: 16993 },
      sites: ['madrid', 'lyon'],
      inventoryTransport: 'ca',
    });
    expect(readOptions(['--help'])).toBe('help');
  });
});

test('the lab imports nothing of the product, else client and simulator agree on the same mistake', () => {
  const files = readdirSync(labFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  for (const name of files) {
    const text = readFileSync(join(labFolder, name), 'utf8');
    for (const [, target = ''] of text.matchAll(/from '([^']+)'/g)) {
      expect(`${name}: ${target}`).toMatch(/: (node:[a-z_/]+|saxes|ws|\.\.?\/(?!.*(src|adapters)\/).*\.ts)$/);
    }
  }
});

test('README has the tables of the code', () => {
  // The formatter pads the columns.
  const plain = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
  const text = plain(readFileSync(join(labFolder, 'README.md'), 'utf8'));
  expect(text).toContain(plain(faultTable()));
  expect(text).toContain(plain(personaTable()));
  expect(text).toContain(plain(classTable()));
});
