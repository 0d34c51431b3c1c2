import type { FollowUpSettings } from './approvals/follow-up.ts';
import type { RequestDeps } from './approvals/request-deps.ts';
import { createRequests } from './approvals/requests.ts';
import { createTrailAnchoring } from './audit/anchor-trail.ts';
import { type ChecklistDeskDeps, createChecklistDesk } from './checklist/checklist-desk.ts';
import { commandSpecs } from './commands/index.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createPoster } from './delivery/poster.ts';
import { createRequestViews } from './delivery/request-views.ts';
import type { DigestSettings } from './digest/digest-settings.ts';
import { createDigests } from './digest/digests.ts';
import type { PasswordsDue } from './digest/sections/passwords.ts';
import { createLogInTrials } from './discovery/log-in-trials.ts';
import { createScans, type ScansDeps } from './discovery/scans.ts';
import { createAccountLinking } from './identity/link-account.ts';
import type { Principal } from './identity/people.ts';
import { createPeopleSource, type MoreRoles } from './identity/people-source.ts';
import type { PageLinks } from './messages/page-address.ts';
import type { Operations } from './operations/index.ts';
import type { Foretell, OperationName } from './operations/operation.ts';
import { createSitePages } from './pages/site-pages.ts';
import type { Policy } from './policy/policy.ts';
import type { AmtGateway } from './ports/amt.ts';
import type { ChatAdapter } from './ports/chat.ts';
import type { Clock, NewId } from './ports/clock.ts';
import type { Logger } from './ports/logger.ts';
import type { ChartPainter } from './ports/picture.ts';
import type { SitePages } from './ports/site-pages.ts';
import type { Store } from './ports/store/store.ts';
import type { TrailAnchors } from './ports/trail/trail-anchors.ts';
import type { TrailKind } from './ports/trail/trail-store.ts';
import { type Profile, profileFor } from './profiles/profile.ts';
import { tellingTakenBack } from './provisioning/upkeep/taken-back.ts';
import { createDispatch } from './router/dispatch.ts';
import { createTurnedAwayNotes } from './router/note-refusal.ts';
import { createRunControl } from './runs/control.ts';
import { createRunner } from './runs/runner.ts';
import type { WaveSettings } from './runs/waves.ts';
import type { ConfiguredSchedule } from './schedule/reconcile.ts';
import { createScheduling } from './schedule/scheduling.ts';

/** The outside, made by the composition root, and the settings of the core. */
export interface ServiceParts {
  readonly store: Store;
  /** Where the trail's last entry is noted, outside the database. */
  readonly anchors: TrailAnchors;
  readonly gateway: AmtGateway;
  readonly operations: Operations;
  readonly chats: readonly ChatAdapter[];
  /** Everybody of the configuration. */
  readonly principals: () => readonly Principal[];
  /** Roles that people have beside those of the configuration. Default: none. */
  readonly moreRoles?: MoreRoles;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly timeZone: string;
  /** Profiles as they are now. */
  readonly profiles: () => readonly Profile[];
  readonly digests: readonly DigestSettings[];
  /** Where the pages of the console are for those who read a message. Default: nowhere. */
  readonly links?: PageLinks;
  readonly painter: ChartPainter;
  /** When passwords of AMT users are due, and who knows how old they are. Default: nobody does. */
  readonly passwords?: PasswordsDue;
  /** What is done about requests that nobody decides on. Default: nothing. */
  readonly followUp?: FollowUpSettings;
  /** How runs of an operation are spread out. */
  readonly waves: (operation: OperationName) => WaveSettings;
  /** Places for devices at once, in all and per site, and how long a device may take to show the wanted state. */
  readonly limits: {
    readonly total: number;
    readonly perSite: number;
    readonly verifyMs: number;
    /** Places of a site that has another number of them; null: it has not. */
    readonly ofSite?: (site: string) => number | null;
  };
  /** How commands go out to the PCs of a site. Default: at once, and once. */
  readonly transmission?: RequestDeps['transmission'];
  /** The subnet of an address at a site; null when it is not known. */
  readonly subnetOf?: RequestDeps['subnetOf'];
  /** Minutes before a scheduled wake-up is due at which alarm clocks ring at a site; null: none is set there. Default: none. */
  readonly alarmMinutesOf?: (site: string) => number | null;
  /** Schedules of the configuration, and the shortest time between two due times of any. Default: none, a minute. */
  readonly schedules?: { readonly configured: readonly ConfiguredSchedule[]; readonly leastMinutes: number };
  /** Looking for AMT in ranges of addresses. */
  readonly discovery: Pick<ScansDeps, 'settings' | 'probes' | 'sweep' | 'timing'>;
  /** Verifying checklists. */
  readonly checklist: Pick<ChecklistDeskDeps, 'settings' | 'configuredSites' | 'contextOf' | 'where'>;
  /** True when no other process shares the database. */
  readonly soleWorker: boolean;
}

/** The core, wired. */
export interface Service {
  /** What people may look at without asking in a channel. */
  readonly pages: SitePages;
  start(): Promise<void>;
  /** Takes nothing new, finishes or parks what runs, shows it, and stops. Takes up to about 25 s. */
  stop(): Promise<void>;
  isStopping(): boolean;
  /** Somebody came, left, or has other roles: what is decided without a command or a click goes by it at once. */
  peopleChanged(): Promise<void>;
}

/** Time for devices being worked on to end well, and for the last messages to go out. */
const taskGraceMs = 15_000;
const deliveryGraceMs = 5_000;
/** How often the trail's last entry is noted outside the database. */
const anchorEveryMs = 10 * 60_000;
/** How often it is looked whether a digest is due. */
const digestEveryMs = 10_000;
const forgetEveryMs = 60 * 60_000;
/** How often the hours that are over are looked through for floods of refusals. */
const floodsEveryMs = 5 * 60_000;
/** How long keys of seen invocations and unpressed offers are kept. */
const rememberMs = 24 * 60 * 60_000;

/** Wires router, requests, runs and delivery. Adapters are handed in; nothing here knows which they are. */
export function createService(parts: ServiceParts): Service {
  const { store, clock, newId, logger, policy, timeZone } = parts;
  const peopleSource = createPeopleSource(parts.principals, store.links, parts.moreRoles);
  const people = () => peopleSource.now();
  const refresh = () => peopleSource.refresh();
  const linking = createAccountLinking({ links: store.links, trail: store.trail, people, refresh, clock, timeZone });
  let stopping = false;
  const timers: NodeJS.Timeout[] = [];
  const isStopping = () => stopping;
  const workerId = newId('wrk');
  const linked = parts.links ? { links: parts.links } : {};

  const chats = new Map(parts.chats.map((chat) => [chat.platform, chat]));
  const poster = createPoster({ posts: store.posts, chats, clock, logger });
  const digests = createDigests({
    settings: parts.digests,
    store,
    painter: parts.painter,
    ...(parts.passwords ? { passwords: parts.passwords } : {}),
    ...linked,
    nameOf: (id) => people().nameOf(id),
    timeZone,
    clock,
    newId,
    logger,
    onPosts: () => poster.touch(),
  });
  const foretell: Foretell = async ({ operation, parameters }, devices) => {
    try {
      return (await parts.operations[operation].foretell?.(devices, parameters)) ?? [];
    } catch (error) {
      // The card itself matters more.
      logger.warn({ error, operation }, 'what would be done could not be foretold');
      return [];
    }
  };
  const delivery = createDelivery({
    store,
    chats,
    viewsOf: createRequestViews({
      store,
      people,
      timeZone,
      clock,
      isStopping,
      foretell,
    }),
    newId,
    clock,
    logger,
  });
  const onChange = (requestId: string) => delivery.touch(requestId);
  const core = { store, people, policy, clock, newId, timeZone };
  const requests = createRequests({
    ...core,
    waves: parts.waves,
    places: parts.limits,
    ...(parts.transmission ? { transmission: parts.transmission } : {}),
    ...(parts.subnetOf ? { subnetOf: parts.subnetOf } : {}),
    ...(parts.followUp ? { followUp: parts.followUp } : {}),
    foresee: async (operation, devices, parameters) =>
      (await parts.operations[operation].refusal?.(devices, parameters)) ?? null,
    onChange,
  });
  const runner = createRunner({
    store,
    gateway: tellingTakenBack(parts.gateway, store.provisionings, timeZone),
    operations: parts.operations,
    auditCredentialOf: (device) => profileFor(device, parts.profiles())?.auditCredential ?? null,
    clock,
    logger,
    workerId,
    soleWorker: parts.soleWorker,
    limits: parts.limits,
    onProgress: onChange,
    startRequest: (requestId) => requests.start(requestId),
  });
  const scheduling = createScheduling({
    ...core,
    requests,
    commands: commandSpecs,
    refresh,
    logger,
    ...(parts.transmission ? { transmission: parts.transmission } : {}),
    ...(parts.alarmMinutesOf ? { alarmMinutesOf: parts.alarmMinutesOf } : {}),
    ...(parts.schedules ?? { configured: [], leastMinutes: 1 }),
    placeOf: (conversation) => chats.get(conversation.platform)?.placeOf?.(conversation) ?? conversation,
  });
  const scans = createScans({
    ...parts.discovery,
    ...core,
    tryLogIns: createLogInTrials({
      gateway: parts.gateway,
      statuses: store.amtStatuses,
      clock,
      settings: parts.discovery.settings,
    }),
    onCard: () => delivery.look(),
  });
  const checklist = createChecklistDesk({
    ...parts.checklist,
    ...linked,
    ...core,
    logger,
    onCard: () => delivery.look(),
    onPosts: () => poster.touch(),
  });
  const dispatch = createDispatch({
    foretell,
    scans,
    checklist,
    store,
    requests,
    schedules: scheduling.schedules,
    control: createRunControl({ store, policy, clock, onChange }),
    commands: commandSpecs,
    people: peopleSource,
    linking,
    digests,
    policy,
    clock,
    newId,
    timeZone,
    logger,
    isStopping,
  });

  const turnedAway = createTurnedAwayNotes({ refusals: store.refusals, clock, logger });
  const anchor = createTrailAnchoring({ trail: store.trail, anchors: parts.anchors, clock });
  /** Runs now and then; a failure is logged and tried again at the next turn. */
  const every = (ms: number, what: string, work: () => Promise<void>) => {
    timers.push(setInterval(() => void work().catch((error: unknown) => logger.warn({ error }, what)), ms));
  };

  const endHours = async () => void (await store.refusals.endHours(clock.now()));
  const note = (kind: TrailKind) =>
    store.trail.append([
      { at: clock.now(), kind, actor: 'service', requestId: null, data: { workerId, policyVersion: policy().version } },
    ]);

  const pages = createSitePages({
    ...{ store, checklist, policy, clock, timeZone },
    schedule: parts.checklist.settings.schedule,
    people: peopleSource,
  });

  return {
    pages,
    isStopping,
    peopleChanged: () =>
      refresh().catch((error: unknown) => logger.warn({ error }, 'people are read again at the next command')),
    async start() {
      // Where the trail cannot be written nothing is done.
      await note('service_started');
      await anchor();
      await endHours();
      await refresh();
      await store.queue.work('request-expiry', 1, ({ requestId }) => requests.expire(requestId));
      await requests.resume();
      for (const chat of parts.chats) await chat.start(dispatch, turnedAway);
      await delivery.start();
      poster.start();
      await digests.look();
      every(digestEveryMs, 'digests could not be looked at', () => digests.look());
      await runner.start();
      await scheduling.start();
      await scans.start();
      await checklist.start();
      every(forgetEveryMs, 'old keys could not be dropped', () =>
        store.invocations.forget(new Date(clock.now().getTime() - rememberMs)),
      );
      every(floodsEveryMs, 'refusals of the last hours could not be summed up', endHours);
      every(anchorEveryMs, 'the end of the trail could not be noted', anchor);
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      // Each is tried although the one before failed, as it does without a database: nothing may keep the process from ending.
      const steps = [
        () => scheduling.stop(),
        () => checklist.stop(),
        () => runner.stop(taskGraceMs),
        () => delivery.stop(deliveryGraceMs),
        () => poster.stop(deliveryGraceMs),
        ...parts.chats.map((chat) => () => chat.stop()),
        () => note('service_stopped'),
        anchor,
      ];
      for (const step of steps)
        await step().catch((error: unknown) => logger.error({ error }, 'a part of the service did not stop well'));
    },
  };
}
