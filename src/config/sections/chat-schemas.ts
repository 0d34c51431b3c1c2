import { z } from 'zod';
import { guid, listenPort, slackWorkspace, slug, title, webOrigin } from './field-schemas.ts';
import { secretRefSchema } from './secret-ref.ts';

const consoleChannel = z.strictObject({
  id: slug.describe('Id that a policy names as console:local/ID.'),
  name: title.describe('Name on the page.'),
});

const consoleToken = z.strictObject({
  person: slug.describe('Id of the person who speaks with this token.'),
  token: secretRefSchema.describe('The token, 16 characters or more.'),
});

/** The local web console. */
export const consoleSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether the console is served. It needs at least one token.'),
    port: listenPort.default(8080).describe('TCP port on 127.0.0.1. The console never listens elsewhere.'),
    url: webOrigin
      .optional()
      .describe(
        'Address under which browsers of people reach the console, such as that of a proxy; messages then link to its pages. Without it: no links.',
      ),
    channels: z
      .array(consoleChannel)
      .min(1)
      .default([{ id: 'it-ops', name: '#it-ops' }])
      .describe('Channels of the console.'),
    tokens: z.array(consoleToken).default([]).describe('Who may use the console: one token per person.'),
  })
  .prefault({})
  .describe('The local web console, for one machine: a chat in the browser that needs no Slack and no Teams.');

/** Slack. The section's presence switches it on. */
export const slackSchema = z
  .strictObject({
    mode: z
      .enum(['socket', 'http'])
      .describe('socket: the service calls Slack and needs no open port. http: Slack calls the public HTTP server.'),
    workspaces: z
      .array(slackWorkspace)
      .min(1)
      .describe('Ids of the workspaces that are listened to. Anything from another one is refused.'),
    botToken: secretRefSchema.describe('Bot User OAuth Token (xoxb-...).'),
    appToken: secretRefSchema
      .optional()
      .describe('App-Level Token (xapp-...) with connections:write. Needed in mode socket.'),
    signingSecret: secretRefSchema.optional().describe('Signing Secret of the app. Needed in mode http.'),
  })
  .describe('Slack. Leave the section out to do without.');

/** Microsoft Teams. The section's presence switches it on. */
export const teamsSchema = z
  .strictObject({
    appId: guid.describe('Application (client) id of the bot registration.'),
    appPassword: secretRefSchema.describe('Client secret of the bot registration.'),
    appType: z
      .enum(['SingleTenant', 'MultiTenant'])
      .default('SingleTenant')
      .describe('Kind of the registration, as Azure Bot names it. SingleTenant takes exactly one tenant.'),
    tenants: z
      .array(guid)
      .min(1)
      .describe('Ids of the tenants that are listened to. Anything from another one is refused.'),
  })
  .describe('Microsoft Teams. Leave the section out to do without.');
