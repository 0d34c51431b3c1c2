import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAccountLinking } from '../../src/identity/link-account.ts';
import { createPeopleSource } from '../../src/identity/people-source.ts';
import type { Account } from '../../src/ports/chat.ts';
import type { TrailEntry } from '../../src/ports/trail/trail-store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { person } from '../support/fixtures.ts';
import { createMemoryLinks } from './memory-links.ts';

const olga = person('olga', 'operator');
const arturo = person('arturo', 'lead');
const slackOlga: Account = { platform: 'slack', tenant: 'T1', user: 'U1' };

function createOffice() {
  const links = createMemoryLinks();
  const source = createPeopleSource(() => [olga, arturo], links);
  const entries: TrailEntry[] = [];
  const trail = {
    append: async (more: readonly TrailEntry[]) => void entries.push(...more),
    head: async () => null,
    read: async () => [],
  };
  const clock = createFakeClock();
  const linking = createAccountLinking({
    links,
    trail,
    people: () => source.now(),
    refresh: () => source.refresh(),
    clock,
    timeZone: 'UTC',
  });
  return { links, source, entries, clock, linking };
}

let office: ReturnType<typeof createOffice>;
beforeEach(() => {
  office = createOffice();
});

const codeFor = async (account: Account) => {
  const offered = await office.linking.offer(account, 'Olga');
  if (!offered.ok) throw new Error(offered.code);
  return offered.code;
};

describe('linking an account', () => {
  test('the code of one side, typed on the other, makes both one person', async () => {
    const code = await codeFor(slackOlga);
    expect(office.source.now().byAccount(slackOlga)).toBeNull();
    expect(await office.linking.accept(` ${code.toLowerCase()} `, olga)).toMatchObject({
      ok: true,
      account: slackOlga,
    });
    expect(office.source.now().byAccount(slackOlga)?.id).toBe('olga');
    expect(office.entries).toMatchObject([{ kind: 'account_linked', actor: 'olga', data: { account: slackOlga } }]);
  });

  test('a code counts once', async () => {
    const code = await codeFor(slackOlga);
    await office.linking.accept(code, olga);
    expect(await office.linking.accept(code, arturo)).toMatchObject({ ok: false, code: 'no_such_code' });
  });

  test('a new code makes the one before void', async () => {
    const first = await codeFor(slackOlga);
    await codeFor(slackOlga);
    expect(await office.linking.accept(first, olga)).toMatchObject({ ok: false, code: 'no_such_code' });
  });

  test('a code ends after ten minutes', async () => {
    const code = await codeFor(slackOlga);
    await office.clock.sleep(10 * 60_000);
    expect(await office.linking.accept(code, olga)).toMatchObject({ ok: false, code: 'no_such_code' });
  });

  test('guessing ends after five wrong codes in an hour, even for the right one', async () => {
    const code = await codeFor(slackOlga);
    for (let turn = 0; turn < 5; turn += 1) await office.linking.accept('AAAA-AAAA', olga);
    expect(await office.linking.accept(code, olga)).toMatchObject({ ok: false, code: 'too_many_requests' });
  });

  test('nobody is linked away: an account that belongs to somebody gets no code', async () => {
    await office.linking.accept(await codeFor(slackOlga), olga);
    expect(await office.linking.offer(slackOlga, 'Olga')).toMatchObject({ ok: false, code: 'already_linked' });
    const [console] = olga.accounts;
    expect(console && (await office.linking.offer(console, 'Olga'))).toMatchObject({
      ok: false,
      code: 'already_linked',
    });
  });

  test('the store never holds the code', async () => {
    let kept = '';
    office.links.offer = async (offer) => {
      kept = JSON.stringify(offer);
    };
    const code = await codeFor(slackOlga);
    expect(kept).not.toContain(code.replace('-', ''));
  });

  test('unlinking ends it at once; accounts of the configuration stay', async () => {
    await office.linking.accept(await codeFor(slackOlga), olga);
    expect(await office.linking.unlink(olga, 'slack')).toEqual({ ok: true, links: 1 });
    expect(office.source.now().byAccount(slackOlga)).toBeNull();
    expect(await office.linking.unlink(olga, 'console')).toMatchObject({ ok: false, code: 'not_linked' });
  });
});

describe('who is known', () => {
  test('a link never takes an account from the person whom the configuration gives it', async () => {
    const [account] = arturo.accounts;
    if (account) await office.links.add({ account, principal: 'olga', linkedAt: new Date() });
    await office.source.refresh();
    expect(account && office.source.now().byAccount(account)?.id).toBe('arturo');
  });

  test('a link of somebody who left gives nothing', async () => {
    await office.links.add({ account: slackOlga, principal: 'gone', linkedAt: new Date() });
    await office.source.refresh();
    expect(office.source.now().byAccount(slackOlga)).toBeNull();
  });
});
