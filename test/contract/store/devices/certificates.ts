import { describe, expect, test } from '@jest/globals';
import type { NewCertificate } from '../../../../src/ports/store/certificate-store.ts';
import type { TheStore } from '../../store-contract.ts';
import { fleet, newId } from '../samples.ts';

const start = new Date('2026-01-05T10:00:00Z').getTime();
const at = (days: number) => new Date(start + days * 86_400_000);

/** CertificateStore. */
export function certificateContract(theStore: TheStore): void {
  describe('certificates', () => {
    const store = () => theStore().certificates;
    const add = async (more: Partial<NewCertificate> = {}) => {
      const certificate: NewCertificate = {
        id: newId('crt'),
        kind: 'device_tls',
        deviceId: newId('dev'),
        name: 'host42.example.com',
        issuer: newId('ca'),
        serial: null,
        requestedAt: at(0),
        ...more,
      };
      await store().add(certificate);
      return certificate;
    };
    const paper = (serial: string, until = 100) => ({
      der: new Uint8Array([48, 0]),
      serial,
      subject: 'CN=host42',
      fingerprint: 'ab'.repeat(32),
      notBefore: at(0),
      notAfter: at(until),
    });

    test('certificates of provisioned PCs are due before they end; one that was issued and never used is no successor', async () => {
      const [soon, later, renewed, tried] = await fleet(theStore(), 4);
      if (!soon || !later || !renewed || !tried) throw new Error('no devices');
      const day = 86_400_000;
      const give = async (deviceId: string, days: number, isUsed: boolean) => {
        const { id } = await add({ deviceId });
        const notAfter = new Date(Date.now() + days * day);
        await store().issued(id, { ...paper(newId('').replace(/[^0-9a-f]/g, '')), notAfter }, at(1));
        if (!isUsed) return;
        await store().advance(id, 'issued_to_amt', at(2));
        await store().advance(id, 'active', at(3));
      };
      for (const { id: deviceId } of [soon, later, renewed, tried]) {
        const { version } = await theStore().provisionings.begin({
          deviceId,
          mode: 'remote',
          requestId: null,
          at: at(0),
        });
        await theStore().provisionings.change(deviceId, version, { state: 'provisioned' }, at(1));
      }
      await give(soon.id, 41, true);
      await give(later.id, 43, true);
      await give(renewed.id, 41, true);
      await give(renewed.id, 365, true);
      await give(tried.id, 41, true);
      await give(tried.id, 365, false);
      const due = (await theStore().inventory.select({ kind: 'due', value: 'certificates' })).map(({ id }) => id);
      const ours = [soon, later, renewed, tried].filter(({ id }) => due.includes(id));
      expect(ours.map(({ id }) => id)).toEqual([soon.id, tried.id]);
    });

    test('goes through its states, each once and in order', async () => {
      const { id, ...rest } = await add({ serial: '00ab12' });
      expect(await store().get(id)).toMatchObject({ id, ...rest, serial: 'AB12', state: 'request_pending', der: null });
      expect(await store().advance(id, 'issued_to_amt', at(1))).toBe(false);
      expect(await store().revoke(id, 'superseded', at(1))).toBe(false);
      expect(await store().wait(id, '17', at(1))).toBe(true);
      expect(await store().issued(id, paper('ab12'), at(1))).toBe(true);
      expect(await store().issued(id, paper('ab13'), at(1))).toBe(false);
      expect(await store().abandon(id)).toBe(false);
      expect(await store().get(id)).toMatchObject({
        state: 'request_success',
        serial: 'AB12',
        reference: '17',
        notAfter: at(100),
      });
      expect(Buffer.from((await store().get(id))?.der ?? []).toString('hex')).toBe('3000');
      expect(await store().advance(id, 'active', at(2))).toBe(false);
      expect(await store().advance(id, 'issued_to_amt', at(2))).toBe(true);
      expect(await store().advance(id, 'active', at(3))).toBe(true);
      const revoked = await Promise.all(Array.from({ length: 5 }, () => store().revoke(id, 'superseded', at(4))));
      expect(revoked.filter(Boolean)).toHaveLength(1);
      expect(await store().get(id)).toMatchObject({
        state: 'revoked',
        revokedAt: at(4),
        revocationReason: 'superseded',
      });
      expect(await store().advance(id, 'active', at(5))).toBe(false);
    });

    test('is found by serial number in any spelling, at its own authority only', async () => {
      const { id, issuer } = await add({ serial: '0F00' });
      expect((await store().bySerial(issuer, '000f00'))?.id).toBe(id);
      expect(await store().bySerial('other', '0F00')).toBeNull();
      await expect(add({ issuer, serial: 'f00' })).rejects.toThrow();
    });

    test('a request that came to nothing is forgotten', async () => {
      const { id } = await add();
      expect([await store().abandon(id), await store().abandon(id), await store().get(id)]).toEqual([
        true,
        false,
        null,
      ]);
    });

    test('what ends is told, unless it has a successor or is revoked', async () => {
      const deviceId = newId('dev');
      const issue = async (serial: string, until: number, more: Partial<NewCertificate> = {}) => {
        const { id } = await add({ deviceId, ...more });
        await store().issued(id, paper(serial, until), at(0));
        return id;
      };
      await issue('1', 20);
      const renewed = await issue('2', 30);
      const client = await issue('3', 10, { kind: 'network_client' });
      const revoked = await issue('4', 5, { name: 'gone.example.com' });
      await store().revoke(revoked, 'unspecified', at(1));
      const ours = async (days: number) =>
        (await store().endingBefore(at(days), 1_000)).filter((each) => each.deviceId === deviceId).map(({ id }) => id);
      expect(await ours(10)).toEqual([]);
      expect(await ours(11)).toEqual([client]);
      expect(await ours(31)).toEqual([client, renewed]);
      expect((await store().ofDevice(deviceId)).length).toBe(4);
    });

    test('what was issued and ends is in the digest, the first of a PC to end; one that was revoked or renewed is not', async () => {
      const [pc, other] = await fleet(theStore(), 2);
      if (!pc || !other) throw new Error('no devices');
      const issue = async (deviceId: string, serial: string, until: number, kind: NewCertificate['kind']) => {
        const { id } = await add({ deviceId, kind });
        await store().issued(id, paper(serial, until), at(0));
        return id;
      };
      await issue(pc.id, '1', 20, 'device_tls');
      await issue(pc.id, '2', 10, 'network_client');
      await issue(other.id, '3', 10, 'network_client');
      await issue(other.id, '4', 90, 'network_client');
      await store().revoke(await issue(other.id, '5', 5, 'device_tls'), 'superseded', at(1));
      const facts = await theStore().digests.facts.certificates(at(42), [pc.site], 10);
      expect(facts).toEqual({ items: [{ name: pc.name, site: pc.site, expiresAt: at(10) }], total: 1 });
    });

    test('revocation lists: numbers are never given twice, the highest one is kept, and it knows when it is stale', async () => {
      const { id, issuer } = await add();
      expect(await store().currentList(issuer)).toBeNull();
      const given = await Promise.all(Array.from({ length: 8 }, () => store().nextListNumber(issuer)));
      expect(given.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const list = (number: number, day: number) => ({
        number,
        der: new Uint8Array([number]),
        thisUpdate: at(day),
        nextUpdate: at(day + 7),
      });
      await store().keepList(issuer, list(3, 1));
      await store().keepList(issuer, list(2, 0));
      expect(await store().currentList(issuer)).toMatchObject({
        number: 3,
        thisUpdate: at(1),
        nextUpdate: at(8),
        stale: false,
      });
      await store().issued(id, paper('AA', 50), at(0));
      await store().revoke(id, 'superseded', at(2));
      expect(await store().revoked(issuer, at(50))).toEqual([{ serial: 'AA', at: at(2), reason: 'superseded' }]);
      expect(await store().revoked(issuer, at(51))).toEqual([]);
      expect((await store().currentList(issuer))?.stale).toBe(true);
      await store().keepList(issuer, list(4, 3));
      expect((await store().currentList(issuer))?.stale).toBe(false);
    });
  });
}
