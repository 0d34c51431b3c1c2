import type { ClassContext, ClassDefinition, Instance } from '../classes/class-definition.ts';
import { findClass } from '../classes/registry.ts';
import { checkArguments } from './arguments.ts';
import { beginEnumeration, pullEnumeration, releaseEnumeration } from './enumerations.ts';
import { identifyEnvelope, instanceXml, replyEnvelope } from './envelope.ts';
import { ns, resourceUri } from './namespaces.ts';
import type { WsmanRequest } from './request.ts';
import type { SoapFault } from './soap-fault.ts';
import { childOf } from './xml.ts';

/** An envelope to send with 200, or the fault to send. */
export type WsmanAnswer = { readonly envelope: string } | { readonly fault: SoapFault };

/** Name by which an operation is counted, e.g. `CIM_ComputerSystem.Get`. */
export function operationName(request: WsmanRequest): string {
  if (request.kind === 'identify') return 'Identify';
  const className = request.resource.slice(request.resource.lastIndexOf('/') + 1);
  return `${className}.${request.action.slice(request.action.lastIndexOf('/') + 1)}`;
}

/** Carries out one request. */
export function answerWsman(context: ClassContext, request: WsmanRequest): WsmanAnswer {
  const { device } = context;
  if (request.kind === 'identify') return { envelope: identifyEnvelope(device) };
  const definition = findClass(request.resource, device.persona);
  if (!definition) return { fault: 'DestinationUnreachable' };
  // Which classes answer before provisioning is not published. [guess]
  if (device.faults.has('not-provisioned') && !definition.beforeProvisioning) return { fault: 'AccessDenied' };
  switch (request.action) {
    case `${ns.transfer}/Get`:
      return get(context, definition, request);
    case `${ns.transfer}/Put`:
      return put(context, definition, request);
    case `${ns.enumeration}/Enumerate`:
      return enumerate(context, definition, request);
    case `${ns.enumeration}/Pull`:
      return pull(context, definition, request);
    case `${ns.enumeration}/Release`:
      return release(context, request);
    default:
      return invoke(context, definition, request);
  }
}

/** The instance that the selectors mean. A single instance may be addressed without any. */
function select(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): Instance | undefined {
  const { selectors } = request;
  const instances = definition.read(context);
  if (selectors.size === 0) return instances.length === 1 ? instances[0] : undefined;
  for (const name of selectors.keys()) if (!definition.keys.includes(name)) return undefined;
  return instances.find((instance) =>
    instance.properties.every(
      ([name, value]) => typeof value === 'object' || !selectors.has(name) || selectors.get(name) === String(value),
    ),
  );
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
    body: instanceXml('g', className, instance),
  });
}

function put(context: ClassContext, definition: ClassDefinition, request: WsmanRequest): WsmanAnswer {
  if (!definition.put) return { fault: 'ActionNotSupported' };
  const instance = select(context, definition, request);
  if (!instance) return { fault: 'InvalidSelectors' };
  const { content } = request;
  if (content?.name !== definition.name || content.namespace !== request.resource) {
    return { fault: 'SchemaValidationError' };
  }
  if (content.children.some((child) => child.namespace !== request.resource)) return { fault: 'SchemaValidationError' };
  const given = Map.groupBy(content.children, (child) => child.name);
  if (definition.put(context, instance, given) === 'schema-violation') return { fault: 'SchemaValidationError' };
  const written = select(context, definition, request) ?? instance;
  return { envelope: instanceReply(context, definition, request, written, 'PutResponse') };
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
  for (const item of pulled.items) items += instanceXml('h', item.className ?? definition.name, item);
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

function release({ device, nowMs }: ClassContext, request: WsmanRequest): WsmanAnswer {
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
  const prefix = `${request.resource}/`;
  const name = request.action.startsWith(prefix) ? request.action.slice(prefix.length) : '';
  const method = definition.methods && Object.hasOwn(definition.methods, name) ? definition.methods[name] : undefined;
  if (!method) return { fault: 'ActionNotSupported' };
  const given = checkArguments(request.content, `${name}_INPUT`, request.resource, method.arguments);
  if (!given) return { fault: 'SchemaValidationError' };
  for (const selector of request.selectors.keys()) {
    if (!definition.keys.includes(selector)) return { fault: 'InvalidSelectors' };
  }
  const result = method.invoke(context, given, request.selectors);
  const output: Instance = typeof result === 'number' ? { properties: [['ReturnValue', result]] } : result;
  return {
    envelope: replyEnvelope(context.device, {
      relatesTo: request.messageId,
      action: `${request.action}Response`,
      resource: request.resource,
      declared: [request.resource],
      body: instanceXml('g', `${name}_OUTPUT`, output),
    }),
  };
}
