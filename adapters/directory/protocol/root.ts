import { DirectoryError, type DirectoryFacts } from '../../../src/ports/directory.ts';
import { sidText } from '../access/sid.ts';
import type { Connection } from './connection.ts';
import { binaries, text } from './entries.ts';

/** Reads the root DSE: the server's name and time, and who it takes us for. */
export async function readFacts(connection: Connection): Promise<DirectoryFacts> {
  const { searchEntries } = await connection.read((client) =>
    client.search('', {
      scope: 'base',
      attributes: ['dnsHostName', 'defaultNamingContext', 'currentTime', 'tokenGroups', 'ldapServiceName'],
      explicitBufferAttributes: ['tokenGroups'],
    }),
  );
  const root = searchEntries[0];
  const baseDn = root && text(root, 'defaultNamingContext');
  if (!root || !baseDn) throw new DirectoryError('directory_protocol', ['it names no domain of its own']);
  const realm = baseDn
    .split(',')
    .map((part) => part.replace(/^DC=/i, ''))
    .join('.')
    .toUpperCase();
  return {
    server: text(root, 'dnsHostName') ?? '',
    baseDn,
    realm,
    serverTime: generalizedTime(text(root, 'currentTime')),
    sids: binaries(root, 'tokenGroups').map((bytes) => sidText(bytes)),
  };
}

/** `20261123120000.0Z` (ITU-T X.680, GeneralizedTime). */
function generalizedTime(value: string | null): Date {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(value ?? '');
  if (!parts) throw new DirectoryError('directory_protocol', ['it tells no time']);
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second));
}
