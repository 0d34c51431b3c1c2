import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';

const secret = 'Hunter2-Hunter2';

/** Everything that the refusal says, as a program and as a person sees it. */
function said(text: string): string {
  try {
    parseConfig(text, 'oob.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return `${error.message}\n${JSON.stringify(error.problems)}\n${error.stack}`;
    throw error;
  }
  throw new Error('was accepted');
}

const credential = (password: string) => `amt: { credentials: { default: { password: ${password} } } }`;

describe('a secret that stands in the file is refused, and not repeated', () => {
  test.each([
    ['as a literal', credential(secret)],
    ['as a quoted literal', credential(`'${secret}'`)],
    ['as the name of a variable', credential(`{ env: ${secret} }`)],
    ['as a key of the reference', credential(`{ ${secret}: x }`)],
    ['under a wrong word of the reference', credential(`{ value: ${secret} }`)],
    ['beside a right one', credential(`{ env: PASSWORD, default: ${secret} }`)],
    ['in a list', credential(`[${secret}]`)],
    ['as a name in the store that can be none', credential(`{ secret: '${secret} ' }`)],
    ['under a misspelt key', `amt: { credentials: { default: { pasword: ${secret}, password: { env: A } } } }`],
    ['instead of the user', `amt: { credentials: { default: { user: '${secret},x', password: { env: A } } } }`],
    ['instead of the section', `amt: { credentials: ${secret} }`],
    ['instead of a whole section', `teams: ${secret}`],
    ['as a token of the console', `console: { tokens: [{ person: ana, token: ${secret} }] }`],
    ['instead of the list of tokens', `console: { tokens: ${secret} }`],
    ['in Slack', `slack: { mode: http, workspaces: [T1], botToken: ${secret}, signingSecret: ${secret} }`],
    ['in Teams', `teams: { appId: x, appPassword: ${secret}, tenants: [] }`],
    ['as the key of the store', `service: { secretKey: ${secret} }`],
    ['as the store key by store reference', `service: { secretKey: { secret: ${secret} } }`],
    ['on a line that is not YAML', `amt:\n  credentials:\n  default: {password: "${secret}\n`],
    ['behind a tab', `amt:\n\tpassword: ${secret}\n`],
    ['with an escape that YAML does not know', `password: "${secret}\\q"`],
    ['with an @ in front', `password: @${secret}`],
    ['twice', `password: ${secret}\npassword: ${secret}`],
    ['behind a tag', `password: !${secret} x`],
    ['as an unknown alias', `password: *${secret}`],
  ])('%s', (_how, text) => {
    const answer = said(text);
    expect(answer).not.toContain(secret);
    expect(answer).not.toContain('Hunter2');
  });

  test('and the answer says where a secret may be', () => {
    expect(said(credential(secret))).toMatch(
      /amt\.credentials\.default\.password.*a literal \(not shown\).*oob secret set NAME/,
    );
  });

  test('a token in a place of its own shape is told by its shape', () => {
    const token = 'xoxb-2444-AbCdEfGh';
    for (const text of [
      `service: { name: ${token} }`,
      `service: { logLevel: ${token} }`,
      `slack: { mode: ${token} }`,
      `${token}: 1`,
      `people: [{ id: ana, name: Ana, roles: [${token}] }]`,
    ]) {
      expect(said(text)).not.toContain('AbCdEfGh');
    }
  });

  test('whatever stands at a secret', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.stringMatching(/^Zq[A-Za-z0-9!?%.:-]{6,30}$/), (value, canary) => {
        const planted = JSON.stringify({
          amt: { credentials: { default: { password: [value, canary, { [canary]: canary }] } } },
        });
        expect(said(planted)).not.toContain(canary);
      }),
    );
  });
});
