/** Namespaces of a WS-Management message (DMTF DSP0226 and the specifications it builds on). */
export const namespaces = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  enumeration: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration',
  identity: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  common: 'http://schemas.dmtf.org/wbem/wscim/1/common',
} as const;

/** The address that means "answer on this connection" (WS-Addressing 2004/08). */
export const anonymousRole = `${namespaces.addressing}/role/anonymous`;

/** A class that AMT offers; the prefix decides its namespace. */
export type ClassName = `AMT_${string}` | `CIM_${string}` | `IPS_${string}`;

const schemas: Readonly<Record<string, string>> = {
  AMT: 'http://intel.com/wbem/wscim/1/amt-schema/1/',
  IPS: 'http://intel.com/wbem/wscim/1/ips-schema/1/',
  CIM: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/',
};

/** True for a name with a prefix that we know the namespace of. */
export function isClassName(name: string): name is ClassName {
  return /^(?:AMT|CIM|IPS)_\w+$/.test(name);
}

/** Resource URI of a class, which is also the namespace of its elements (Intel AMT Implementation and Reference Guide). */
export function resourceUri(className: ClassName): string {
  return `${schemas[className.slice(0, 3)] ?? ''}${className}`;
}
