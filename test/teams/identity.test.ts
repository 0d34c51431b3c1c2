import { describe, expect, test } from '@jest/globals';
import { activitySchema } from '../../adapters/teams/activity.ts';
import { createGuestCheck, readSender, rosterRefusal, senderRefused } from '../../adapters/teams/identity.ts';

const tenant = '11111111-2222-4333-8444-555555555555';
const foreign = '22222222-2222-4333-8444-555555555555';
const user = 'aaaaaaaa-0000-4000-8000-000000000001';
const ours = new Set([tenant]);
const account = { platform: 'teams', tenant, user } as const;

const activity = (changes: object = {}) =>
  activitySchema.parse({
    type: 'message',
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    from: { id: '29:1', name: 'Olga', aadObjectId: user.toUpperCase() },
    recipient: { id: '28:bot' },
    conversation: { id: 'a:1', tenantId: tenant },
    channelData: { tenant: { id: tenant } },
    ...changes,
  });

describe('readSender', () => {
  test('tenant and Entra object id, in lower case', () => {
    expect(readSender(activity(), ours)).toEqual({ account, displayName: 'Olga' });
  });

  test.each([
    ['another tenant', { conversation: { id: 'a:1', tenantId: foreign }, channelData: { tenant: { id: foreign } } }],
    ['a person of another tenant in a shared channel', { channelData: { tenant: { id: foreign } } }],
    ['no tenant at all', { conversation: { id: 'a:1' }, channelData: null }],
  ])('%s is refused', (_what, changes) => {
    expect(readSender(activity(changes), ours)).toEqual({ refused: 'other_tenant' });
  });

  test('one that names two tenants is refused even where any may come', () => {
    expect(readSender(activity({ channelData: { tenant: { id: foreign } } }), null)).toEqual({
      refused: 'other_tenant',
    });
    expect(readSender(activity(), null)).toEqual({ account, displayName: 'Olga' });
  });

  test('without an Entra object id nobody is anybody, whatever their name', () => {
    expect(readSender(activity({ from: { id: '29:1', name: 'Olga' } }), ours)).toEqual({ refused: 'no_identity' });
  });
});

describe('rosterRefusal', () => {
  test.each([
    ['a member', { objectId: user, tenantId: tenant, userRole: 'user' }, null],
    ['a member as the newer API tells it', { aadObjectId: user.toUpperCase() }, null],
    ['a guest', { objectId: user, tenantId: tenant, userRole: 'guest' }, 'guest'],
    ['a guest by name only', { objectId: user, userPrincipalName: 'ana_home.example#ext#@corp.example' }, 'guest'],
    ['an anonymous attendee of a meeting', { objectId: user, userRole: 'anonymous' }, 'guest'],
    ['somebody of another tenant', { objectId: user, tenantId: foreign, userRole: 'user' }, 'other_tenant'],
    ['somebody else', { objectId: 'bbbbbbbb-0000-4000-8000-000000000001', userRole: 'user' }, 'unverified'],
    ['nobody', {}, 'unverified'],
    ['nonsense', 'x', 'unverified'],
  ])('%s', (_what, member, refused) => {
    expect(rosterRefusal(member, account)).toBe(refused);
  });
});

describe('createGuestCheck', () => {
  test('a member is looked up once in ten minutes, a guest each time', async () => {
    let nowMs = 0;
    let looks = 0;
    let userRole = 'user';
    const check = createGuestCheck(
      async () => {
        looks++;
        return { objectId: user, userRole };
      },
      () => nowMs,
    );
    expect(await check(activity(), account)).toBeNull();
    expect(await check(activity(), account)).toBeNull();
    expect(looks).toBe(1);
    nowMs = 10 * 60_000;
    userRole = 'guest';
    expect(await check(activity(), account)).toBe('guest');
    expect(await check(activity(), account)).toBe('guest');
    expect(looks).toBe(3);
  });

  test('the memory has an end', async () => {
    let looks = 0;
    const check = createGuestCheck(
      async ({ from }) => {
        looks++;
        return { objectId: from.aadObjectId, userRole: 'user' };
      },
      () => 0,
    );
    const look = (at: number) => {
      const someone = `person-${at}`;
      return check(activity({ from: { id: '29:x', aadObjectId: someone } }), { ...account, user: someone });
    };
    for (let at = 0; at <= 1000; at++) await look(at);
    expect(looks).toBe(1001);
    await look(1000);
    expect(looks).toBe(1001);
    await look(0);
    expect(looks).toBe(1002);
  });
});

test('each refusal says why, with a code to search for', () => {
  const said = (['other_tenant', 'no_identity', 'guest', 'unverified'] as const).map(senderRefused);
  expect(new Set(said.map(({ text }) => JSON.stringify(text))).size).toBe(4);
  for (const view of said) expect(view).toMatchObject({ outcome: 'refused', context: 'unknown_person' });
});
