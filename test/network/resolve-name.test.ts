import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createNetworkProbes } from '../../adapters/network/network-probes.ts';
import { hasDnsmasq, startDns } from '../e2e/site/dns-server.ts';

const server = { address: '127.24.7.53', port: 5_354 };
const probes = createNetworkProbes({ dnsServers: [`${server.address}:${server.port}`] });

(hasDnsmasq ? describe : describe.skip)('names, asked of a real DNS server (apt-get install dnsmasq-base)', () => {
  let end = async () => {};
  beforeAll(async () => {
    end = await startDns(server.address, server.port, {
      'host17.madrid.example': '10.1.2.17',
      'six.madrid.example': '2001:db8:0:17::2a',
    });
  });
  afterAll(() => end());

  test('an address, and the name of an address', async () => {
    expect(await probes.addressesOf('host17.madrid.example', 2_000)).toEqual({ kind: 'found', values: ['10.1.2.17'] });
    expect(await probes.namesOf('10.1.2.17', 2_000)).toEqual({ kind: 'found', values: ['host17.madrid.example'] });
  });
  test('a server that will not say is not one that says there is none', async () => {
    expect(await probes.addressesOf('elsewhere.example', 2_000)).toEqual({ kind: 'no_answer' });
  });
  test('there is no such address', async () => {
    expect(await probes.namesOf('10.1.2.99', 2_000)).toEqual({ kind: 'none' });
  });
  test('a server that will not say of an address, of either kind', async () => {
    expect(await probes.namesOf('192.0.2.1', 2_000)).toEqual({ kind: 'no_answer' });
    expect(await probes.namesOf('2001:db8::1', 2_000)).toEqual({ kind: 'no_answer' });
  });
  test('the name of an IPv6 address', async () => {
    expect(await probes.namesOf('2001:db8:0:17::2a', 2_000)).toEqual({ kind: 'found', values: ['six.madrid.example'] });
  });
  test('a server that is not there has not said that there is no name', async () => {
    const dead = createNetworkProbes({ dnsServers: ['127.24.7.56:5354'] });
    expect(await dead.namesOf('10.1.2.17', 2_000)).toEqual({ kind: 'no_answer' });
  });
});

test('servers that say nothing: over within the time that was given, however many they are', async () => {
  const silent = [createSocket('udp4'), createSocket('udp4')];
  const servers = ['127.24.7.54', '127.24.7.55'];
  await Promise.all(silent.map((socket, at) => once(socket.bind(server.port, servers[at]), 'listening')));
  const { addressesOf } = createNetworkProbes({ dnsServers: servers.map((address) => `${address}:${server.port}`) });
  try {
    expect(await addressesOf('host17.madrid.example', 300)).toEqual({ kind: 'no_answer' });
  } finally {
    for (const socket of silent) socket.close();
  }
});
