import { expect } from '@jest/globals';
import type { FollowUpSettings } from '../../src/approvals/follow-up.ts';
import { createLogReconciliation } from '../../src/audit/device-log/reconcile.ts';
import type { Principal } from '../../src/identity/people.ts';
import type { View } from '../../src/messages/view.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { AmtError, type AmtGateway } from '../../src/ports/amt.ts';
import type {
  Account,
  ChatAdapter,
  Conversation,
  OnInvocation,
  OnTurnedAway,
  Platform,
  TurnedAway,
} from '../../src/ports/chat.ts';
import type { DeviceInput } from '../../src/ports/store/inventory-store.ts';
import type { StoredRequest } from '../../src/ports/store/request-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createService } from '../../src/service.ts';
import { fakeState } from '../operations/fake-device.ts';
import { scriptedSession } from '../operations/fake-session.ts';
import { noDiscovery, operationsWith } from '../operations/perform.ts';
import { startSystemPostgres } from '../store/system-postgres.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { device, noPictures, noVerification, oneWave, policy as usualPolicy } from '../support/fixtures.ts';

/** The account of a platform; ids are made from the name. */
export const account = (
  platform: Platform,
  user: string,
  tenant = platform === 'console' ? 'local' : 'home',
): Account => ({
  platform,
  tenant,
  user,
});

const hourMs = 60 * 60_000;
/** How far a clock has to be ahead to stand at the start of an hour: what is counted by the hour is then counted in one. */
export const toNextHourMs = (): number => hourMs - (Date.now() % hourMs);

/** A row of the inventory. */
export function pc(name: string, more: Partial<DeviceInput> = {}): DeviceInput {
  const { id: _id, powerState: _state, amtVersion: _version, seenAt: _seen, ...input } = device;
  return { ...input, name, fqdn: null, ...more };
}

/** One chat platform in memory: what is shown, and who waits for something to be. */
function createFakeChat(platform: Platform) {
  const shown = new Map<string, View>();
  let watchers: (() => void)[] = [];
  /** One for each service that listens; they take turns. */
  let takes: readonly OnInvocation[] = [];
  let turnAway: OnTurnedAway | null = null;
  const posted: { channel: string; message: string; below: string | null; view: View }[] = [];
  const put = (key: string, view: View) => {
    shown.set(key, view);
    for (const watcher of watchers.splice(0)) watcher();
  };
  const adapter: ChatAdapter = {
    platform,
    async start(onInvocation, onTurnedAway) {
      takes = [...takes, onInvocation];
      turnAway = onTurnedAway ?? null;
    },
    async stop() {
      takes = takes.slice(1);
    },
    async post({ channel }, view, thread) {
      const message = newId('msg');
      posted.push({ channel, message, below: thread ? String(thread.reference.message) : null, view });
      put(message, view);
      return { platform, reference: { message } };
    },
    async update({ reference }, view) {
      put(String(reference.message), view);
    },
  };
  return {
    adapter,
    /** Every message as it was when it was posted, oldest first. */
    posted,
    hand: async (invocation: Parameters<OnInvocation>[0]) => {
      const [take, ...others] = takes;
      if (!take) throw new Error(`${platform} is not started`);
      takes = [...others, take];
      await take(invocation);
    },
    /** Tells the core of somebody whom the platform's adapter did not listen to. */
    turnsAway: async (who: Omit<TurnedAway, 'platform'>) => turnAway?.({ platform, ...who }),
    /** The first message, now or later, of which this holds. */
    async sees(isIt: (view: View) => boolean): Promise<View> {
      for (;;) {
        const found = [...shown.values()].find(isIt);
        if (found) return found;
        await new Promise<void>((resolve) => {
          watchers = [...watchers, resolve];
        });
      }
    },
  };
}

/**
 * The real core over a real PostgreSQL of its own, between fake chats and a gateway that notes every conversation with a PC. With
 * OOB_TEST_REPLICAS=2 two services share the database, and what people do goes to one and the other in turn.
 */
export async function createGround(options: {
  readonly people: readonly Principal[];
  readonly inventory: readonly DeviceInput[];
  readonly policy?: Policy;
  readonly followUp?: FollowUpSettings;
}) {
  const directory = await temporaryDirectory();
  const logger = recordingLogger();
  const server = process.env.OOB_TEST_REPLICAS === '2' ? await startSystemPostgres() : null;
  const opened = () =>
    openStore({ dataDirectory: directory.path, logger, ...(server ? { databaseUrl: server.url } : {}) });
  const stores = [await opened(), ...(server ? [await opened()] : [])] as const;
  const [store] = stores;
  const rules = { people: options.people, policy: options.policy ?? usualPolicy, aheadMs: 0, state: fakeState() };
  const conversations: string[] = [];
  const failures = new Map<string, readonly string[]>();
  const gateway: AmtGateway = {
    async withDevice({ name }, work) {
      conversations.push(name);
      const evidence = failures.get(name);
      if (evidence) throw new AmtError('firmware_fault', evidence);
      return work(scriptedSession({ power: [2, 8], state: rules.state }));
    },
    close: async () => {},
  };
  const chats = { console: createFakeChat('console'), slack: createFakeChat('slack'), teams: createFakeChat('teams') };
  const clock = { ...systemClock, now: () => new Date(Date.now() + rules.aheadMs) };
  const serviceOn = (store: Store) =>
    createService({
      store,
      profiles: () => [],
      anchors: { append: async () => {}, read: async () => [] },
      gateway,
      operations: operationsWith({
        deviceLogs: store.deviceLogs,
        assets: store.assets,
        standings: store.standings,
        wakeHistory: store.wakeHistory,
        reconcile: createLogReconciliation({ findings: store.findings, userOf: async () => 'admin', newId }),
        newId,
      }),
      digests: [],
      painter: noPictures,
      chats: Object.values(chats).map((chat) => chat.adapter),
      principals: () => rules.people,
      policy: () => rules.policy,
      ...(options.followUp ? { followUp: options.followUp } : {}),
      clock,
      newId,
      logger,
      timeZone: 'UTC',
      waves: () => oneWave,
      limits: { total: 50, perSite: 50, verifyMs: 1_000 },
      discovery: noDiscovery,
      checklist: noVerification,
      soleWorker: server === null,
    });
  const services = stores.map(serviceOn);
  await store.inventory.importDevices(options.inventory, () => newId('dev'));
  for (const service of services) await service.start();

  const conversationOf = ({ platform, tenant }: Account): Conversation => ({
    platform,
    tenant,
    channel: 'it-ops',
    direct: false,
    reference: {},
  });

  /** Hands one thing that an account did to the core; everything it was answered. */
  async function does(
    who: Account,
    what: { readonly say: string } | { readonly press: string },
    more: { readonly key?: string; readonly displayName?: string } = {},
  ): Promise<readonly View[]> {
    const answers: View[] = [];
    await chats[who.platform].hand({
      key: more.key ?? newId('key'),
      account: who,
      displayName: more.displayName ?? who.user,
      conversation: conversationOf(who),
      what: 'say' in what ? { kind: 'command', text: what.say } : { kind: 'action', id: what.press, message: null },
      respond: async (view) => {
        answers.push(view);
      },
    });
    return answers;
  }

  const trail = async () => {
    const { sequence = 0 } = (await store.trail.head()) ?? {};
    return store.trail.read(0, sequence);
  };

  return {
    store,
    rules,
    chats,
    conversations,
    failures,
    logger,
    does,
    trail,
    /** A request that waits, as its card has it. */
    async asks(who: Account, command: string): Promise<StoredRequest> {
      const answers = await does(who, { say: command });
      const [latest] = await store.requests.latest(1);
      if (answers.length > 0 || !latest) throw new Error(`not asked: ${JSON.stringify(answers)}`);
      return latest;
    },
    /** One attack: what it was answered, what it left in the trail, which PCs were talked to meanwhile, which runs begun. */
    async attack(act: () => Promise<readonly View[]>) {
      const before = (await store.trail.head())?.sequence ?? 0;
      const talked = conversations.length;
      const answers = await act();
      const entries = await store.trail.read(before, 10_000);
      return {
        codes: answers.map((view) => view.context),
        refusals: entries
          .filter(({ kind }) => kind === 'refused' || kind === 'click_refused')
          .map(({ actor, data }) => ({ actor, code: data.code })),
        kinds: entries.map(({ kind }) => kind),
        talkedTo: conversations.slice(talked),
        unfinished: await store.runs.unfinished(),
      };
    },
    async close() {
      for (const service of services) await service.stop();
      for (const each of stores) await each.close();
      await server?.stop();
      await directory.remove();
    },
  };
}

/** The answer to an attack that was refused for this reason: told so once, one entry in the trail, no PC talked to, no run begun. */
export const refusedWith = (code: string, actor: string, kind?: 'refused' | 'click_refused') => ({
  codes: [code],
  refusals: [{ actor, code }],
  kinds: [kind ?? expect.stringMatching(/^(click_)?refused$/)],
  talkedTo: [],
  unfinished: [],
});
