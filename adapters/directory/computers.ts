import { type Client, EqualityFilter, type SearchOptions } from 'ldapts';
import type { DirectoryComputer } from '../../src/ports/directory/device-objects.ts';
import { DirectoryError } from '../../src/ports/directory.ts';
import { guidText } from './access/security-descriptor.ts';
import { accountControl } from './computer-attributes.ts';
import { parentOf } from './names.ts';
import type { Connection } from './protocol/connection.ts';
import { binaries, binaryAttributes, text, whole } from './protocol/entries.ts';

/** Below the 1,000 entries that a domain controller gives at most at once (MaxPageSize, [MS-ADTS] 3.1.1.3.4.6). */
const pageSize = 500;
/** For counting again; another size, so that a page which ends early ends elsewhere. */
const otherPageSize = 487;

const attributes = ['name', 'dNSHostName', 'netbootGUID', 'userAccountControl'];
const filter = new EqualityFilter({ attribute: 'objectCategory', value: 'computer' });

/** Computers below a container, page by page. */
export function listComputers(connection: Connection, container: string): AsyncIterable<readonly DirectoryComputer[]> {
  return connection.pages(async function* (client) {
    let count = 0;
    let last = 0;
    const options = { scope: 'sub', filter, attributes, explicitBufferAttributes: binaryAttributes } as const;
    for await (const page of client.searchPaginated(container, { ...options, paged: { pageSize } })) {
      last = page.searchEntries.length;
      count += last;
      if (last > 0) yield page.searchEntries.map(computerOf);
    }
    // A domain controller may send an empty page before the end, where the LDAP library takes the search as ended.
    if (last === 0 && (await countAgain(client, container)) !== count)
      throw new DirectoryError('directory_incomplete', [container, `${count} computers came`]);
  });
}

async function countAgain(client: Client, container: string): Promise<number> {
  let count = 0;
  const options: SearchOptions = { scope: 'sub', filter, attributes: ['1.1'], paged: { pageSize: otherPageSize } };
  for await (const page of client.searchPaginated(container, options)) count += page.searchEntries.length;
  return count;
}

function computerOf(entry: Parameters<typeof text>[0]): DirectoryComputer {
  const guid = binaries(entry, 'netbootGUID')[0];
  return {
    dn: entry.dn,
    unit: parentOf(entry.dn),
    name: text(entry, 'name') ?? '',
    fqdn: text(entry, 'dNSHostName')?.toLowerCase() ?? null,
    uuid: guid?.length === 16 ? guidText(guid) : null,
    enabled: ((whole(entry, 'userAccountControl') ?? 0) & accountControl.disabled) === 0,
  };
}
