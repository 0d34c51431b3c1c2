import type { Fleet } from '../../lab/fleet.ts';
import { input, logOn, type SoapInput, soap, textOf, uriOf } from './wire.ts';

/** A reply, and the ReturnValue in it if any. */
export interface Asked {
  readonly status: number;
  readonly body: string;
  readonly returnValue: number | undefined;
}

/** Asks one device of a fleet on its plain port, each time on a fresh session, since a fault ends the connection. */
export interface Asking {
  send(given: SoapInput, host?: string): Promise<Asked>;
  /** Calls a method; `content` has its arguments under prefix r. */
  call(className: string, method: string, content?: string, host?: string): Promise<Asked>;
  /** A value of a Get. */
  get(className: string, property: string, host?: string): Promise<string | undefined>;
  /** Puts what `content` says under prefix h. */
  put(className: string, content: string, selectors?: Readonly<Record<string, string>>, host?: string): Promise<Asked>;
}

/** @param account whose eyes to ask with; default the administrator */
export function asking(fleet: Fleet, account?: { readonly username: string; readonly password: string }): Asking {
  async function send(given: SoapInput, host = 'host1'): Promise<Asked> {
    const session = await logOn(fleet.device(host).address, { port: fleet.ports.plain ?? 0, ...account });
    const { status, body } = await session.send(soap(given));
    session.close();
    const returnValue = textOf(body, 'ReturnValue');
    return { status, body, returnValue: returnValue === undefined ? undefined : Number(returnValue) };
  }
  return {
    send,
    call: (className, method, content = '', host = 'host1') =>
      send({ className, operation: method, body: input(className, method, content) }, host),
    get: async (className, property, host = 'host1') =>
      textOf((await send({ className, operation: 'Get' }, host)).body, property),
    put: (className, content, selectors = {}, host = 'host1') =>
      send(
        {
          className,
          operation: 'Put',
          selectors,
          body: `<h:${className} xmlns:h="${uriOf(className)}">${content}</h:${className}>`,
        },
        host,
      ),
  };
}
