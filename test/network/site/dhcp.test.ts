import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { askDhcp } from '../../../adapters/network/site/ask-dhcp.ts';
import { decodeReply, encodeInform, type Inform } from '../../../adapters/network/site/dhcp-message.ts';

const inform: Inform = {
  id: 0x12_34_56_78,
  address: '10.79.0.2',
  hardware: Buffer.from('02005e000001', 'hex'),
  hostName: 'oob-1.corp.example.com',
};

type Options = readonly (readonly [number, ...number[]])[];
const text = (word: string) => [...Buffer.from(word)];
const right: Options = [
  [53, 5],
  [54, 10, 79, 0, 1],
  [6, 10, 79, 0, 1, 10, 79, 0, 3],
  [15, ...text('Lab.Test.\0')],
  [81, 3, 255, 255],
];

const field = (options: Options) => Buffer.from(options.flatMap(([code, ...bytes]) => [code, bytes.length, ...bytes]));

/** A DHCPACK to a question, by the test's own hand. */
function ackTo(question: Buffer, options: Options = right, change: (reply: Buffer) => void = () => {}): Buffer {
  const head = Buffer.from(question.subarray(0, 240));
  head[0] = 2;
  change(head);
  return Buffer.concat([head, field(options), Buffer.from([255])]);
}

const question = encodeInform(inform);
const decode = (bytes: Buffer) => decodeReply(bytes, inform, '10.79.0.9');

describe('a DHCPINFORM', () => {
  test('is laid out as RFC 2131 has it, and asks that no DNS record is changed (option 81, N)', () => {
    expect(question.subarray(0, 4).toString('hex')).toBe('01010600');
    expect(question.subarray(12, 16)).toEqual(Buffer.from([10, 79, 0, 2]));
    expect(question.subarray(236, 240).toString('hex')).toBe('63825363');
    expect(question.includes(Buffer.from([53, 1, 8]))).toBe(true);
    expect(question.includes(Buffer.from([55, 3, 6, 15, 81]))).toBe(true);
    expect(question.includes(Buffer.from([81, 9, 0x0c, 0, 0, 5, ...text('oob-1')]))).toBe(true);
    expect(question.at(-1)).toBe(255);
  });
});

describe('a reply', () => {
  test('gives options 6, 15 and 81 and the server', () => {
    expect(decode(ackTo(question))).toEqual({
      server: '10.79.0.1',
      dnsServers: ['10.79.0.1', '10.79.0.3'],
      domainName: 'lab.test',
      clientNameFlags: 3,
    });
  });

  test('without them says that they are missing; the server is then where it came from', () => {
    expect(decode(ackTo(question, [[53, 5]]))).toEqual({
      server: '10.79.0.9',
      dnsServers: [],
      domainName: null,
      clientNameFlags: null,
    });
  });

  test('whose option goes on in a second one (RFC 3396), and in the file field (option 52)', () => {
    const split: Options = [[53, 5], [52, 1], [15, ...text('corp.')], [0], [15, ...text('example')]];
    const bytes = ackTo(
      question,
      split.filter(([code]) => code !== 0),
      (head) => head.set(field([[6, 10, 0, 0, 53]]), 108),
    );
    expect(decode(bytes)).toMatchObject({ domainName: 'corp.example', dnsServers: ['10.0.0.53'] });
  });

  test.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['cut off in the header', ackTo(question).subarray(0, 200)],
    ['to another question', ackTo(question, right, (head) => head.writeUInt32BE(1, 4))],
    ['to another machine', ackTo(question, right, (head) => head.set([9, 9], 28))],
    ['our own question sent back', question],
    ['without the magic cookie', ackTo(question, right, (head) => head.writeUInt32BE(0, 236))],
    ['with another length of hardware address', ackTo(question, right, (head) => head.set([16], 2))],
    ['a DHCPNAK', ackTo(question, [[53, 6]])],
    ['without a type', ackTo(question, [[54, 10, 79, 0, 1]])],
    ['with an option beyond its end', Buffer.concat([ackTo(question).subarray(0, -1), Buffer.from([15, 200, 1])])],
    ['with an option without a length', Buffer.concat([ackTo(question).subarray(0, -1), Buffer.from([15])])],
    ['with half an address', ackTo(question, [...right, [6, 10]])],
    [
      'with a server of three bytes',
      ackTo(question, [
        [53, 5],
        [54, 1, 2, 3],
      ]),
    ],
    ['longer than a frame', Buffer.concat([ackTo(question), Buffer.alloc(2_000)])],
    [
      'whose file field holds an option beyond its end',
      ackTo(
        question,
        [
          [53, 5],
          [52, 3],
        ],
        (head) => head.set([15, 255], 108),
      ),
    ],
  ])('that is no reply to us: %s', (_, bytes) => {
    expect(decode(bytes)).toBeNull();
  });

  test.each(['a\nb.test', '\u001b[31mred', 'a..b', '<script>', `${'a'.repeat(64)}.test`, `${'a.'.repeat(127)}a`])(
    'whose domain name is no name is one without: %j',
    (name) => {
      expect(
        decode(
          ackTo(question, [
            [53, 5],
            [15, ...text(name).slice(0, 255)],
          ]),
        )?.domainName,
      ).toBeNull();
    },
  );

  test('of any bytes whatever never throws', () => {
    const good = ackTo(question);
    for (let round = 0; round < 5_000; round += 1) {
      const bytes = Buffer.from(good);
      for (const at of randomBytes(6)) bytes[240 + (at % (good.length - 240))] = randomBytes(1)[0] ?? 0;
      const reply = decode(bytes.subarray(0, round % 3 === 0 ? (round % good.length) + 1 : undefined));
      if (reply) expect(reply.dnsServers.length).toBeLessThan(64);
    }
  });
});

describe('asking', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });
  const never = new AbortController().signal;
  const ports = { client: 40_768, server: 40_767 };
  const asked = { networkInterface: 'lo', hostName: 'oob', timeoutMs: 400, ports };

  async function server(answer: (question: Buffer, send: (bytes: Buffer) => void) => void) {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    sockets.push(socket);
    socket.on('message', (bytes, { address, port }) => answer(bytes, (reply) => socket.send(reply, port, address)));
    socket.bind(ports.server);
    await once(socket, 'listening');
  }

  test('hostile replies are ignored and counted, and do not end it before the right one', async () => {
    await server((bytes, send) => {
      for (let index = 0; index < 20; index += 1) send(randomBytes(300));
      send(Buffer.alloc(0));
      send(ackTo(bytes));
    });
    const answer = await askDhcp(asked, never);
    expect(answer).toMatchObject({ kind: 'answered', from: '127.0.0.1', ignored: 21 });
  });

  test('two servers are both heard, one that repeats itself once', async () => {
    await server((bytes, send) => {
      send(ackTo(bytes));
      send(ackTo(bytes));
      send(
        ackTo(bytes, [
          [53, 5],
          [54, 10, 79, 0, 66],
        ]),
      );
    });
    const answer = await askDhcp(asked, never);
    expect(answer.kind === 'answered' && answer.replies.map(({ server: each }) => each)).toEqual([
      '10.79.0.1',
      '10.79.0.66',
    ]);
  });

  test('a flood of servers ends at eight', async () => {
    await server((bytes, send) => {
      for (let index = 0; index < 50; index += 1)
        send(
          ackTo(bytes, [
            [53, 5],
            [54, 10, 79, 1, index],
          ]),
        );
    });
    const answer = await askDhcp(asked, never);
    expect(answer.kind === 'answered' && answer.replies).toHaveLength(8);
  });

  test('the first question lost: it is sent again', async () => {
    let heard = 0;
    await server((bytes, send) => {
      heard += 1;
      if (heard === 2) send(ackTo(bytes));
    });
    expect((await askDhcp(asked, never)).kind).toBe('answered');
  });

  test('nobody: silent', async () => {
    expect(await askDhcp(asked, never)).toEqual({ kind: 'silent', from: '127.0.0.1', ignored: 0 });
  });

  test('an interface that is not there: says which are', async () => {
    const answer = await askDhcp({ ...asked, networkInterface: 'nope0' }, never);
    expect(answer).toEqual({ kind: 'no_interface', known: expect.arrayContaining(['lo (127.0.0.1)']) });
  });

  test('the port held by another program', async () => {
    const holder = createSocket('udp4');
    sockets.push(holder);
    holder.bind(ports.client, '127.0.0.1');
    await once(holder, 'listening');
    expect(await askDhcp(asked, never)).toEqual({ kind: 'port_taken' });
  });

  test('cut off: rejects with the reason and leaves no socket', async () => {
    const control = new AbortController();
    const asking = askDhcp({ ...asked, timeoutMs: 60_000 }, control.signal);
    control.abort(new Error('stopping'));
    await expect(asking).rejects.toThrow('stopping');
  });

  (process.platform === 'linux' && process.getuid?.() === 0 ? test : test.skip)(
    'port 68 without the right to it (as root, who gives it away)',
    async () => {
      const script = `
        process.setgid(65534);
        process.setuid(65534);
        const { askDhcp } = await import(${JSON.stringify(new URL('../../../adapters/network/site/ask-dhcp.ts', import.meta.url).href)});
        const asked = { networkInterface: 'lo', hostName: 'oob', timeoutMs: 1_000 };
        process.stdout.write(JSON.stringify(await askDhcp(asked, new AbortController().signal)));`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = await once(child.stdout, 'data');
      expect(JSON.parse(String(said))).toEqual({ kind: 'no_rights' });
    },
  );
});
