import { expect, test } from '@jest/globals';
import { LogLevel } from '@slack/bolt';
import { createBoltLogger } from '../../adapters/slack/bolt-logger.ts';

test("the library's lines reach our log without tokens, tickets and addresses that answer; its payloads do not", () => {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (_fields: unknown, message: string): void => {
      lines.push(`${level} ${message}`);
    };
  const logger = createBoltLogger({
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  });
  logger.debug('payload', { response_url: 'https://hooks.slack.com/commands/T1/2/3' });
  logger.info('connected to wss://wss-primary.slack.com/link/?ticket=abc&app_id=1');
  logger.warn('retry', 'https://hooks.slack.com/commands/T1/2/3', 'soon');
  logger.error(new Error('bad token xoxb-12-34-aBc, xapp-1-A-2-ff'));
  expect(lines).toEqual([
    'debug connected to [masked]',
    'warn retry [masked] soon',
    'error bad token [masked], [masked]',
  ]);
  expect(logger.getLevel()).toBe(LogLevel.INFO);
});
