import { refusalCard } from '../../src/messages/cards/refusal-card.ts';
import type { View } from '../../src/messages/view.ts';
import {
  type ChatAdapter,
  ChatError,
  type Conversation,
  type OnInvocation,
  type OnTurnedAway,
} from '../../src/ports/chat.ts';
import type { PublicHttp } from '../../src/ports/http.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { activitySchema, type TeamsActivity } from './activity.ts';
import { type Call, TeamsSetupError, toChatError } from './errors.ts';
import { createGuestCheck, readSender, type Sender, senderRefused, senderWord } from './identity.ts';
import { answerPlace, readSaid, toArrival } from './invocation.ts';
import { type BotRegistration, createBotFramework } from './receive.ts';
import {
  isTrustedService,
  namedPlace,
  placeOf,
  readReference,
  type TeamsReference,
  teamsServiceHosts,
  teamsServiceUrl,
} from './reference.ts';
import { renderMessage, renderNote } from './render.ts';
import { mountMessagesRoute, type RouteAnswer } from './route.ts';

/** Settings of the Teams adapter. */
export interface TeamsOptions {
  /** Application (client) id of the bot, a GUID. Empty only with `development`. */
  readonly appId: string;
  /** Client secret of the bot; empty for a UserAssignedMSI. */
  readonly appPassword: string;
  /** Kind of the bot's registration. Azure makes no new MultiTenant bots. Default SingleTenant. */
  readonly appType?: BotRegistration['appType'];
  /** Tenant of the bot's application; default the first of `tenantIds`. */
  readonly appTenantId?: string;
  /** Tenants (GUIDs) whose members may use the bot. Guests and everybody else are refused. Empty (any) only in development. */
  readonly tenantIds: readonly string[];
  /** The server to mount `POST /api/messages` on. */
  readonly http: PublicHttp;
  readonly logger: Logger;
  /** Where channels that only the configuration names are posted to. Default: that of Teams worldwide. */
  readonly serviceUrl?: string;
  /** Hosts to speak to besides those of Teams worldwide and GCC. */
  readonly serviceHosts?: readonly string[];
  /** Dangerous: without an app id, takes commands from anybody on this machine, and speaks to this machine only. */
  readonly development?: { readonly allowUnauthenticated: true };
  /** How long a press waits for its answer, which then only the person who pressed sees, in milliseconds. Default 1500. */
  readonly noteWaitMs?: number;
}

/** What a press without another answer is told. The note stays below the card, so that it must not age. */
const taken = 'Got it.';

const guid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The Teams adapter, its route mounted; requests are taken after `start`. Throws TeamsSetupError. */
export function createTeamsAdapter(options: TeamsOptions): ChatAdapter {
  const { logger, tenantIds, noteWaitMs = 1500 } = options;
  const registration = checkedRegistration(options);
  const anonymous = registration.appId === '';
  const hosts = [...teamsServiceHosts, ...(options.serviceHosts ?? [])];
  const tenants = tenantIds.length === 0 ? null : new Set(tenantIds.map((tenant) => tenant.toLowerCase()));
  const framework = createBotFramework(registration);
  const guestCheck = createGuestCheck((activity) => framework.member(placeReference(activity), activity.from.id));
  const underWay = new Set<Promise<unknown>>();
  let onInvocation: OnInvocation | null = null;
  let onTurnedAway: OnTurnedAway | null = null;

  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };

  const call = async <T>(kind: Call, to: TeamsReference, work: () => Promise<T>): Promise<T> => {
    if (!isTrustedService(to.serviceUrl, hosts, anonymous)) {
      throw new ChatError(
        'rejected',
        `${URL.parse(to.serviceUrl)?.host ?? 'the address'} is not a known host of Teams`,
      );
    }
    try {
      return await tracked(work());
    } catch (error) {
      throw toChatError(error, kind);
    }
  };

  /** Nobody has to have spoken in a channel before it is posted to. */
  const placeIn = ({ tenant, channel, reference }: Conversation): TeamsReference =>
    Object.keys(reference).length > 0
      ? { ...readReference(reference), activityId: '' }
      : namedPlace({ serviceUrl: options.serviceUrl ?? teamsServiceUrl, tenant, channel, appId: registration.appId });

  const post = (to: TeamsReference, view: View) => call('post', to, () => framework.post(to, renderMessage(view)));

  const senderOf = async (activity: TeamsActivity): Promise<Sender> => {
    const sender = readSender(activity, tenants);
    if ('refused' in sender) return sender;
    try {
      const refused = await guestCheck(activity, sender.account);
      return refused === null ? sender : { refused };
    } catch (error) {
      logger.warn({ error: toChatError(error, 'post') }, 'Teams did not say who a sender is');
      return { refused: 'unverified' };
    }
  };

  /** Hands over what was said, and tells the person when that can't be. Never rejects. */
  const handOver = async (activity: TeamsActivity, respond: (view: View) => Promise<void>, hand: OnInvocation) => {
    const said = readSaid(activity);
    if (said === null) return;
    try {
      const sender = await senderOf(activity);
      if ('refused' in sender) {
        logger.warn({ refused: sender.refused, key: activity.id }, 'a sender in Teams was refused');
        await onTurnedAway?.({ platform: 'teams', who: senderWord(activity), why: sender.refused, what: said });
        await respond(senderRefused(sender.refused));
        return;
      }
      await hand({ ...toArrival(activity, said, sender.account, sender.displayName), respond });
    } catch (error) {
      logger.error({ error, key: activity.id }, 'what was said in Teams could not be taken');
      await respond(refusalCard({ code: 'internal_refusal', details: [] })).catch((failure: unknown) => {
        logger.error({ error: failure }, 'and nobody could be told');
      });
    }
  };

  const takeMessage = async (activity: TeamsActivity, hand: OnInvocation): Promise<RouteAnswer> => {
    await handOver(activity, async (view) => void (await post(answerPlace(activity), view)), hand);
    return { status: 200 };
  };

  /** Teams waits for the answer to a press; one that comes at once goes back with it, for the presser's eyes only. */
  const takePress = async (activity: TeamsActivity, hand: OnInvocation): Promise<RouteAnswer> => {
    const note = Promise.withResolvers<string>();
    let waiting = true;
    const answered = (text: string): void => {
      waiting = false;
      note.resolve(text);
    };
    const timer = setTimeout(() => answered(taken), noteWaitMs);
    const respond = async (view: View): Promise<void> => {
      const text = waiting ? renderNote(view) : null;
      if (text !== null) answered(text);
      else await post(answerPlace(activity), view);
    };
    void tracked(handOver(activity, respond, hand));
    const value = await note.promise;
    clearTimeout(timer);
    return invokeAnswer(200, 'application/vnd.microsoft.activity.message', value);
  };

  const take = async (authorization: string, body: unknown): Promise<RouteAnswer> => {
    const hand = onInvocation;
    if (hand === null) return { status: 503 };
    const parsed = activitySchema.safeParse(body);
    if (!parsed.success) return { status: 400 };
    const activity = parsed.data;
    const authenticity = await framework.authenticate(authorization, activity);
    if (authenticity !== 'authentic') {
      logger.warn({ authenticity }, 'a request that claims to come from Teams was refused');
      return { status: authenticity === 'refused' ? 401 : 503 };
    }
    if (!isTrustedService(activity.serviceUrl, hosts, anonymous)) {
      logger.warn({ serviceUrl: activity.serviceUrl }, 'a request that names a strange host for answers was refused');
      return { status: 403 };
    }
    if (activity.type !== 'invoke') return tracked(takeMessage(activity, hand));
    if (activity.name !== 'adaptiveCard/action') return { status: 501 };
    if (readSaid(activity) === null) {
      return invokeAnswer(400, 'application/vnd.microsoft.error', {
        code: 'BadRequest',
        message: 'This is no button of oob.',
      });
    }
    return tracked(takePress(activity, hand));
  };

  mountMessagesRoute(options.http, { tokenNeeded: !anonymous, logger, take });

  return {
    platform: 'teams',
    async start(hand, turnAway) {
      if (anonymous) logger.warn({}, 'Teams takes commands without authentication, from this machine');
      onInvocation = hand;
      onTurnedAway = turnAway ?? null;
    },
    async stop() {
      onInvocation = null;
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    async post(conversation, view, thread) {
      const place = placeIn(conversation);
      const below = thread === undefined ? place : readReference(thread.reference);
      // Chats have no threads.
      const to = below.kind === 'channel' ? below : place;
      return { platform: 'teams', reference: await post(to, view) };
    },
    async update(address, view) {
      const at = readReference(address.reference);
      await call('update', at, () => framework.update(at, renderMessage(view)));
    },
  };
}

function placeReference(activity: TeamsActivity): TeamsReference {
  const place = answerPlace(activity);
  return { ...place, conversationId: placeOf(place.conversationId), activityId: '' };
}

/** Answer to an invoke `adaptiveCard/action` (Microsoft Teams documentation, "Universal Actions for Adaptive Cards"). */
function invokeAnswer(statusCode: number, type: string, value: unknown): RouteAnswer {
  return { status: 200, body: { statusCode, type, value } };
}

function checkedRegistration(options: TeamsOptions): BotRegistration {
  const { appId, appPassword, appType = 'SingleTenant', tenantIds } = options;
  const appTenantId = options.appTenantId ?? tenantIds[0] ?? '';
  if (appId === '' && options.development?.allowUnauthenticated === true) {
    return { appId: '', appPassword: '', appType: 'MultiTenant', appTenantId: '' };
  }
  if (!guid.test(appId)) throw new TeamsSetupError('ERR_TEAMS_NO_APP_ID');
  if (!guid.test(appTenantId) || tenantIds.length === 0 || !tenantIds.every((tenant) => guid.test(tenant))) {
    throw new TeamsSetupError('ERR_TEAMS_NO_TENANT');
  }
  if (appPassword === '' && appType !== 'UserAssignedMSI') throw new TeamsSetupError('ERR_TEAMS_NO_PASSWORD');
  return { appId, appPassword, appType, appTenantId };
}
