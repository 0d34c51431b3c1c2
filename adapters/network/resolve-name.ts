import { Resolver } from 'node:dns/promises';
import { isIPv4, isIPv6 } from 'node:net';
import type { NameAnswer } from '../../src/ports/network/network-probes.ts';

/** DNS says that the name, or a record of this kind, does not exist. */
const saysNone = new Set(['ENOTFOUND', 'ENODATA']);

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;

/** One question; a server that does not answer is asked once. */
async function ask(question: () => Promise<readonly string[]>): Promise<NameAnswer> {
  try {
    return { kind: 'found', values: await question() };
  } catch (error) {
    return saysNone.has(String(codeOf(error))) ? { kind: 'none' } : { kind: 'no_answer' };
  }
}

function resolverFor(servers: readonly string[], timeoutMs: number): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

/** Ends the question when the time is over: with several servers, each has the whole time-out. */
async function within(resolver: Resolver, timeoutMs: number, answer: Promise<NameAnswer>): Promise<NameAnswer> {
  const timer = setTimeout(() => resolver.cancel(), timeoutMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/** IPv4 and IPv6 addresses of a name, straight from DNS: neither a hosts file nor a cache is asked. `servers`: empty for the system's. */
export async function addressesOf(servers: readonly string[], name: string, timeoutMs: number): Promise<NameAnswer> {
  const resolver = resolverFor(servers, timeoutMs);
  const both = Promise.all([ask(() => resolver.resolve4(name)), ask(() => resolver.resolve6(name))]);
  return within(resolver, timeoutMs, both.then(merge));
}

function merge([v4, v6]: readonly [NameAnswer, NameAnswer]): NameAnswer {
  const values = [v4, v6].flatMap((answer) => (answer.kind === 'found' ? answer.values : []));
  if (values.length > 0) return { kind: 'found', values };
  return v4.kind === 'none' && v6.kind === 'none' ? { kind: 'none' } : { kind: 'no_answer' };
}

/** Names that DNS has for an address (PTR records). */
export async function namesOf(servers: readonly string[], address: string, timeoutMs: number): Promise<NameAnswer> {
  const resolver = resolverFor(servers, timeoutMs);
  return within(
    resolver,
    timeoutMs,
    // Not reverse(): that says of a server which does not answer that the name does not exist, and reads the hosts file.
    ask(() => resolver.resolvePtr(reverseNameOf(address))),
  );
}

/** Name under which the PTR records of an address stand (RFC 1035, 3.5; RFC 3596, 2.5). A text that is no address is its own name. */
function reverseNameOf(address: string): string {
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  if (!isIPv6(address)) return address;
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const filler = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0');
  const digits = [...groups(head), ...filler, ...groups(tail)].map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
