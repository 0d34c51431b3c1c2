import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import type { Logger } from '../../src/ports/logger.ts';

/** Tokens, and addresses whose path or query lets the bearer speak or listen (response_url, Socket Mode ticket). */
const secrets = /xox[a-z]-[\w-]+|xapp-[\w-]+|wss?:\/\/\S+|https?:\/\/hooks\.slack\S+/gi;

/**
 * Slack's libraries log through ours. Their debug lines carry whole payloads with addresses that let the bearer answer, so they
 * are dropped; their info lines are our debug lines; what is left has tokens and such addresses taken out.
 */
export function createBoltLogger(logger: Logger): SlackLogger {
  const line = (parts: unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(' ')
      .replace(secrets, '[masked]');
  return {
    debug: () => {},
    info: (...parts) => logger.debug({ from: 'slack-sdk' }, line(parts)),
    warn: (...parts) => logger.warn({ from: 'slack-sdk' }, line(parts)),
    error: (...parts) => logger.error({ from: 'slack-sdk' }, line(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
