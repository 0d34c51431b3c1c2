import express from 'express';
import { createSlackAdapter } from '../../adapters/slack/index.ts';
import { createPoster } from '../../src/delivery/poster.ts';
import type { Platform } from '../../src/ports/chat.ts';
import { openStore, recordingLogger } from '../store/testing.ts';

// Posts what is due, with Slack at argv[3] and a clock that is argv[4] milliseconds ahead, over the database of a running service.
const [, , dataDirectory = '', slackApiUrl = '', aheadMs = '0'] = process.argv;
const logger = recordingLogger();
const store = await openStore({ dataDirectory, beside: true });
const slack = createSlackAdapter({
  mode: 'http',
  botToken: 'xoxb-test',
  signingSecret: 'test',
  teamIds: ['T1'],
  http: express(),
  slackApiUrl,
  logger,
});
let now = Date.now() + Number(aheadMs);
const clock = { now: () => new Date(now), sleep: async () => {} };
const chats = new Map<Platform, typeof slack>([['slack', slack]]);
const poster = createPoster({ posts: store.posts, chats, clock, logger });
while ((await poster.look()) > 0) now += 1_100;
await store.close();
process.stdout.write('done\n');
