import { hash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'undici';
import type { DeviceInput } from '../../../src/ports/store/inventory-store.ts';
import { readFleet } from '../../fleet/fleet-file.ts';
import type { Course, Prepare } from '../contestants.ts';
import { forEachAtOnce } from './for-each-at-once.ts';

/**
 * What undici costs by itself: the same requests with texts written by hand, and replies looked at with a regular
 * expression. No time limits, no error handling, no second try, no check of what comes back: nobody could run it.
 */
const envelope = (action: string, resource: string, body: string) =>
  '<?xml version="1.0" encoding="utf-8"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
  `<Header><a:Action>${action}</a:Action><a:To>/wsman</a:To><w:ResourceURI>${resource}</w:ResourceURI>` +
  '<a:MessageID>1</a:MessageID><a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous' +
  `</a:Address></a:ReplyTo></Header><Body>${body}</Body></Envelope>`;

const cim = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';
const readPower = envelope(
  'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
  `${cim}/CIM_AssociatedPowerManagementService`,
  '',
);
const powerOn = envelope(
  `${cim}/CIM_PowerManagementService/RequestPowerStateChange`,
  `${cim}/CIM_PowerManagementService`,
  `<h:RequestPowerStateChange_INPUT xmlns:h="${cim}/CIM_PowerManagementService"><h:PowerState>2</h:PowerState>` +
    '<h:ManagedElement><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>' +
    `<a:ReferenceParameters><w:ResourceURI>${cim}/CIM_ComputerSystem</w:ResourceURI><w:SelectorSet>` +
    '<w:Selector Name="CreationClassName">CIM_ComputerSystem</w:Selector><w:Selector Name="Name">ManagedSystem</w:Selector>' +
    '</w:SelectorSet></a:ReferenceParameters></h:ManagedElement></h:RequestPowerStateChange_INPUT>',
);

async function turnOn(device: DeviceInput, { password, tls }: Course, ca: string): Promise<void> {
  const client = tls
    ? new Client(`https://${device.host}:16993`, { connect: { ca, servername: device.fqdn ?? device.host } })
    : new Client(`http://${device.host}:16992`);
  let realm = '';
  let nonce = '';
  let count = 0;
  const ask = async (body: string) => {
    const headers: Record<string, string> = { 'content-type': 'application/soap+xml;charset=UTF-8' };
    if (nonce !== '') {
      count += 1;
      const nc = count.toString(16).padStart(8, '0');
      const cnonce = randomBytes(8).toString('hex');
      const response = hash(
        'md5',
        `${hash('md5', `admin:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:auth:${hash('md5', 'POST:/wsman')}`,
      );
      headers.authorization =
        `Digest username="admin", realm="${realm}", nonce="${nonce}", uri="/wsman", response="${response}", ` +
        `qop=auth, nc=${nc}, cnonce="${cnonce}"`;
    }
    const reply = await client.request({ path: '/wsman', method: 'POST', headers, body });
    return { challenge: String(reply.headers['www-authenticate'] ?? ''), text: await reply.body.text() };
  };
  const { challenge } = await ask(readPower);
  realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const before = /PowerState>(\d+)</.exec((await ask(readPower)).text)?.[1];
  const answer = /ReturnValue>(\d+)</.exec((await ask(powerOn)).text)?.[1];
  const after = /:PowerState>(\d+)</.exec((await ask(readPower)).text)?.[1];
  await client.close();
  if (before === undefined || answer !== '0' || after !== '2') {
    throw new Error(`${device.name}: state ${before}, answer ${answer}, state ${after}`);
  }
}

/** The yardstick. */
export const prepareBareLoop: Prepare = async (course) => {
  const fleet = await readFleet(course.fleetFile);
  const ca = course.tls ? await readFile(course.caFile, 'utf8') : '';
  return {
    consoleUrl: null,
    run: () => forEachAtOnce(fleet, course.concurrency, (device) => turnOn(device, course, ca)),
    close: async () => {},
  };
};
