import type { AmtErrorCode } from '../../../src/ports/amt.ts';
import { AmtFault, quoteDevice } from '../errors.ts';
import { codeOfPtStatus, ptStatusText } from './pt-status.ts';
import { child, type XmlNode } from './read.ts';

// Subcodes of WS-Management (DSP0226) and WS-Addressing. AMT answers DestinationUnreachable for a class it does not have.
const codeOfSubcode: Readonly<Record<string, AmtErrorCode>> = {
  AccessDenied: 'not_permitted',
  DestinationUnreachable: 'class_missing',
  ActionNotSupported: 'class_missing',
  InvalidResourceURI: 'class_missing',
  EndpointUnavailable: 'device_overloaded',
  Concurrency: 'device_overloaded',
  QuotaLimit: 'device_overloaded',
};

/** All text below the node, for statuses that stand in places which differ between firmware versions. */
function allText(node: XmlNode | undefined): string {
  return node === undefined ? '' : [node.text, ...node.children.map(allText)].join(' ').trim();
}

/** The fault that a reply carries; null when it is no fault. `label` says what was asked. */
export function readFault(envelope: XmlNode, label: string): AmtFault | null {
  const fault = child(child(envelope, 'Body'), 'Fault');
  if (fault === undefined) return null;
  const code = child(fault, 'Code');
  const qualified = child(child(code, 'Subcode'), 'Value')?.text.trim() ?? '';
  const subcode = qualified === '' ? null : qualified.slice(qualified.indexOf(':') + 1);
  const reason = quoteDevice(allText(child(fault, 'Reason')));
  const status = /AMT[-_ ]STATUS\W{0,3}(\d{1,9})/i.exec(allText(fault))?.[1];
  const ptStatus = status === undefined ? null : Number(status);
  const evidence = [`${label} was refused: ${subcode === null ? 'no subcode' : quoteDevice(subcode, 60)}`];
  if (ptStatus !== null) evidence.push(ptStatusText(ptStatus));
  if (reason !== '') evidence.push(`The device says: ${reason}`);
  const known =
    (ptStatus === null ? undefined : codeOfPtStatus[ptStatus]) ??
    (subcode === null ? undefined : codeOfSubcode[subcode]);
  return new AmtFault(known ?? 'firmware_fault', evidence, { subcode, ptStatus });
}
