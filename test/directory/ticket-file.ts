import { readFile } from 'node:fs/promises';

/** One ticket of a credential cache. */
interface KeptTicket {
  /** Principal that it is for, such as `HTTP/host42.lab.test:16993@LAB.TEST`. */
  readonly server: string;
  /** Size of the ticket itself (RFC 4120, 5.3), in bytes. */
  readonly bytes: number;
}

/** Reads a credential cache file of MIT Kerberos, version 4 (its documentation, "Credential cache file format"). */
export async function readTicketFile(path: string): Promise<readonly KeptTicket[]> {
  const file = await readFile(path);
  if (file.readUInt16BE(0) !== 0x0504) throw new Error('no credential cache of version 4');
  let at = 4 + file.readUInt16BE(2);
  const number = () => {
    at += 4;
    return file.readUInt32BE(at - 4);
  };
  const data = () => {
    const length = number();
    at += length;
    return file.subarray(at - length, at);
  };
  const principal = () => {
    number();
    const components = number();
    const realm = data().toString('utf8');
    const names = Array.from({ length: components }, () => data().toString('utf8'));
    return `${names.join('/')}@${realm}`;
  };
  principal();
  const tickets: KeptTicket[] = [];
  while (at < file.length) {
    principal();
    const server = principal();
    // Key, times, whether it is encrypted in another's key, flags, addresses, authorization data.
    at += 2;
    data();
    at += 16 + 1 + 4;
    for (let left = number(); left > 0; left -= 1) {
      at += 2;
      data();
    }
    for (let left = number(); left > 0; left -= 1) {
      at += 2;
      data();
    }
    tickets.push({ server, bytes: data().length });
    data();
  }
  return tickets;
}
