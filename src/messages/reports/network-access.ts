import type { EapMethod } from '../../ports/amt/network-access.ts';

const words: Readonly<Partial<Record<EapMethod, string>>> = {
  tls: 'EAP-TLS',
  'ttls-mschapv2': 'EAP-TTLS/MSCHAPv2',
  'peap-mschapv2': 'PEAP/MSCHAPv2',
};

/** An EAP method as network people write it; `off` for none. */
export const methodWord = (method: EapMethod | null): string =>
  method === null ? 'off' : (words[method] ?? method.toUpperCase());
