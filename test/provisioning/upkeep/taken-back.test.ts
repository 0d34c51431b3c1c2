import { describe, expect, test } from '@jest/globals';
import { AmtError, type AmtErrorCode, type AmtGateway } from '../../../src/ports/amt.ts';
import type { ProvisioningState } from '../../../src/ports/provisioning/provisioning-store.ts';
import { tellingTakenBack } from '../../../src/provisioning/upkeep/taken-back.ts';

const changedAt = new Date('2026-11-23T18:02:00Z');
const never = new AbortController().signal;

/** How a conversation with a PC ends whose record is in a state (null: it has none). */
async function endOf(failure: Error | null, state: ProvisioningState | null | 'store down') {
  const asked: string[] = [];
  const gateway: AmtGateway = {
    async withDevice(_endpoint, work) {
      if (failure) throw failure;
      return work({} as Parameters<typeof work>[0]);
    },
    close: async () => {},
  };
  // Only what is looked at.
  const provisionings = {
    async get(deviceId: string) {
      asked.push(deviceId);
      if (state === 'store down') throw new Error(state);
      return state === null ? null : { state, changedAt };
    },
  } as unknown as Parameters<typeof tellingTakenBack>[1];
  const telling = tellingTakenBack(gateway, provisionings, 'UTC');
  const endpoint = { deviceId: 'dev_1' } as Parameters<AmtGateway['withDevice']>[0];
  const end = await telling.withDevice(endpoint, async () => 'done', never).catch((error: unknown) => error);
  return { end, asked };
}

describe('a PC that was taken back', () => {
  test.each<AmtErrorCode>([
    'connection_dropped',
    'unreachable',
    'wrong_credentials',
    'certificate_changed',
    'tls_failed',
  ])('that answers %s is not provisioned, with when it was taken back and what was seen', async (code) => {
    const dropped = new AmtError(code, ['closed after the handshake'], { mayHaveActed: true });
    const { end, asked } = await endOf(dropped, 'removed');
    expect(end).toMatchObject({
      ...{ code: 'not_provisioned', mayHaveActed: true, cause: dropped },
      evidence: ['taken back by this service 2026-11-23 18:02 UTC', 'closed after the handshake', code],
    });
    expect(asked).toEqual(['dev_1']);
  });

  test('and says itself that it is not provisioned', async () => {
    const { end } = await endOf(new AmtError('not_provisioned', ['state pre']), 'removed');
    expect(end).toMatchObject({ evidence: ['taken back by this service 2026-11-23 18:02 UTC', 'state pre'] });
  });

  test('and answers, for somebody else provisioned it: nothing is said, and nothing looked up', async () => {
    expect(await endOf(null, 'removed')).toEqual({ end: 'done', asked: [] });
  });
});

describe('what else failed is told as it was', () => {
  const dropped = new AmtError('connection_dropped');
  test.each(['provisioned', 'removing', 'stopped', null, 'store down'] as const)('record: %s', async (state) => {
    expect((await endOf(dropped, state)).end).toBe(dropped);
  });

  test.each([new AmtError('firmware_fault'), new AmtError('cancelled'), new Error('a fault of ours')])(
    '%s',
    async (error) => {
      expect(await endOf(error, 'removed')).toEqual({ end: error, asked: [] });
    },
  );
});
