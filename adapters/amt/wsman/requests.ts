import { anonymousRole, type ClassName, namespaces, resourceUri } from './names.ts';
import { checkName, escapeText, type Fields, fieldElements, type Selectors, selectorSet } from './values.ts';

/**
 * What may happen to a request whose answer was lost.
 * - `read`: changes nothing, may be sent again.
 * - `step`: changes nothing that lasts, but a second one gives another answer (Pull, Release): never sent again.
 * - `act`: changes the device: never sent again, and a lost answer means that it may have acted.
 */
export type Repetition = 'read' | 'step' | 'act';

/** A request built once and sent many times; only the MessageID between the two halves changes. */
export interface PreparedRequest {
  readonly before: string;
  /** What follows the MessageID; null: the message has none and `before` is all of it. */
  readonly after: string | null;
  readonly repetition: Repetition;
  /** What it is, in a few words, for evidence and logs: `Get CIM_PowerManagementService`. */
  readonly label: string;
  /** The class it is for and what is done with it: `Get`, `Enumerate`, a method's name. Null for Identify. */
  readonly target: { readonly className: ClassName; readonly operation: string } | null;
}

const opening =
  '<?xml version="1.0" encoding="utf-8"?>' +
  `<Envelope xmlns="${namespaces.soap}" xmlns:a="${namespaces.addressing}" xmlns:w="${namespaces.wsman}"><Header>`;
// Intel's notes on DSP0226: the shortest OperationTimeout that AMT takes is 30 s.
const closing =
  `</a:MessageID><a:ReplyTo><a:Address>${anonymousRole}</a:Address></a:ReplyTo>` +
  '<w:OperationTimeout>PT60S</w:OperationTimeout>';

interface Parts {
  readonly className: ClassName;
  readonly action: string;
  readonly label: string;
  /** Default `label`. */
  readonly operation?: string;
  readonly body: string;
  readonly repetition: Repetition;
  readonly selectors?: Selectors;
}

function prepare({
  className,
  action,
  label,
  operation = label,
  body,
  repetition,
  selectors = {},
}: Parts): PreparedRequest {
  return {
    before:
      `${opening}<a:Action>${escapeText(action)}</a:Action><a:To>/wsman</a:To>` +
      `<w:ResourceURI>${escapeText(resourceUri(className))}</w:ResourceURI><a:MessageID>`,
    after: `${closing}${selectorSet(selectors)}</Header><Body>${body}</Body></Envelope>`,
    repetition,
    label: `${label} ${className}`,
    target: { className, operation },
  };
}

/** Asks who is there (DSP0226 clause 11). It has no addressing headers, hence no MessageID. */
export const identifyRequest: PreparedRequest = {
  before:
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<Envelope xmlns="${namespaces.soap}"><Header/><Body><i:Identify xmlns:i="${namespaces.identity}"/></Body></Envelope>`,
  after: null,
  repetition: 'read',
  label: 'Identify',
  target: null,
};

/** Reads one instance. Without selectors: the only instance of the class. */
export function getRequest(className: ClassName, selectors?: Selectors): PreparedRequest {
  const action = `${namespaces.transfer}/Get`;
  return prepare({ className, action, label: 'Get', body: '', repetition: 'read', ...(selectors && { selectors }) });
}

/** Replaces an instance. `fields` in schema order, without the read-only ones: AMT answers 400 to anything else. */
export function putRequest(className: ClassName, fields: Fields, selectors?: Selectors): PreparedRequest {
  const action = `${namespaces.transfer}/Put`;
  const body = instanceElement(className, fields);
  return prepare({ className, action, label: 'Put', body, repetition: 'act', ...(selectors && { selectors }) });
}

/** Makes a new instance; the reply holds the reference to it. */
export function createRequest(className: ClassName, fields: Fields): PreparedRequest {
  const body = instanceElement(className, fields);
  return prepare({ className, action: `${namespaces.transfer}/Create`, label: 'Create', body, repetition: 'act' });
}

/** Removes the instance that the selectors name. */
export function deleteRequest(className: ClassName, selectors: Selectors): PreparedRequest {
  const action = `${namespaces.transfer}/Delete`;
  return prepare({ className, action, label: 'Delete', body: '', repetition: 'act', selectors });
}

/** Opens an enumeration of all instances of a class; the reply holds its context. */
export function enumerateRequest(className: ClassName): PreparedRequest {
  const action = `${namespaces.enumeration}/Enumerate`;
  const body = `<n:Enumerate xmlns:n="${namespaces.enumeration}"/>`;
  return prepare({ className, action, label: 'Enumerate', body, repetition: 'read' });
}

/** Takes the next instances of an enumeration, all that fit. */
export function pullRequest(className: ClassName, context: string): PreparedRequest {
  const body =
    `<n:Pull xmlns:n="${namespaces.enumeration}"><n:EnumerationContext>${escapeText(context)}</n:EnumerationContext>` +
    '<n:MaxElements>999</n:MaxElements><n:MaxCharacters>99999</n:MaxCharacters></n:Pull>';
  return prepare({ className, action: `${namespaces.enumeration}/Pull`, label: 'Pull', body, repetition: 'step' });
}

/** Gives an enumeration context back: AMT has only a few for all its clients together. */
export function releaseRequest(className: ClassName, context: string): PreparedRequest {
  const body =
    `<n:Release xmlns:n="${namespaces.enumeration}"><n:EnumerationContext>${escapeText(context)}` +
    '</n:EnumerationContext></n:Release>';
  return prepare({
    className,
    action: `${namespaces.enumeration}/Release`,
    label: 'Release',
    body,
    repetition: 'step',
  });
}

/** Options of a method call. */
export interface InvokeOptions {
  readonly selectors?: Selectors;
  /** `read` for a method that only reads. Default `act`. */
  readonly repetition?: Repetition;
}

/** Calls a method. `args` in the order of the method's signature. */
export function invokeRequest(
  className: ClassName,
  method: string,
  args: Fields = {},
  { selectors, repetition = 'act' }: InvokeOptions = {},
): PreparedRequest {
  const uri = escapeText(resourceUri(className));
  const tag = `h:${checkName(method)}_INPUT`;
  const body = `<${tag} xmlns:h="${uri}">${fieldElements(args, 'h')}</${tag}>`;
  const action = `${resourceUri(className)}/${method}`;
  const label = `${method} of`;
  return prepare({ className, action, label, operation: method, body, repetition, ...(selectors && { selectors }) });
}

function instanceElement(className: ClassName, fields: Fields): string {
  const tag = `h:${checkName(className)}`;
  return `<${tag} xmlns:h="${escapeText(resourceUri(className))}">${fieldElements(fields, 'h')}</${tag}>`;
}

/** The message with its number. */
export function messageText(request: PreparedRequest, messageId: number): string {
  return request.after === null ? request.before : `${request.before}${messageId}${request.after}`;
}
