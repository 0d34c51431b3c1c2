import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';
import type { TeamsReference } from './reference.ts';
import type { OutgoingMessage } from './render.ts';

/**
 * The one place that knows the Bot Framework SDK, which its maker has ended: who may speak to us, and how we speak to Teams.
 * Of its adapter only the token check and the connector are used, not `process` and `continueConversationAsync`: the first
 * answers a wrong signature as its own error 500 and writes it to the console, the second reports success for a failed send as
 * soon as `onTurnError` is set.
 */

/** The bot's registration in Entra and Azure Bot Service. */
export interface BotRegistration {
  /** Application (client) id. Empty switches all authentication off, in both directions. */
  readonly appId: string;
  /** Client secret; empty with a managed identity. */
  readonly appPassword: string;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  /** Tenant that the bot's application belongs to. */
  readonly appTenantId: string;
}

/** Whether a request comes from Teams; `unavailable` when the keys to tell by could not be fetched. */
type Authenticity = 'authentic' | 'refused' | 'unavailable';

/** Authentication of what arrives, and the calls of the Bot Connector. Calls reject with the SDK's errors, and never repeat themselves. */
export interface BotFramework {
  authenticate(authorization: string, activity: { channelId: string; serviceUrl: string }): Promise<Authenticity>;
  /** Posts into the place or, when the reference names a message, below that message. Resolves with where it went. */
  post(to: TeamsReference, message: OutgoingMessage): Promise<TeamsReference>;
  update(at: TeamsReference, message: OutgoingMessage): Promise<void>;
  /** The roster's entry of one person. */
  member(place: TeamsReference, userId: string): Promise<unknown>;
}

/** Longest that one call, fetching a token included, may take. */
const callTimeoutMs = 15_000;

/** Issuer of the tokens that Teams sends (Bot Framework documentation, "Authentication with the Bot Connector API"). */
const channelIssuer = 'https://api.botframework.com';

/** Most connections' clients kept; there is one for each region of Teams and tenant. */
const mostConnectors = 50;

/** Speaks the Bot Framework protocol for one registration. */
export function createBotFramework(registration: BotRegistration): BotFramework {
  const gate = new Gate(registration);
  return {
    async authenticate(authorization, activity) {
      try {
        const issuer = await inTime(gate.issuerOf(authorization, activity));
        // Tokens of the Emulator and of other bots pass the SDK too; people speak to us through Teams alone.
        return registration.appId === '' || issuer === channelIssuer ? 'authentic' : 'refused';
      } catch (error) {
        return keysMissing(error) ? 'unavailable' : 'refused';
      }
    },
    post: (to, message) => inTime(gate.post(to, message)),
    update: (at, message) => inTime(gate.update(at, message)),
    member: (place, userId) => inTime(gate.member(place, userId)),
  };
}

class Gate extends CloudAdapter {
  readonly #appId: string;
  readonly #connectors = new Map<string, ReturnType<Gate['openConnector']>>();

  constructor({ appId, appPassword, appType, appTenantId }: BotRegistration) {
    super(
      new ConfigurationBotFrameworkAuthentication(
        {},
        appId === ''
          ? new ConfigurationServiceClientCredentialFactory({})
          : new ConfigurationServiceClientCredentialFactory({
              MicrosoftAppId: appId,
              MicrosoftAppType: appType,
              MicrosoftAppTenantId: appTenantId,
              ...(appPassword === '' ? {} : { MicrosoftAppPassword: appPassword }),
            }),
      ),
    );
    this.#appId = appId;
  }

  /** Issuer of the request's token, null when none is needed. Throws when the token is not good for us. */
  async issuerOf(authorization: string, { channelId, serviceUrl }: { channelId: string; serviceUrl: string }) {
    // Trust boundary: the SDK reads these two fields of an activity here, and no other.
    const activity = { channelId, serviceUrl } as Activity;
    const { claimsIdentity } = await this.botFrameworkAuthentication.authenticateRequest(activity, authorization);
    return claimsIdentity.getClaimValue('iss');
  }

  async post(to: TeamsReference, message: OutgoingMessage): Promise<TeamsReference> {
    const { conversations } = await this.connector(to.serviceUrl);
    const { conversationId } = to;
    const activity = { ...message, attachments: [...message.attachments], from: { id: to.botId, name: '' } };
    if (to.activityId !== '') {
      const { id } = await conversations.replyToActivity(conversationId, to.activityId, activity, inTimeOnly());
      return { ...to, activityId: postedId(id) };
    }
    if (to.kind === 'chat') {
      const { id } = await conversations.sendToConversation(conversationId, activity, inTimeOnly());
      return { ...to, activityId: postedId(id) };
    }
    const parameters = {
      isGroup: true,
      bot: { id: to.botId, name: '' },
      tenantId: to.tenantId,
      channelData: { channel: { id: conversationId }, tenant: { id: to.tenantId } },
      // Trust boundary: the SDK's type wants all fields of an activity, the Bot Connector those of a message.
      activity: activity as Partial<Activity> as Activity,
    };
    const thread = await conversations.createConversation(parameters, inTimeOnly());
    return { ...to, conversationId: postedId(thread.id), activityId: postedId(thread.activityId) };
  }

  async update(at: TeamsReference, message: OutgoingMessage): Promise<void> {
    const { conversations } = await this.connector(at.serviceUrl);
    const activity = { ...message, attachments: [...message.attachments], id: at.activityId };
    await conversations.updateActivity(at.conversationId, at.activityId, activity, inTimeOnly());
  }

  async member(place: TeamsReference, userId: string): Promise<unknown> {
    const { conversations } = await this.connector(place.serviceUrl);
    const { _response, ...member } = await conversations.getConversationMember(
      place.conversationId,
      userId,
      inTimeOnly(),
    );
    // The parsed body has the fields of Teams; the result proper those that the SDK knows.
    return _response.parsedBody ?? member;
  }

  private connector(serviceUrl: string) {
    const known = this.#connectors.get(serviceUrl);
    if (known !== undefined) return known;
    if (this.#connectors.size >= mostConnectors) this.#connectors.clear();
    const opened = this.openConnector(serviceUrl);
    this.#connectors.set(serviceUrl, opened);
    return opened;
  }

  private async openConnector(serviceUrl: string) {
    const factory = this.botFrameworkAuthentication.createConnectorFactory(this.createClaimsIdentity(this.#appId));
    const connector = await factory.create(serviceUrl, channelIssuer);
    withoutRepeats(connector);
    return connector;
  }
}

/**
 * The SDK's client posts up to four times when it gets a 5xx or no answer, which shows people the same message twice, and it
 * follows redirects. Its pipeline is private; that these two parts are gone is seen by a test.
 */
function withoutRepeats(connector: object): void {
  const client: unknown = Reflect.get(connector, 'client');
  const pipeline: unknown = client instanceof Object ? Reflect.get(client, 'pipeline') : undefined;
  if (!isPipeline(pipeline)) throw new Error('this version of botbuilder keeps its HTTP pipeline elsewhere');
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline.removePolicy({ name: 'redirectPolicy' });
}

function isPipeline(value: unknown): value is { removePolicy(policy: { name: string }): unknown } {
  return value instanceof Object && 'removePolicy' in value && typeof value.removePolicy === 'function';
}

function postedId(id: string | undefined): string {
  if (id === undefined || id === '') throw new Error('the Bot Connector answered without an id');
  return id;
}

/** Whether the check failed for want of Microsoft's public keys rather than because of the token. */
function keysMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || error instanceof Late || ('statusCode' in error && error.statusCode === 500);
}

/** Ends the request itself; `inTime` ends the waiting, also where a token is fetched. */
function inTimeOnly() {
  return { abortSignal: AbortSignal.timeout(callTimeoutMs) };
}

class Late extends Error {}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Late(`no answer within ${callTimeoutMs / 1000} s`)), callTimeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
