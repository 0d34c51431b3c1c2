import type { PortAnswer } from '../ports/network/network-probes.ts';
import type { SiteProbes } from '../ports/network/site-probes.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import { amtPorts, isOpen, type PortEvidence } from './verdicts/ports.ts';

/**
 * Knocks at the AMT ports of PCs of the inventory. A pair at a time, for AMT has few connections; PCs side by side. Where AMT itself does
 * not answer its other ports are left alone.
 */
export function measurePorts(
  probes: Pick<SiteProbes, 'knock'>,
  sample: readonly Device[],
  probeMs: number,
  signal: AbortSignal,
): Promise<readonly PortEvidence[]> {
  const knockPair = (host: string, pair: readonly number[]) =>
    Promise.all(pair.map(async (port) => [port, await probes.knock(host, port, probeMs, signal)] as const));
  return Promise.all(
    sample.map(async ({ name, host }) => {
      const ports = new Map<number, PortAnswer>(await knockPair(host, amtPorts.management));
      if ([...ports.values()].some(({ kind }) => isOpen(kind)))
        for (const pair of [amtPorts.redirection, amtPorts.rmcp])
          for (const [port, answer] of await knockPair(host, pair)) ports.set(port, answer);
      return { device: name, ports };
    }),
  );
}
