import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { noSuchPage } from '../../../src/messages/pages/no-page.ts';
import type { Place } from '../../../src/messages/pages/page.ts';
import type { SitePages } from '../../../src/ports/site-pages.ts';
import { ConsoleError } from '../errors.ts';
import { type ConsoleIdentity, consoleAccount } from '../identity.ts';
import { readBody } from '../read-body.ts';
import { type Receiver, sayBody } from '../receive.ts';
import { type Route, redirect } from '../route.ts';
import { addressOf, placeAt, placePaths } from './addresses.ts';
import { html } from './html.ts';
import { renderPage } from './render-page.ts';

/** What the pages about sites work with. */
export interface SiteRouteParts {
  readonly identity: ConsoleIdentity;
  readonly receiver: Receiver;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly demo: boolean;
  readonly pages: SitePages;
}

/** A command of 4,000 characters, each a percent-encoded one of three bytes, and room around it. */
const mostFormBytes = 40 * 1024;
/** What paths are read against; nothing is ever sent there. */
const own = 'http://console';
const nowhere = { ok: false, because: 'no_such_page', page: noSuchPage() } as const;
const statuses = { nothing_allowed: 403, no_such_page: 404 } as const;

/** The pages about sites, and the way by which their buttons say commands. */
export function createSiteRoutes(parts: SiteRouteParts): Readonly<Record<string, Route>> {
  const { identity, receiver, channels, people, demo, pages } = parts;
  const nameOf = (person: string) => people.find(({ id }) => id === person)?.name ?? person;

  const send = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (!identity.knows(request)) return askWho(request, response, url);
    const asked = url.searchParams.get('as');
    const person = identity.speaker(request, demo ? (asked ?? people[0]?.id ?? null) : asked);
    const as = demo ? person : null;
    const place = placeAt(url);
    const reader = { account: consoleAccount(person), channels: channels.map(({ id }) => id) };
    // Whoever mistypes an address, or looks for a PC without a name, is helped on by a page too.
    const answer = place === null ? nowhere : await pages.read(place, reader);
    const others = people
      .filter(({ id }) => id !== person)
      .map(({ id, name }) => ({ name, address: addressOf(place ?? { kind: 'sites' }, id) }));
    const body = renderPage(
      answer.page,
      { name: nameOf(person), others: demo ? others : null },
      { address: (to: Place) => addressOf(to, as), as, channel: channels[0] ?? null, newRequest: randomUUID },
    );
    sendHtml(response, answer.ok ? 200 : statuses[answer.because], body);
  };
  const page: Route = { kind: 'page', handle: send };

  return {
    [`GET ${placePaths.sites}`]: page,
    [`GET ${placePaths.site}`]: page,
    [`GET ${placePaths.pcs}`]: page,
    [`GET ${placePaths.pc}`]: page,
    'POST /say': {
      kind: 'form',
      handle: async (request, response) => {
        const fields = Object.fromEntries(new URLSearchParams(await readBody(request, mostFormBytes)));
        const said = sayBody.safeParse(fields);
        if (!said.success) throw new ConsoleError('ERR_CONSOLE_BODY');
        await receiver.say(identity.speaker(request, said.data.as ?? null), said.data);
        // What comes of it is told in the channel.
        redirect(response, '/', null);
      },
    },
  };
}

/**
 * A link in another program's page brings no cookie (SameSite=Strict), so that who is signed in looks like a stranger: the page then asks
 * for itself once more, which does bring it.
 */
function askWho(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const place = placeAt(url);
  const to = place === null ? '/' : addressOf(place, null);
  const site = request.headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') {
    redirect(response, `/login?${new URLSearchParams({ to })}`, null);
    return;
  }
  const { markup } =
    html`<!doctype html><html lang="en"><meta charset="utf-8"><title>oob</title><meta http-equiv="refresh" content="0; url=${to}"><p><a href="${to}">Go on</a></p></html>`;
  sendHtml(response, 200, markup);
}

/**
 * Where somebody goes who signs in: to the page that they came for, as the address of the login page says, and back to that page when the
 * token was wrong. Only ever to a page of ours.
 */
export function wayBack(request: IncomingMessage): { readonly page: string; readonly again: string } {
  const { referer = '' } = request.headers;
  const to = URL.canParse(referer) ? new URL(referer).searchParams.get('to') : null;
  const url = to !== null && URL.canParse(to, own) ? new URL(to, own) : null;
  const place = url?.origin === own ? placeAt(url) : null;
  if (place === null) return { page: '/', again: '/login' };
  const page = addressOf(place, null);
  return { page, again: `/login?${new URLSearchParams({ to: page })}` };
}

function sendHtml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(body);
}
