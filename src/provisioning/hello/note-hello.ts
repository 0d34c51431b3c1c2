import { createHash } from 'node:crypto';
import type { ReceivedHello } from '../../ports/hello/hello.ts';
import type { HelloDoubt, HelloRecord, HelloSource } from '../../ports/hello/hello-store.ts';
import { isPlaceholderUuid } from './placeholder-uuid.ts';

/** A PC says hello for a day; what was heard before that says nothing about who says it now. */
const sameTimeMs = 24 * 60 * 60_000;
const keptSources = 8;

/**
 * What is known of a UUID after one more hello. Some vendors gave many PCs one UUID (MeshCentral issue 2359), and anybody can send
 * one: a PC that got a new address goes from one place to another and stays there, so what comes from two places in turn is two
 * PCs; and two places that trust different roots within a day are two, too. Pure.
 */
export function noteHello(before: HelloRecord | null, hello: ReceivedHello): HelloRecord {
  const { at, ...told } = hello;
  const source: HelloSource = { address: hello.address, kind: kindOf(hello), lastSeenAt: at };
  const others = (before?.sources ?? []).filter((each) => !isSame(each, source));
  return {
    ...told,
    firstSeenAt: before?.firstSeenAt ?? at,
    lastSeenAt: at,
    seen: (before?.seen ?? 0) + 1,
    sources: [source, ...others].slice(0, keptSources),
    doubt: before?.doubt ?? doubtOf(before?.sources ?? [], source, hello.uuid),
  };
}

function doubtOf(sources: readonly HelloSource[], now: HelloSource, uuid: string): HelloDoubt | null {
  if (isPlaceholderUuid(uuid)) return 'placeholder';
  const current = sources.filter((each) => now.lastSeenAt.getTime() - each.lastSeenAt.getTime() < sameTimeMs);
  // Newest first: what stands before it was heard since.
  if (current.findIndex((each) => isSame(each, now)) > 0) return 'interleaved';
  const others = current.filter((each) => !isSame(each, now));
  // Another list at the same address: somebody added a root in MEBx.
  const isTwo = others.some((each) => each.kind !== now.kind && each.address !== now.address);
  return isTwo ? 'two_kinds' : null;
}

const isSame = (one: HelloSource, other: HelloSource) => one.address === other.address && one.kind === other.kind;

const kindOf = ({ version, pid, roots }: ReceivedHello): string =>
  createHash('sha256')
    .update(JSON.stringify([version, pid, roots.map(({ kind, hex }) => `${kind}:${hex}`)]))
    .digest('hex');
