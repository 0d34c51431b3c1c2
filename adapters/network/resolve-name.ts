import { Resolver } from 'node:dns/promises';
import type { NameAnswer } from '../../src/ports/network-probes.ts';

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
    ask(() => resolver.reverse(address)),
  );
}
