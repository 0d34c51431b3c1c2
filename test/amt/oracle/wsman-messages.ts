/**
 * npm @device-management-toolkit/wsman-messages, which real AMT devices are driven with, as an oracle for requests. To have
 * it: `node bin/run.js peers` in the project's folder (both at once: npm removes what the command does not name). OOB_PEERS
 * names another folder.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { SaxesParser } from 'saxes';

const peers = resolve(process.env.OOB_PEERS ?? join(import.meta.dirname, '../../../.peers'));
const home = join(peers, 'node_modules/@device-management-toolkit/wsman-messages');

/** Whether it is installed. */
export const oracleIsHere = existsSync(home);

/** The infoset that a receiver sees: names by namespace, attributes sorted, declarations and prefixes gone. */
export function canonical(text: string): string[] {
  const lines: string[] = [];
  let depth = 0;
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes)
      .filter((one) => one.uri !== 'http://www.w3.org/2000/xmlns/')
      .map((one) => `{${one.uri}}${one.local}=${one.value}`)
      .sort();
    lines.push(`${' '.repeat(depth)}{${tag.uri}}${tag.local} ${attributes.join(' ')}`.trimEnd());
    depth += 1;
  });
  parser.on('text', (value) => lines.push(`${' '.repeat(depth)}${value}`));
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(text).close();
  return lines;
}

const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';

/**
 * The oracle puts the bare namespace, `/wsman` or `default` into a reference's Address. Devices themselves answer with the
 * anonymous role (recorded replies of CIM_AssociatedPowerManagementService), and so do we.
 */
export function sameAddress(lines: readonly string[]): string[] {
  return lines.map((line, index) => {
    const isAddress = lines[index - 1]?.trim() === `{${addressing}}Address`;
    const isTheirs = [addressing, '/wsman', 'default'].includes(line.trim());
    return isAddress && isTheirs ? line.replace(line.trim(), `${addressing}/role/anonymous`) : line;
  });
}

/** The MessageID as if it were the first. */
export const sameId = (text: string): string => text.replace(/(MessageID>)\d+(<)/, '$10$2');

/** The oracle's method: `oracle('AMT', 'AuditLog', 'ReadRecords')(1)` is a message. */
export function oracle(family: string, className: string, method: string): (...args: readonly unknown[]) => string {
  const library = Object(createRequire(join(home, 'x.js'))(home));
  const messages = Object(Reflect.construct(Object(library[family]).Messages, []));
  const ofClass = Object(messages[className]);
  return (...args) => String(Reflect.apply(ofClass[method], ofClass, args));
}

/** True when the oracle has a public method of that name, whatever its capitals. */
export function oracleHas(family: string, className: string, method: string): boolean {
  const library = Object(createRequire(join(home, 'x.js'))(home));
  const messages = Object(Reflect.construct(Object(library[family]).Messages, []));
  const ofClass = messages[className];
  return (
    ofClass !== undefined && Object.keys(Object(ofClass)).some((name) => name.toLowerCase() === method.toLowerCase())
  );
}
