#!/usr/bin/env node
/** The simulated fleet as a process of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { startControl } from './control.ts';
import { createFleet, defaultPassword } from './fleet.ts';
import { inventoryCsv } from './inventory.ts';
import { readOptions, usage } from './options.ts';
import { createFleetKeys, keysFromText, keysToText } from './tls/fleet-keys.ts';

const startedAtMs = performance.now();

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(usage);
  } else {
    const { keysFile, caFile, inventoryFile, inventoryTransport, controlPort, ...fleetOptions } = options;
    const kept = keysFile !== undefined && existsSync(keysFile) ? readFileSync(keysFile, 'utf8') : undefined;
    const keys = kept === undefined ? await createFleetKeys() : keysFromText(kept);
    if (keysFile !== undefined && kept === undefined) writeFileSync(keysFile, keysToText(keys), { mode: 0o600 });
    const fleet = await createFleet({
      ...fleetOptions,
      keys,
      password: process.env.OOB_LAB_PASSWORD ?? defaultPassword,
    });
    if (caFile !== undefined) writeFileSync(caFile, keys.authorityPem);
    if (inventoryFile !== undefined) writeFileSync(inventoryFile, inventoryCsv(fleet, inventoryTransport));
    await fleet.start();
    const control = controlPort === undefined ? undefined : await startControl(fleet, controlPort);
    const stop = async () => {
      await control?.close();
      await fleet.stop();
    };
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
    // Whoever started it with a channel is gone: nobody else would end it.
    process.once('disconnect', () => void stop());
    // The listener would keep a stopped lab alive.
    process.channel?.unref();
    const { devices, ports } = fleet;
    const range = `${devices[0]?.address ?? ''} to ${devices.at(-1)?.address ?? ''}`;
    const listening = [ports.plain && `${ports.plain} (HTTP)`, ports.tls && `${ports.tls} (TLS)`].filter(Boolean);
    process.stdout.write(
      `lab ready: ${devices.length} AMT devices on ${range}, ports ${listening.join(' and ')}` +
        `${control ? `, control http://127.0.0.1:${control.port}` : ''}, after ${Math.round(performance.now() - startedAtMs)} ms\n`,
    );
  }
} catch (error) {
  process.stderr.write(`lab: ${explain(error)}\n`);
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EMFILE') return `${error.message}. Raise the limit (ulimit -n), or use --transports tls.`;
  if (code === 'EADDRINUSE') return `${error.message}. Another lab runs there: stop it, or use --first-address.`;
  return error.message;
}
