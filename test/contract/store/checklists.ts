import { describe, expect, test } from '@jest/globals';
import type { Evidence, KeptFinding, StepFinding } from '../../../src/ports/checklist/checklist-store.ts';
import type { NewPost } from '../../../src/ports/digests/post-store.ts';
import type { TheStore } from '../store-contract.ts';
import { channel as conversation, deviceInput, newId } from './samples.ts';

const at = new Date('2026-01-05T05:00:00Z');
const hour = 60 * 60_000;
const later = (ms: number) => new Date(at.getTime() + ms);

/** ChecklistStore and ChecklistFacts. */
export function checklistContract(theStore: TheStore): void {
  describe('checklists', () => {
    const evidence: Evidence = {
      ...{ check: 'DHCP option 6', status: 'pass', measured: 'unknown', values: ['10.0.0.1: none'], where: 'here', at },
      ...{ until: later(hour), mend: 'Set option 006.', command: null, isAttestable: true },
      attested: { id: 'att_1', by: 'ana', reason: 'looked at it', until: later(2 * hour) },
    };
    const finding = (site: string, over: Partial<StepFinding> = {}): StepFinding => ({
      ...{ site, step: 'oob.prereq', status: 'pass', evidence: [evidence], measuredAt: at, expiresAt: later(hour) },
      ...over,
    });
    const post = (): NewPost => ({
      ...{ id: newId('post'), subject: 'checklist', conversation, fallback: null, below: null },
      view: { tone: 'bad', title: 'red' },
    });
    const keep = (found: StepFinding, posts: readonly NewPost[] = []) => {
      const seen: (KeptFinding | null)[] = [];
      const kept = theStore().checklists.keep([found], (before, now) => {
        seen.push(before);
        const isRed = now.status === 'fail';
        const since = before?.status === now.status ? before.since : now.measuredAt;
        return { kept: { ...now, since, isRed }, posts, trail: [] };
      });
      return kept.then(() => seen.at(-1) ?? null);
    };

    test('the latest of each step comes back whole, whatever the case of the site', async () => {
      const site = newId('Site');
      expect(await theStore().checklists.latest(site)).toEqual([]);
      expect(await keep(finding(site))).toBeNull();
      const before = await keep(finding(site.toUpperCase(), { status: 'fail', measuredAt: later(1_000) }));
      expect(before).toEqual({ ...finding(site), since: at, isRed: false });
      expect(await theStore().checklists.latest(site.toLowerCase())).toEqual([
        ...[
          {
            ...finding(site.toUpperCase(), { status: 'fail', measuredAt: later(1_000) }),
            since: later(1_000),
            isRed: true,
          },
        ],
      ]);
    });

    test('what was measured before the one that is kept does not replace it', async () => {
      const site = newId('site');
      await keep(finding(site, { measuredAt: later(hour) }));
      await keep(finding(site, { status: 'fail' }));
      expect(await theStore().checklists.latest(site)).toMatchObject([{ status: 'pass', measuredAt: later(hour) }]);
    });

    test('what a wrong clock has dated into the future does not keep out what is measured when it is right again', async () => {
      const site = newId('site');
      const soon = new Date(Date.now() + hour);
      await keep(finding(site, { status: 'fail', measuredAt: soon }));
      await theStore().checklists.keepVerified(site, soon);
      const measuredAt = new Date();
      await keep(finding(site, { measuredAt }));
      await theStore().checklists.keepVerified(site, measuredAt);
      expect(await theStore().checklists.latest(site)).toMatchObject([{ status: 'pass', measuredAt }]);
      expect(await theStore().checklists.verifiedAt(site)).toEqual(measuredAt);
    });

    test('changes: how it stood, then each change after, and no entry while it stays', async () => {
      const site = newId('site');
      for (const [hours, status] of [
        [0, 'pass'],
        [1, 'pass'],
        [2, 'fail'],
        [3, 'fail'],
        [4, 'pass'],
      ] as const)
        await keep(finding(site, { status, measuredAt: later(hours * hour) }));
      const { checklists } = theStore();
      const all = await checklists.changes(site, later(-hour));
      expect(all.map(({ status, at: when }) => [status, when])).toEqual([
        ...[['pass', at] as const, ['fail', later(2 * hour)] as const, ['pass', later(4 * hour)] as const],
      ]);
      expect((await checklists.changes(site, later(3 * hour))).map(({ status }) => status)).toEqual(['fail', 'pass']);
    });

    test('two that verify at the same time see each other: a post is made of one change once', async () => {
      const site = newId('site');
      await keep(finding(site));
      const open = await theStore().posts.open();
      const turned = await Promise.all(
        Array.from({ length: 5 }, () =>
          theStore().checklists.keep([finding(site, { status: 'fail', measuredAt: later(hour) })], (before, now) => ({
            kept: { ...now, since: now.measuredAt, isRed: true },
            posts: before?.isRed === false ? [post()] : [],
            trail: [],
          })),
        ),
      );
      expect(turned).toHaveLength(5);
      expect(await theStore().posts.open()).toBe(open + 1);
    });

    test('attestations until they end', async () => {
      const site = newId('site');
      const attestation = {
        ...{ id: newId('att'), site, step: 'oob.sp', checks: ['database backed up'], by: 'ana' },
        ...{ reason: 'the DBA does it', at, until: later(hour) },
      };
      await theStore().checklists.attest(attestation, {
        ...{ at, kind: 'step_attested', actor: 'ana', requestId: null, data: { site } },
      });
      expect(await theStore().checklists.attestations(site.toUpperCase(), at)).toEqual([attestation]);
      expect(await theStore().checklists.attestations(site, later(hour))).toEqual([]);
      const entry = { at, kind: 'attestation_withdrawn', actor: 'ana', requestId: null, data: { site } } as const;
      const withdraw = () => theStore().checklists.withdraw(site.toUpperCase(), 'oob.sp', later(1_000), entry);
      expect([await withdraw(), await withdraw()]).toEqual([true, false]);
      expect(await theStore().checklists.attestations(site, later(1_000))).toEqual([]);
    });

    test('when a site was verified as a whole; the later one stays', async () => {
      const site = newId('site');
      const { checklists } = theStore();
      expect(await checklists.verifiedAt(site)).toBeNull();
      await checklists.keepVerified(site, later(hour));
      await checklists.keepVerified(site.toUpperCase(), at);
      expect(await checklists.verifiedAt(site)).toEqual(later(hour));
    });

    test('due times are seen to by one of several', async () => {
      const { checklists } = theStore();
      const from = await checklists.sweptUntil(at);
      expect(await checklists.sweptUntil(later(hour))).toEqual(from);
      const until = new Date(from.getTime() + hour);
      const swept = await Promise.all([1, 2, 3].map(() => checklists.sweep(from, until)));
      expect(swept.filter(Boolean)).toHaveLength(1);
      expect(await checklists.sweptUntil(at)).toEqual(until);
    });

    test('what is known of the PCs of a site, with names of the first few', async () => {
      const site = newId('site');
      const names = Array.from({ length: 7 }, (_, n) => `${site}-${n + 1}`);
      await theStore().inventory.importDevices(
        names.map((name) => deviceInput(name, { site })),
        () => newId('dev'),
      );
      const devices = await theStore().inventory.select({ kind: 'site', value: site });
      const idOf = (n: number) => devices[n]?.id ?? '';
      const seen = (n: number, status: 'provisioned' | 'not-provisioned' | 'detected', when: Date) => ({
        ...{ deviceId: idOf(n), status, subState: null, because: 'test', at: when },
      });
      const { amtStatuses, standings, checklistFacts } = theStore();
      await amtStatuses.keep([seen(0, 'provisioned', at), seen(1, 'provisioned', at), seen(2, 'detected', at)]);
      // One was reset, one never was; one was seen long ago.
      await amtStatuses.keep([seen(1, 'not-provisioned', later(hour)), seen(3, 'not-provisioned', at)]);
      await amtStatuses.keep([seen(4, 'provisioned', later(-30 * 24 * hour))]);
      const told = { provisioningState: 'post', controlMode: 'admin' } as const;
      await standings.keepStatus({
        ...{ deviceId: idOf(0), at, ...told, certificateExpiresAt: later(20 * 24 * hour), auditLogFullPercent: 90 },
      });
      await standings.keepDrift({ deviceId: idOf(0), at, drifts: 2 });
      const fleet = await checklistFacts.fleet(site.toUpperCase(), later(-24 * hour), later(hour));
      const counts = Object.fromEntries(Object.entries(fleet.tallies).map(([name, tally]) => [name, tally.count]));
      expect(fleet.devices).toBe(7);
      expect(counts).toMatchObject({
        ...{
          statusKnown: 4,
          statusOld: 3,
          provisioned: 2,
          reset: 1,
          neverProvisioned: 1,
          detected: 1,
          told: 1,
          asked: 1,
        },
        ...{ compared: 1, drifting: 1, auditDrifting: 0, networkDrifting: 0 },
        ...{ certificateEnding: 1, certificateEnded: 0, auditLogFull: 1, auditLogKnown: 1, auditLogPulled: 0 },
        ...{ mayAudit: 7, woke: 0, stayedOff: 0, provisioningStopped: 0, networkCertificateEnded: 0 },
      });
      expect(fleet.tallies.reset.names).toEqual([names[1]]);
      expect(fleet.tallies.mayAudit.names).toEqual(names.slice(0, 5));
      expect(fleet.oldest).toEqual({ status: at, asked: at, compared: at });
      expect((await checklistFacts.fleet(newId('site'), at, at)).devices).toBe(0);
    });

    test('how the service stands', async () => {
      const { runs, checklistFacts, queue } = theStore();
      const worker = newId('wrk');
      const now = new Date();
      const before = await checklistFacts.service(now);
      await runs.heartbeat(worker, now);
      expect((await checklistFacts.service(now)).workers).toBe(before.workers + 1);
      const payload = { site: newId('site'), step: null, dueAt: null, cardId: null, askedBy: null };
      await queue.send('checklist', payload, { notBefore: new Date(now.getTime() - 60_000) });
      const { waiting, longestWaitMs } = await checklistFacts.service(now);
      expect(waiting).toBeGreaterThan(before.waiting);
      expect(longestWaitMs).toBeGreaterThanOrEqual(59_000);
      await runs.retire(worker);
    });
  });
}
