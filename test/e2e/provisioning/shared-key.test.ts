import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BareSite, createBareSite } from '../site/bare-site.ts';

const key = { pid: '4444-4445', pps: '0123-4567-89AB-CDEF-GHIJ-KLMN-OPQR-STUV' };
const plain = (text: string) => text.replaceAll('-', '');
let bare: BareSite;

beforeAll(async () => {
  bare = await createBareSite({
    network: '127.24.186',
    devices: 3,
    persona: 'amt-6.2,amt-9.1,amt-10.0',
    lab: ['--hello-version', '2', '--hello-key', `${plain(key.pid)}:${plain(key.pps)}`],
    moreHello: `, keys: [{ pid: ${key.pid}, pps: { env: OOB_PPS } }]`,
    withAuthority: true,
  });
  bare.site.env.OOB_PPS = key.pps;
  await bare.site.start();
}, 90_000);
afterAll(() => bare?.close());

describe('firmware up to AMT 10, with a pre-shared key', () => {
  test('PCs are provisioned with it: own passwords, certificate, TLS, verified', async () => {
    await bare.accept();
    const card = await bare.provision('pc1,pc2,pc3');
    const end = await bare.endOf(card);
    expect(end.view.title).toMatch(/^Done: 3 provisioned and verified\. /);
    for (const host of ['host1', 'host2', 'host3'])
      expect(await bare.depot.state(host)).toMatchObject({ provisioningState: 2, factory: { isMebxChanged: true } });
    const status = await (await bare.site.operator.say('hosts status:provisioned')).end();
    expect(status.view.table?.rows.map(([name]) => name)).toEqual(['pc1', 'pc2', 'pc3']);
    const said = JSON.stringify(bare.site.operator.states());
    expect([said.includes(key.pps), said.includes(plain(key.pps))]).toEqual([false, false]);
  }, 120_000);
});
