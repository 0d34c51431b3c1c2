import type { ClassContext, ClassDefinition, Instance, WriteVerdict } from '../classes/class-definition.ts';
import { flashWriteLimitExceeded, spendFlashWrite } from '../classes/flash.ts';
import { referenceText } from '../classes/references.ts';
import { findClass } from '../classes/registry.ts';
import { isAuditor } from '../classes/security/acl.ts';
import { provisioningState } from '../classes/setup/provisioning.ts';
import { holds } from './caller.ts';
import { beginEnumeration, pullEnumeration, releaseEnumeration } from './enumerations.ts';
import { identifyEnvelope, instanceXml, referenceXml, replyEnvelope } from './envelope.ts';
import { ns, resourceUri } from './namespaces.ts';
import type { WsmanRequest } from './request.ts';
import { checkInput, checkInstance } from './schema-check.ts';
import type { SoapFault } from './soap-fault.ts';
import { childOf } from './xml.ts';

/** The fault to send; PT_STATUS goes into its detail. */
interface FaultAnswer {
  readonly fault: SoapFault;
  readonly ptStatus?: number;
}

/** An envelope to send with 200, or the fault to send. */
export type WsmanAnswer = { readonly envelope: string } | FaultAnswer;

/** Name by which an operation is counted, e.g. `CIM_ComputerSystem.Get`. */
export function operationName(request: WsmanRequest): string {
  if (request.kind === 'identify') return 'Identify';
  const className = request.resource.slice(request.resource.lastIndexOf('/') + 1);
  return `${className}.${request.action.slice(request.action.lastIndexOf('/') + 1)}`;
}

type Operation = (context: ClassContext, definition: ClassDefinition, request: WsmanRequest) => WsmanAnswer;

const reading: Readonly<Record<string, Operation>> = {
  [`${ns.transfer}/Get`]: get,
  [`${ns.enumeration}/Enumerate`]: enumerate,
  [`${ns.enumeration}/Pull`]: pull,
  [`${ns.enumeration}/Release`]: release,
};

const writing: Readonly<Record<string, Operation>> = {
  [`${ns.transfer}/Put`]: put,
  [`${ns.transfer}/Create`]: create,
  [`${ns.transfer}/Delete`]: remove,
};

/** Carries out one request. */
export function answerWsman(context: ClassContext, request: WsmanRequest): WsmanAnswer {
  const { device, caller } = context;
  if (request.kind === 'identify') return { envelope: identifyEnvelope(device) };
  const definition = findClass(request.resource, device.persona);
  if (!definition) return { fault: 'DestinationUnreachable' };
  // Which classes answer before provisioning is not published. [guess]
  if (provisioningState(device) === 0 && !definition.beforeProvisioning) return { fault: 'AccessDenied' };
  const read = reading[request.action];
  const write = writing[request.action];
  const { realms } = definition;
  // How a realm that is missing is answered is not published; DSP0226 has this fault for it. [guess]
  if (read) return holds(caller, realms?.read ?? []) ? read(context, definition, request) : { fault: 'AccessDenied' };
  if (!write) return invoke(context, definition, request);
  const allowed = definition.auditorWrites ? isAuditor(device, caller) : holds(caller, realms?.write ?? []);
  if (!allowed) return { fault: 'AccessDenied' };
  return write(context, definition, request);
}

/** The instance that the selectors mean. A single instance may be addressed without any. */
function select(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): Instance | undefined {
  const { selectors } = request;
  const instances = definition.read(context);
  if (selectors.size === 0) return instances.length === 1 ? instances[0] : undefined;
  for (const name of selectors.keys()) if (!definition.keys.includes(name)) return undefined;
  return instances.find(({ properties }) => {
    const values = new Map(properties);
    return [...selectors].every(([name, text]) => {
      const value = values.get(name);
      if (typeof value === 'object' && 'className' in value) return referenceText(value) === text;
      return String(value) === text;
    });
  });
}

const declaredFor = (definition: ClassDefinition, uri: string): string[] =>
  definition.hasDatetime ? [uri, ns.cimCommon] : [uri];

function get(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  const instance = select(context, definition, request);
  if (!instance) return { fault: 'InvalidSelectors' };
  return { envelope: instanceReply(context, definition, request, instance, 'GetResponse') };
}

function instanceReply(
  context: ClassContext,
  definition: ClassDefinition,
  request: WsmanRequest,
  instance: Instance,
  action: 'GetResponse' | 'PutResponse',
): string {
  const className = instance.className ?? definition.name;
  return replyEnvelope(context.device, {
    relatesTo: request.messageId,
    action: `${ns.transfer}/${action}`,
    resource: request.resource,
    declared: declaredFor(definition, resourceUri(className)),
    body: instanceXml('g', className, instance, 'h'),
  });
}

/** Why a write was not done. */
function refusal(verdict: Exclude<WriteVerdict, 'done'>): FaultAnswer {
  if (verdict === 'schema-violation') return { fault: 'SchemaValidationError' };
  if (verdict === 'already-exists') return { fault: 'AlreadyExists' };
  return { fault: 'InternalError', ptStatus: verdict };
}

function put(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  if (!definition.put || definition.schema === undefined) return { fault: 'ActionNotSupported' };
  if (context.device.persona.generation < (definition.putSince ?? 0)) return { fault: 'ActionNotSupported' };
  const instance = select(context, definition, request);
  if (!instance) return { fault: 'InvalidSelectors' };
  const given = checkInstance(request.content, definition.name, request.resource, definition.schema);
  if (!given) return { fault: 'SchemaValidationError' };
  if (!spendFlashWrite(context.device)) return refusal(flashWriteLimitExceeded);
  const verdict = definition.put(context, instance, given);
  if (verdict !== 'done') return refusal(verdict);
  const written = select(context, definition, request) ?? instance;
  return { envelope: instanceReply(context, definition, request, written, 'PutResponse') };
}

function create(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  if (!definition.create || definition.schema === undefined) return { fault: 'ActionNotSupported' };
  const given = checkInstance(request.content, definition.name, request.resource, definition.schema);
  if (!given) return { fault: 'SchemaValidationError' };
  if (!spendFlashWrite(context.device)) return refusal(flashWriteLimitExceeded);
  const created = definition.create(context, given);
  if (typeof created !== 'object') return created === 'done' ? { fault: 'InternalError' } : refusal(created);
  return {
    envelope: replyEnvelope(context.device, {
      relatesTo: request.messageId,
      action: `${ns.transfer}/CreateResponse`,
      resource: request.resource,
      declared: [ns.transfer],
      body: `<g:ResourceCreated>${referenceXml(created)}</g:ResourceCreated>`,
    }),
  };
}

function remove(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  if (!definition.remove) return { fault: 'ActionNotSupported' };
  const instance = select(context, definition, request);
  if (!instance) return { fault: 'InvalidSelectors' };
  const verdict = definition.remove(context, instance);
  if (verdict !== 'done') return refusal(verdict);
  return {
    envelope: replyEnvelope(context.device, {
      relatesTo: request.messageId,
      action: `${ns.transfer}/DeleteResponse`,
      resource: request.resource,
      declared: [],
      body: '',
    }),
  };
}

function enumerate(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  const { device, nowMs } = context;
  if (device.persona.refusesEnumerate.includes(definition.name)) return { fault: 'UnsupportedFeature' };
  const enumeration = beginEnumeration(device, request.resource, definition.read(context), nowMs);
  if (enumeration === undefined) return { fault: 'QuotaLimit' };
  return {
    envelope: replyEnvelope(device, {
      relatesTo: request.messageId,
      action: `${ns.enumeration}/EnumerateResponse`,
      // Not asked for by WS-Enumeration, but recorded, and the MeshCentral client pulls by it. [capture]
      resource: request.resource,
      declared: [ns.enumeration],
      body: `<g:EnumerateResponse><g:EnumerationContext>${enumeration}</g:EnumerationContext></g:EnumerateResponse>`,
    }),
  };
}

function pull(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  const { device, nowMs } = context;
  const enumeration = childOf(request.content, 'EnumerationContext', ns.enumeration)?.text ?? '';
  // One element when the client does not say: WS-Enumeration 3.2.
  const maxElements = Number(childOf(request.content, 'MaxElements', ns.enumeration)?.text ?? 1);
  if (!Number.isInteger(maxElements) || maxElements < 1) return { fault: 'SchemaValidationError' };
  const pulled = pullEnumeration(device, request.resource, enumeration, maxElements, nowMs);
  if (!pulled) return { fault: 'InvalidEnumerationContext' };
  const className = pulled.items[0]?.className ?? definition.name;
  let items = '';
  for (const item of pulled.items) items += instanceXml('h', item.className ?? definition.name, item, 'i');
  const [before, after] = pulled.ended
    ? ['', '<g:EndOfSequence></g:EndOfSequence>']
    : [`<g:EnumerationContext>${enumeration}</g:EnumerationContext>`, ''];
  return {
    envelope: replyEnvelope(device, {
      relatesTo: request.messageId,
      action: `${ns.enumeration}/PullResponse`,
      resource: request.resource,
      declared: [ns.enumeration, ...declaredFor(definition, resourceUri(className))],
      body: `<g:PullResponse>${before}<g:Items>${items}</g:Items>${after}</g:PullResponse>`,
    }),
  };
}

function release({ device, nowMs }: ClassContext, _definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  const enumeration = childOf(request.content, 'EnumerationContext', ns.enumeration)?.text ?? '';
  if (!releaseEnumeration(device, enumeration, nowMs)) return { fault: 'InvalidEnumerationContext' };
  return {
    envelope: replyEnvelope(device, {
      relatesTo: request.messageId,
      action: `${ns.enumeration}/ReleaseResponse`,
      resource: request.resource,
      declared: [ns.enumeration],
      body: '',
    }),
  };
}

function invoke(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  const { device, caller } = context;
  const prefix = `${request.resource}/`;
  const name = request.action.startsWith(prefix) ? request.action.slice(prefix.length) : '';
  const method = definition.methods && Object.hasOwn(definition.methods, name) ? definition.methods[name] : undefined;
  if (!method || device.persona.generation < (method.since ?? 0)) return { fault: 'ActionNotSupported' };
  const allowed = method.auditorOnly
    ? isAuditor(device, caller)
    : holds(caller, method.realms ?? definition.realms?.write ?? []);
  if (!allowed) return { fault: 'AccessDenied' };
  const given = checkInput(request.content, `${name}_INPUT`, request.resource, method.input, method.embedded);
  if (!given) return { fault: 'SchemaValidationError' };
  for (const selector of request.selectors.keys()) {
    if (!definition.keys.includes(selector)) return { fault: 'InvalidSelectors' };
  }
  const worn = method.writes === true && !spendFlashWrite(device);
  const result = worn ? flashWriteLimitExceeded : method.invoke(context, given, request.selectors);
  const output: Instance = typeof result === 'number' ? { properties: [['ReturnValue', result]] } : result;
  return {
    envelope: replyEnvelope(device, {
      relatesTo: request.messageId,
      action: `${request.action}Response`,
      resource: request.resource,
      declared: output.properties.some(isMoment) ? [request.resource, ns.cimCommon] : [request.resource],
      body: instanceXml('g', `${name}_OUTPUT`, output, 'h'),
    }),
  };
}

const isMoment = ([, value]: Instance['properties'][number]): boolean => typeof value === 'object' && 'moment' in value;
