import type { Refusal } from '../approvals/wish.ts';
import type { People, Principal } from '../identity/people.ts';
import { addedView, scanCard } from '../messages/discovery/scan-card.ts';
import { oneLine } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { View } from '../messages/view.ts';
import { decide } from '../policy/decide.ts';
import { channelWord } from '../policy/grants.ts';
import { withoutHeld } from '../policy/holds.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { NewId } from '../ports/clock.ts';
import type { ScanFind } from '../ports/discovery/scan-store.ts';
import type { DeviceInput, TargetDevice } from '../ports/store/inventory-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';
import { liesIn, parseRange } from './addresses.ts';
import { type RunScanDeps, runScan } from './run-scan.ts';
import type { DiscoveryRange, DiscoverySettings } from './settings.ts';

/** Who asks, and where. */
interface Asker {
  readonly principal: Principal;
  readonly conversation: Conversation;
  /** Why; default: nobody said. */
  readonly reason?: string | null;
}

/** Scans of address ranges: asked for, stopped, and what they found taken into the inventory. */
export interface Scans {
  /** `word`: `10.1.0.0/22` inside a configured range, or `range:ID`. Its card says how it goes on. */
  begin(word: string, asker: Asker): Promise<{ readonly ok: true } | Refusal>;
  stop(scanId: string, asker: Asker): Promise<{ readonly ok: true } | Refusal>;
  /** Takes what is new into the inventory. Nothing that is there is changed. */
  addNew(scanId: string, asker: Asker): Promise<{ readonly ok: true; readonly view: View } | Refusal>;
  /** Takes up scans that a crash or a stop of the service cut off, and works on those that are asked for. */
  start(): Promise<void>;
}

/** What scans need. */
export interface ScansDeps extends Omit<RunScanDeps, 'scans' | 'cards' | 'statuses' | 'nameOf' | 'accounts'> {
  readonly store: Store;
  readonly settings: DiscoverySettings;
  readonly people: () => People;
  readonly policy: () => Policy;
  readonly newId: NewId;
  readonly timeZone: string;
}

const hourMs = 60 * 60_000;
const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });

/** Makes the room's one service. */
export function createScans(deps: ScansDeps): Scans {
  const { store, settings, people, policy, clock, newId } = deps;
  const rangeCalled = (id: string) => settings.ranges.find((range) => range.id === id) ?? null;
  const running: RunScanDeps = {
    ...deps,
    scans: store.scans,
    cards: store.cards,
    statuses: store.amtStatuses,
    accounts: settings.accounts,
    nameOf: (id) => people().nameOf(id),
  };

  /** Null when the policy lets them. A range counts as one PC of its site that no name and no group covers. */
  async function objection(
    { principal, conversation, reason = null }: Asker,
    range: DiscoveryRange,
  ): Promise<Refusal | null> {
    const now = clock.now();
    const rules = policy();
    const place: TargetDevice = {
      ...{ id: `range ${range.id}`, name: '', site: range.site, groups: [], powerState: null, reach: range.cidr },
    };
    const { devices, held } = withoutHeld([place], 'discover', rules, now);
    const recentAt = await store.requests.timesBy(principal.id, new Date(now.getTime() - hourMs));
    const decision = decide({
      ...{ principal, people: people().all(), operation: 'discover', devices, held, conversation },
      ...{ recentAt, reason, now, timeZone: deps.timeZone, policy: rules },
    });
    if (decision.verdict === 'refuse') return refusal(decision.code, ...decision.details);
    if (decision.verdict !== 'allow') return refusal('scan_needs_agreement', decision.because.join('; '));
    if (range.roles.length > 0 && !principal.roles.some((role) => range.roles.includes(role)))
      return refusal('not_allowed', `range ${range.id} is for roles: ${range.roles.join(', ')}`);
    if (range.channels.length > 0 && !range.channels.includes(channelWord(conversation)))
      return refusal('not_allowed_here', `range ${range.id} is for other channels`);
    return null;
  }

  /** The smallest configured range that holds the words, and the part of it that is meant. */
  function meant(word: string): { readonly range: DiscoveryRange; readonly cidr: string } | null {
    const named = /^range:(.+)$/i.exec(word)?.[1];
    if (named !== undefined) {
      const range = rangeCalled(named);
      return range && { range, cidr: range.cidr };
    }
    const wanted = parseRange(word);
    if (wanted === null) return null;
    const holding = settings.ranges.flatMap((range) => {
      const outer = parseRange(range.cidr);
      return outer && liesIn(wanted, outer) ? [{ range, size: outer.size }] : [];
    });
    const [smallest] = holding.sort((a, b) => a.size - b.size);
    return smallest ? { range: smallest.range, cidr: word.includes('/') ? word : `${word}/32` } : null;
  }

  const entry = (kind: TrailKind, actor: string, data: Readonly<Record<string, unknown>>) => ({
    ...{ at: clock.now(), kind, actor, requestId: null, data },
  });

  async function begin(word: string, asker: Asker): Promise<{ readonly ok: true } | Refusal> {
    const { principal, conversation } = asker;
    const found = meant(word);
    if (!found) {
      const known = settings.ranges.map(({ id, cidr }) => `${id} (${cidr})`).join(', ');
      return refusal(
        'range_not_configured',
        `\`${oneLine(word, 60)}\``,
        known === '' ? 'None is configured' : `There is: ${known}`,
      );
    }
    const { range, cidr } = found;
    const against = await objection(asker, range);
    if (against) return against;
    const scan = {
      ...{ id: newId('scan'), rangeId: range.id, cidr, size: parseRange(cidr)?.size ?? 0, askedBy: principal.id },
      ...{
        conversation,
        cardId: newId('card'),
        stopAction: newId('act'),
        addAction: newId('act'),
        startedAt: clock.now(),
      },
    };
    const untouched = { cursor: 0, foreignControllers: 0, stopBy: null, endedAt: null, disappeared: [], addedBy: null };
    const view = scanCard(
      { ...scan, ...untouched },
      {
        ...{ now: clock.now(), nameOf: running.nameOf, done: 0, finds: [], ratePerSecond: range.ratePerSecond },
        ...{ beganMs: clock.now().getTime(), from: 0 },
      },
    );
    const begun = await store.scans.begin(
      scan,
      { id: scan.cardId, requestId: null, conversation, kind: 'notice', view },
      entry('scan_started', principal.id, {
        reason: asker.reason ?? null,
        scan: scan.id,
        range: range.id,
        cidr,
        ratePerSecond: range.ratePerSecond,
      }),
    );
    if (!begun) return refusal('scan_running', `range ${range.id}`);
    const offers = [
      { actionId: scan.stopAction, text: `discover stop ${scan.id}` },
      { actionId: scan.addAction, text: `discover add ${scan.id}` },
    ];
    for (const offer of offers)
      await store.invocations.offer({ ...offer, principal: principal.id, offeredAt: clock.now() });
    await store.queue.send('scan', { scanId: scan.id }, { key: scan.id });
    deps.onCard();
    return { ok: true };
  }

  /** The scan and its range, if it is there and the person may deal with it now. */
  async function given(scanId: string, asker: Asker) {
    const scan = await store.scans.get(scanId);
    const range = scan && rangeCalled(scan.rangeId);
    if (!scan || !range) return refusal('no_such_scan', `\`${oneLine(scanId, 40)}\``);
    const against = await objection(asker, range);
    return against ?? { ok: true as const, scan, range };
  }

  async function stop(scanId: string, asker: Asker): Promise<{ readonly ok: true } | Refusal> {
    const found = await given(scanId, asker);
    if (!found.ok) return found;
    const by = asker.principal.id;
    const done = await store.scans.stop(scanId, by, entry('scan_stopped', by, { scan: scanId }));
    return done ? { ok: true } : refusal('scan_not_running');
  }

  async function addNew(scanId: string, asker: Asker): Promise<{ readonly ok: true; readonly view: View } | Refusal> {
    const found = await given(scanId, asker);
    if (!found.ok) return found;
    const { range } = found;
    const fresh = (await store.scans.finds(scanId)).filter(({ deviceId }) => deviceId === null);
    const by = asker.principal.id;
    if (fresh.length === 0 || !(await store.scans.takeNew(scanId, by))) return refusal('nothing_new');
    try {
      const { rows, left } = await rowsFor(fresh, range);
      const result = await store.inventory.importDevices(rows, () => newId('dev'));
      const data = {
        scan: scanId,
        range: range.id,
        added: result.added,
        names: rows.map(({ name }) => name).slice(0, 100),
      };
      await store.trail.append([entry('inventory_imported', by, data)]);
      const now = clock.now();
      const added = await store.scans.devicesCalled(rows.map(({ host }) => host));
      await store.amtStatuses.keep(
        added.flatMap(({ id: deviceId, host }) => {
          const find = fresh.find(({ address }) => address === host);
          return find ? [{ deviceId, at: now, ...find.standing }] : [];
        }),
      );
      const ended = await store.scans.get(scanId);
      const finds = await store.scans.finds(scanId);
      if (ended) {
        const stand = { now, nameOf: running.nameOf, done: ended.cursor, finds, ratePerSecond: 0, beganMs: 0, from: 0 };
        await store.cards.restate(ended.cardId, scanCard(ended, stand));
        deps.onCard();
      }
      return { ok: true, view: addedView(result.added, left) };
    } catch (error) {
      await store.scans.giveBack(scanId);
      throw error;
    }
  }

  /** Rows for the inventory; a PC whose name somebody has is called by its address, and left out if that is taken too. */
  async function rowsFor(fresh: readonly ScanFind[], range: DiscoveryRange) {
    const rows: DeviceInput[] = [];
    const left: string[] = [];
    const isTaken = async (name: string) =>
      rows.some((row) => row.name.toLowerCase() === name.toLowerCase()) ||
      (await store.inventory.select({ kind: 'name', value: name })).length > 0;
    for (const { address, name, fqdn, tls, fingerprint, credential } of fresh) {
      const byAddress = `amt-${address.replaceAll('.', '-')}`;
      const chosen = (await isTaken(name)) ? byAddress : name;
      if (chosen !== name && (await isTaken(chosen))) {
        left.push(name);
        continue;
      }
      rows.push({
        ...{ name: chosen, fqdn, host: address, port: null, mac: null, site: range.site, groups: [] },
        ...{ tls, certificateFingerprint: fingerprint, credential: credential ?? range.credential },
      });
    }
    return { rows, left };
  }

  return {
    begin,
    stop,
    addNew,
    async start() {
      await store.queue.work('scan', 2, async ({ scanId }, signal) => {
        const scan = await store.scans.get(scanId);
        if (scan) await runScan(scanId, rangeCalled(scan.rangeId), running, signal);
      });
      // A crash between keeping a scan and sending its job.
      for (const scanId of await store.scans.open()) await store.queue.send('scan', { scanId }, { key: scanId });
    },
  };
}
