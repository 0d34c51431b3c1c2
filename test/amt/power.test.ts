import { afterEach, describe, expect, test } from '@jest/globals';
import type { PowerStateValue } from '../../src/ports/amt.ts';
import { endpointAt, errorOf, openGateway, type TestGateway } from './conversation.ts';
import {
  answerStandard,
  askedFor,
  chunkedReply,
  envelope,
  faultBody,
  messageIdOf,
  type Responder,
  send,
  sendAndClose,
  standardBodies,
  startWireDevice,
  type WireDevice,
  type WireRequest,
  withDigest,
} from './wire-device.ts';

const host = '127.22.4.1';
const open: Array<{ close: () => Promise<void> }> = [];

async function device(respond: Responder): Promise<WireDevice> {
  const made = await startWireDevice({ host }, respond);
  open.push(made);
  return made;
}

function opened(options: Parameters<typeof openGateway>[0] = {}): TestGateway {
  const made = openGateway(options);
  open.push(made.gateway);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Standard answers, with some bodies replaced; null: the class is missing. */
function withBodies(own: Readonly<Record<string, string | null>>): (request: WireRequest) => void {
  const usual = standardBodies();
  return answerStandard((asked, request) => (asked in own ? (own[asked] ?? null) : usual(asked, request)));
}

const fault = (request: WireRequest, ...args: Parameters<typeof faultBody>) =>
  sendAndClose(
    request,
    chunkedReply(envelope(faultBody(...args), { relatesTo: messageIdOf(request) }), {
      status: '400 Bad Request',
      close: true,
    }),
  );

const getPower = 'Get CIM_AssociatedPowerManagementService';
const asked = (wire: WireDevice) => wire.requests.map(askedFor);

describe('reading the power state', () => {
  test('one request, with what can be requested now', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    const reading = await run(endpointAt(host), (session) => session.readPower());
    expect(reading).toEqual({ state: 8, requestable: [8, 5] });
    expect(asked(wire)).toEqual([getPower]);
  });

  test('firmware without the class: through the enumeration, and remembered', async () => {
    const wire = await device(withBodies({ [getPower]: null }));
    const { run } = opened();
    for (let time = 0; time < 2; time += 1) {
      await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
    }
    const enumeration = ['Enumerate CIM_ServiceAvailableToElement', 'Pull CIM_ServiceAvailableToElement'];
    expect(asked(wire)).toEqual([getPower, ...enumeration, ...enumeration]);
  });

  test('firmware that wants selectors for the Get (AMT 10): the same way', async () => {
    const usual = answerStandard();
    await device((request) =>
      askedFor(request) === getPower ? fault(request, 'InvalidSelectors', 'The selectors are wrong.') : usual(request),
    );
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });

  test('neither way: the refusal of the second, and nothing is remembered', async () => {
    const wire = await device(withBodies({ [getPower]: null, 'Enumerate CIM_ServiceAvailableToElement': null }));
    const { run } = opened();
    for (let time = 0; time < 2; time += 1) {
      expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('class_missing');
    }
    expect(asked(wire)[2]).toBe(getPower);
  });

  test('a state that Intel does not list is handed on, no state at all is an error', async () => {
    await device(withBodies({ [getPower]: '<g:X><g:PowerState>99</g:PowerState></g:X>' }));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toEqual({
      state: 99,
      requestable: [],
    });
    await open.shift()?.close();
    await device(withBodies({ [getPower]: '<g:X><g:ElementName>y</g:ElementName></g:X>' }));
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('protocol_error');
  });
});

describe('enumerating', () => {
  const enumerate = 'Enumerate CIM_ServiceAvailableToElement';
  const pull = 'Pull CIM_ServiceAvailableToElement';
  const release = 'Release CIM_ServiceAvailableToElement';
  const other = '<g:CIM_ServiceAvailableToElement><g:ElementName>x</g:ElementName></g:CIM_ServiceAvailableToElement>';
  const found =
    '<g:CIM_AssociatedPowerManagementService><g:PowerState>2</g:PowerState></g:CIM_AssociatedPowerManagementService>';

  function pulls(answers: ReadonlyArray<string | ((request: WireRequest) => void)>): (request: WireRequest) => void {
    let next = 0;
    const usual = withBodies({ [getPower]: null, [release]: '' });
    return (request) => {
      if (askedFor(request) !== pull) return usual(request);
      const answer = answers[Math.min(next, answers.length - 1)] ?? '';
      next += 1;
      if (typeof answer !== 'string') return answer(request);
      return send(request, chunkedReply(envelope(answer, { relatesTo: messageIdOf(request) })));
    };
  }
  const context = (name: string) => `<n:EnumerationContext>${name}</n:EnumerationContext>`;
  const page = (items: string, end: string) => `<n:PullResponse><n:Items>${items}</n:Items>${end}</n:PullResponse>`;

  test('pulls to the end, each time with the context of the answer before', async () => {
    const end = '<n:EndOfSequence/>';
    const wire = await device(pulls([page(other, context('second')), page('', context('third')), page(found, end)]));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 2 });
    const contexts = wire.requests
      .filter((one) => askedFor(one) === pull)
      .map((one) => /Context>([^<]*)</.exec(one.body)?.[1]);
    expect(contexts).toEqual(['5E1A0000-0000-0000-0000-000000000000', 'second', 'third']);
    expect(asked(wire)).not.toContain(release);
  });

  test('a fault in the middle: the context is given back (mps#664: they are few)', async () => {
    const wire = await device(
      pulls([page(other, context('second')), (request) => fault(request, 'InternalError', 'Oops.')]),
    );
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe('firmware_fault');
    expect(asked(wire).at(-1)).toBe(release);
    expect(wire.requests.at(-1)?.body).toContain('>second<');
  });

  test('a Pull whose answer is lost is not repeated: the whole enumeration is, after giving back the context', async () => {
    const wire = await device(pulls([(request) => void request.socket.destroy(), page(found, '<n:EndOfSequence/>')]));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 2 });
    expect(asked(wire)).toEqual([getPower, enumerate, pull, release, enumerate, pull]);
  });

  test('cancelled in the middle: the context is given back all the same', async () => {
    const control = new AbortController();
    const wire = await device(pulls([() => control.abort()]));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower(), control.signal));
    expect(error.code).toBe('cancelled');
    expect(asked(wire).at(-1)).toBe(release);
  });

  test('an enumeration without end is ended', async () => {
    const wire = await device(pulls([page('', context('again'))]));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.evidence.join()).toContain('does not end');
    expect(asked(wire).filter((one) => one === pull)).toHaveLength(100);
    expect(asked(wire).at(-1)).toBe(release);
  });

  test('an Enumerate without a context', async () => {
    await device(withBodies({ [getPower]: null, [enumerate]: '<n:EnumerateResponse/>' }));
    const { run } = opened();
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('protocol_error');
  });
});

describe('requesting a power state', () => {
  test('the request names the managed system, once', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    const answer = await run(endpointAt(host), (session) => session.requestPower(10));
    expect(answer).toEqual({ accepted: true, returnValue: 0, meaning: 'completed without error' });
    const body = wire.requests.find((one) => askedFor(one).startsWith('RequestPower'))?.body ?? '';
    expect(body).toContain('<h:PowerState>10</h:PowerState><h:ManagedElement>');
    expect(body).toContain('<w:Selector Name="Name">ManagedSystem</w:Selector>');
  });

  test.each([
    [0, true, 'completed without error'],
    [1, false, 'not supported'],
    [2, false, 'unknown or unspecified error'],
    [5, false, 'invalid parameter'],
    [4096, true, 'parameters checked, job started'],
    [4097, false, 'invalid state transition'],
    [4099, false, 'busy'],
    [32_784, false, 'PT_STATUS 16 NOT_PERMITTED'],
    [77, false, "not in Intel's list (77)"],
  ])('ReturnValue %i: accepted %p, "%s"', async (returnValue, accepted, meaning) => {
    const body = `<g:RequestPowerStateChange_OUTPUT><g:ReturnValue>${returnValue}</g:ReturnValue></g:RequestPowerStateChange_OUTPUT>`;
    await device(withBodies({ 'RequestPowerStateChange CIM_PowerManagementService': body }));
    const { run } = opened();
    const answer = await run(endpointAt(host), (session) => session.requestPower(2));
    expect(answer).toEqual({ accepted, returnValue, meaning });
  });

  test('every state of the port can be sent', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    const states: PowerStateValue[] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    await run(endpointAt(host), async (session) => {
      for (const state of states) await session.requestPower(state);
    });
    const sent = wire.requests.map((one) => /<h:PowerState>(\d+)</.exec(one.body)?.[1]).filter(Boolean);
    expect(sent.map(Number)).toEqual(states);
  });

  const refusals: ReadonlyArray<readonly [string, Parameters<typeof faultBody>, string, RegExp]> = [
    ['AccessDenied', ['AccessDenied', 'The sender was not authorized.'], 'not_permitted', /not authorized/],
    [
      'AMT-STATUS 16',
      ['InternalError', 'AMT internal error', 'AMT-STATUS 16'],
      'not_permitted',
      /PT_STATUS 16 NOT_PERMITTED/,
    ],
    ['AMT-STATUS 2076', ['InternalError', 'no', '<x>AMT-STATUS 2076</x>'], 'auditor_blocks', /2076 BLOCKING_COMPONENT/],
    ['AMT-STATUS unknown', ['InternalError', 'no', 'AMT-STATUS: 9999'], 'firmware_fault', /PT_STATUS 9999/],
    ['a quota', ['QuotaLimit', 'Too many.'], 'device_overloaded', /QuotaLimit/],
    ['AlreadyExists', ['AlreadyExists', 'It exists.'], 'firmware_fault', /AlreadyExists/],
    ['a reason over several lines', ['Odd', 'one\n\u0085two'], 'firmware_fault', /one two/],
  ];

  test.each(refusals)('refused with %s: nothing was done', async (_name, args, code, evidence) => {
    const usual = answerStandard();
    await device((request) =>
      askedFor(request).startsWith('RequestPower') ? fault(request, ...args) : usual(request),
    );
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code, mayHaveActed: false });
    expect(error.evidence.join('\n')).toMatch(evidence);
    expect(error.evidence.every((line) => !line.includes('\n'))).toBe(true);
  });
});

describe('a refusal is explained', () => {
  const setup = (state: number) =>
    `<g:AMT_SetupAndConfigurationService><g:ProvisioningState>${state}</g:ProvisioningState></g:AMT_SetupAndConfigurationService>`;

  test.each([
    [0, 'not_provisioned', 'provisioning state: pre'],
    [1, 'not_provisioned', 'provisioning state: in'],
    [2, 'not_permitted', 'AccessDenied'],
  ])('AccessDenied with provisioning state %i is %s', async (state, code, seen) => {
    const usual = withBodies({ 'Get AMT_SetupAndConfigurationService': setup(state) });
    await device((request) =>
      askedFor(request).includes('Setup') || askedFor(request) === 'Identify'
        ? usual(request)
        : fault(request, 'AccessDenied', 'The sender was not authorized.'),
    );
    const { run } = opened();
    for (const work of ['readPower', 'act'] as const) {
      const error = await errorOf(
        run<unknown>(endpointAt(host), (session) => (work === 'act' ? session.requestPower(2) : session.readPower())),
      );
      expect(error).toMatchObject({ code, mayHaveActed: false });
      expect(error.evidence.join()).toContain(seen);
    }
  });
});

describe('Modern Standby', () => {
  test.each([
    [0, 'unknown'],
    [1, 'unsupported'],
    [2, 'full-power'],
    [3, 'saving'],
    [9, 'unknown'],
  ])('OSPowerSavingState %i is %s', async (value, word) => {
    const body = `<g:IPS_PowerManagementService><g:OSPowerSavingState>${value}</g:OSPowerSavingState></g:IPS_PowerManagementService>`;
    await device(withBodies({ 'Get IPS_PowerManagementService': body }));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readOsPowerSaving())).resolves.toBe(word);
  });

  test('a PC that is off has no such property (mps#2278): unknown, not an error', async () => {
    const body = '<g:IPS_PowerManagementService><g:EnabledState>5</g:EnabledState></g:IPS_PowerManagementService>';
    await device(withBodies({ 'Get IPS_PowerManagementService': body }));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readOsPowerSaving())).resolves.toBe('unknown');
  });

  test('firmware before AMT 10 has no such class: unsupported', async () => {
    await device(withBodies({ 'Get IPS_PowerManagementService': null }));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readOsPowerSaving())).resolves.toBe('unsupported');
  });

  test('full power is asked for with its own method', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.requestOsFullPower())).resolves.toMatchObject({
      accepted: true,
    });
    expect(asked(wire)).toContain('RequestOSPowerSavingStateChange IPS_PowerManagementService');
  });
});

describe('facts', () => {
  test('three requests: the version comes with the Server header', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    const facts = await run(endpointAt(host), async (session) => {
      expect(session.amtVersion).toBeNull();
      const read = await session.readFacts();
      expect(session.amtVersion).toBe('15.0.23');
      return read;
    });
    expect(facts).toEqual({
      amtVersion: '15.0.23',
      hostName: 'host42',
      provisioningState: 'post',
      controlMode: 'admin',
      tlsVersion: 'none',
      certificateExpiresAt: null,
    });
    expect(wire.requests).toHaveLength(3);
  });

  test('AMT 11 may say only AMT in its Server header: Identify is asked (nmap PR 876)', async () => {
    const usual = standardBodies();
    const wire = await device((request) => {
      const relatesTo = messageIdOf(request);
      const reply = chunkedReply(envelope(usual(askedFor(request), request) ?? '', { relatesTo }));
      send(request, reply.replace(/Server: .*\r\n/, 'Server: AMT\r\n'));
    });
    const { run } = opened();
    const facts = await run(endpointAt(host), (session) => session.readFacts());
    expect(facts.amtVersion).toBe('15.0.23');
    expect(asked(wire).at(-1)).toBe('Identify');
  });

  test('classes that are missing or not permitted leave unknowns, not an error', async () => {
    const usual = answerStandard();
    await device((request) => {
      if (askedFor(request).includes('HostBased')) return fault(request, 'DestinationUnreachable', 'No route.');
      if (askedFor(request).startsWith('Get AMT_')) return fault(request, 'AccessDenied', 'No.');
      return usual(request);
    });
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readFacts())).resolves.toMatchObject({
      hostName: null,
      provisioningState: 'unknown',
      controlMode: 'unknown',
    });
  });

  test('an empty host name is none', async () => {
    const body = '<g:AMT_GeneralSettings><g:HostName></g:HostName></g:AMT_GeneralSettings>';
    await device(withBodies({ 'Get AMT_GeneralSettings': body }));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readFacts())).resolves.toMatchObject({ hostName: null });
  });
});

test('what is remembered of a device is bounded: the one spoken to longest ago needs a challenge again', async () => {
  const hosts = ['127.22.4.2', '127.22.4.3', '127.22.4.4'];

  const wires: WireDevice[] = [];
  for (const one of hosts) {
    const wire = await startWireDevice({ host: one }, withDigest(answerStandard()));
    wires.push(wire);
    open.push(wire);
  }
  const { run } = opened({ rememberedDevices: 2 });
  for (const one of [...hosts, ...hosts.slice(2), ...hosts.slice(0, 1)]) {
    await run(endpointAt(one), (session) => session.readPower());
  }
  // First time: challenge and read. The third was still known, the first was not any more.
  expect(wires.map((wire) => wire.requests.length)).toEqual([4, 2, 3]);
});
