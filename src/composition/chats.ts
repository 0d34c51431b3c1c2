import { addressOf, type ConsoleMode, createConsoleAdapter, createTokenLookup } from '../../adapters/console/index.ts';
import { resolveSecret } from '../config/secrets/resolve-secret.ts';
import { isPageAddress, type PageLinks } from '../messages/page-address.ts';
import type { ChatAdapter } from '../ports/chat.ts';
import type { PublicHttp } from '../ports/http.ts';
import type { SitePages } from '../ports/site-pages.ts';
import type { Store } from '../ports/store/store.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import type { Surroundings } from './surroundings.ts';

/** The console; null where it is switched off. */
export async function consoleOf(
  { config, secrets, logger, demo, databaseUrl }: Surroundings,
  store: Store,
  pages: SitePages,
) {
  if (!demo && !config.console.enabled) return null;
  const tokens = config.console.tokens.map(async ({ person, token }) => ({
    person,
    token: await resolveSecret(token, secrets),
  }));
  const mode: ConsoleMode = demo
    ? { kind: 'demo' }
    : { kind: 'token', tokens: createTokenLookup(await Promise.all(tokens)) };
  const people = config.people.filter((person) => person.accounts.console).map(({ id, name }) => ({ id, name }));
  const listen = { host: '127.0.0.1', port: config.console.port };
  return createConsoleAdapter({
    listen,
    log: store.consoleLog,
    clock,
    channels: config.console.channels,
    people,
    mode,
    pages,
    logger,
    sharedLog: databaseUrl !== undefined,
    ...(demo ? { hints: demo.hints } : {}),
    ...(config.console.url ? { origin: config.console.url } : {}),
  });
}

/** Where the console's pages are for those who read messages, as far as that is known: the demo is looked at on its own machine. */
export function pageLinksOf(
  { config, demo }: Pick<Surroundings, 'config' | 'demo'>,
  chat: { readonly url: string } | null,
): { readonly links?: PageLinks } {
  const { url } = config.console;
  if (chat === null || (url === undefined && !demo)) return {};
  const links: PageLinks = (place) => {
    // The console's own address is final only when it listens.
    const address = new URL(addressOf(place, null), url ?? chat.url).href;
    return isPageAddress(address) ? address : null;
  };
  return { links };
}

/** Slack and Teams, as far as they are configured; loaded only then, for their libraries are large. */
export async function remoteChats(
  { config: { slack, teams }, secrets, logger }: Surroundings,
  http: PublicHttp,
): Promise<readonly ChatAdapter[]> {
  const chats: ChatAdapter[] = [];
  if (slack) {
    const { createSlackAdapter } = await import('../../adapters/slack/index.ts');
    const { mode, botToken, appToken, signingSecret, workspaces } = slack;
    chats.push(
      createSlackAdapter({
        mode,
        botToken: await resolveSecret(botToken, secrets),
        ...(appToken ? { appToken: await resolveSecret(appToken, secrets) } : {}),
        ...(signingSecret ? { signingSecret: await resolveSecret(signingSecret, secrets) } : {}),
        teamIds: workspaces,
        http,
        logger,
      }),
    );
  }
  if (teams) {
    const { createTeamsAdapter } = await import('../../adapters/teams/index.ts');
    const { appId, appPassword, appType, tenants } = teams;
    chats.push(
      createTeamsAdapter({
        appId,
        appPassword: await resolveSecret(appPassword, secrets),
        appType,
        tenantIds: tenants,
        http,
        logger,
      }),
    );
  }
  return chats;
}
