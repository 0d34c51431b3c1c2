import { type ScanStand, scanCard } from '../messages/discovery/scan-card.ts';
import { amtPorts } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { AmtStatusStore } from '../ports/discovery/amt-status-store.ts';
import type { AmtPong, PresenceSweep } from '../ports/discovery/presence-sweep.ts';
import type { Scan, ScanFind, ScanStore } from '../ports/discovery/scan-store.ts';
import type { CardStore } from '../ports/store/card-store.ts';
import { addressesOf, parseRange } from './addresses.ts';
import { classifyAmt } from './amt-status.ts';
import { type AddressLookDeps, lookAtAddress } from './look-at-address.ts';
import { createPace } from './pace.ts';
import type { DiscoveryRange } from './settings.ts';

/** What running a scan needs. */
export interface RunScanDeps extends AddressLookDeps {
  readonly scans: ScanStore;
  readonly cards: Pick<CardStore, 'restate'>;
  readonly statuses: AmtStatusStore;
  readonly sweep: PresenceSweep;
  readonly clock: Clock;
  readonly nameOf: (person: string) => string;
  readonly onCard: () => void;
  /** How an address that is silent is waited for, and addresses that are done between two looks at the store. */
  readonly timing: ScanTiming;
}

/** Times of a scan. */
export interface ScanTiming {
  /** For answers to pings after the last one of a try. */
  readonly pongMs: number;
  /** For a connection to an AMT port. */
  readonly knockMs: number;
  readonly chunk: number;
}

/** Waits as other scanners do: MeshCentral waits 3 s for a whole range, with two packets. */
export const usualTiming: ScanTiming = { pongMs: 1_500, knockMs: 1_500, chunk: 256 };

const tries = 2;
const knocksAtOnce = 64;
const looksAtOnce = 8;
const lookEveryMs = 1_000;
const stopped = Symbol('stopped');

/** Scans from where it stands to the end, or until somebody stops it. Safe to run twice: what is done is skipped. */
export async function runScan(scanId: string, range: DiscoveryRange | null, deps: RunScanDeps, signal: AbortSignal) {
  const { scans, clock } = deps;
  const begun = await scans.get(scanId);
  if (!begun || begun.endedAt) return;
  const addresses = parseRange(begun.cidr);
  // Taken out of the configuration meanwhile: what may not be scanned any more is not.
  if (range === null || addresses === null) return endScan(begun, deps, 'range_gone');
  const beganMs = clock.now().getTime();
  let scan = begun;
  let asked = 0;
  const finds = [...(await scans.finds(scanId))];
  const show = (done: number) =>
    restate(scan, deps, { done, finds, ratePerSecond: range.ratePerSecond, beganMs, from: begun.cursor });
  while (scan.cursor < scan.size) {
    if (scan.stopBy !== null) return endScan(scan, deps, 'stopped');
    const part = addressesOf(addresses, scan.cursor, deps.timing.chunk);
    const own = new AbortController();
    const until = AbortSignal.any([signal, own.signal]);
    const watch = watchScan(scanId, deps, own, () => show(scan.cursor + Math.min(part.length, Math.floor(asked / 2))));
    try {
      asked = 0;
      const { found, foreign } = await scanPart(part, range, deps, until, (packets) => {
        asked = packets;
      });
      finds.push(...found.filter(({ address }) => !finds.some((each) => each.address === address)));
      await scans.advance(scanId, scan.cursor + part.length, found, foreign);
    } catch (error) {
      if (signal.aborted || own.signal.reason !== stopped) throw error;
    } finally {
      await watch.end();
    }
    const now = await scans.get(scanId);
    if (!now || now.endedAt) return;
    scan = now;
    await show(scan.cursor);
  }
  await endScan(scan, deps, scan.stopBy === null || scan.cursor === scan.size ? 'done' : 'stopped');
}

/** Looks once a second whether somebody wants it to stop, and shows how far it is. */
function watchScan(scanId: string, deps: RunScanDeps, own: AbortController, show: () => Promise<void>) {
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      await deps.clock.sleep(lookEveryMs, over.signal).catch(() => {});
      if (over.signal.aborted) return;
      await show();
      if ((await deps.scans.get(scanId))?.stopBy) return own.abort(stopped);
    }
  })().catch((error: unknown) => own.abort(error));
  return {
    async end() {
      over.abort();
      await watching;
    },
  };
}

/** Pings all, knocks at those that are silent, looks at what answered. */
async function scanPart(
  part: readonly string[],
  range: DiscoveryRange,
  deps: RunScanDeps,
  signal: AbortSignal,
  onPacket: (packets: number) => void,
) {
  const { ratePerSecond } = range;
  const { pongMs, knockMs } = deps.timing;
  const { pongs, foreign } = await deps.sweep(
    { addresses: part, ratePerSecond, tries, waitMs: pongMs },
    signal,
    onPacket,
  );
  const answered = new Map<string, AmtPong | null>(pongs.map((pong) => [pong.address, pong]));
  const pace = createPace(ratePerSecond, {
    nowMs: () => performance.now(),
    sleep: (ms, until) => deps.clock.sleep(ms, until),
  });
  const silent = part.filter((address) => !answered.has(address) && !foreign.includes(address));
  await each(silent, knocksAtOnce, async (address) => {
    for (const port of [amtPorts.tls, amtPorts.plain]) {
      await pace(signal);
      const { kind } = await deps.probes.knock(address, port, knockMs, signal);
      if (kind === 'answered') return void answered.set(address, null);
      // Nobody is there at all: the other port would say the same, a time-out later.
      if (kind === 'no_route') return;
    }
  });
  const found: ScanFind[] = [];
  await each([...answered], looksAtOnce, async ([address, pong]) => {
    await pace(signal);
    const find = await lookAtAddress(address, pong, deps, signal);
    if (find) found.push(find);
  });
  return { found, foreign: foreign.length };
}

/** Does it for each, so many at once; ends with the first error, once all that were begun have ended. */
async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined && !failed; item = items[next++]) {
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function restate(scan: Scan, deps: RunScanDeps, stand: Omit<ScanStand, 'now' | 'nameOf'>) {
  await deps.cards.restate(scan.cardId, scanCard(scan, { ...stand, now: deps.clock.now(), nameOf: deps.nameOf }));
  deps.onCard();
}

/** Counts what is gone, keeps what each PC is now, and says how it ended. */
async function endScan(scan: Scan, deps: RunScanDeps, how: 'done' | 'stopped' | 'range_gone'): Promise<void> {
  const { scans, statuses, clock } = deps;
  const finds = await scans.finds(scan.id);
  const seen = new Set(finds.map(({ deviceId }) => deviceId));
  // What was not looked at has not disappeared.
  const missing = how === 'done' ? (await scans.devicesWithin(scan.cidr)).filter(({ id }) => !seen.has(id)) : [];
  const at = clock.now();
  await statuses.keep([
    ...finds.flatMap(({ deviceId, standing }) => (deviceId === null ? [] : [{ deviceId, at, ...standing }])),
    ...missing.map(({ id: deviceId, seenAt }) => ({
      deviceId,
      at,
      ...classifyAmt({
        presence: 'silent',
        wasSeen: seenAt !== null,
        provisioningState: 'unknown',
        account: 'not_tried',
        certificate: 'unknown',
        controlMode: 'unknown',
        inInventory: true,
      }),
    })),
  ]);
  const disappeared = missing.map(({ name }) => name);
  await scans.end(scan.id, at, disappeared, {
    at,
    kind: 'scan_ended',
    actor: 'service',
    requestId: null,
    data: {
      ...{ scan: scan.id, range: scan.rangeId, cidr: scan.cidr, how, looked: scan.cursor, found: finds.length },
      ...{ new: finds.filter(({ deviceId }) => deviceId === null).length, disappeared: disappeared.length },
    },
  });
  const ended = await scans.get(scan.id);
  if (ended) await restate(ended, deps, { done: ended.cursor, finds, ratePerSecond: 0, beganMs: 0, from: 0 });
}
