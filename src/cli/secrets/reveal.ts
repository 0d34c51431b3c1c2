import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import type { InventoryStore } from '../../ports/store/inventory-store.ts';

/** What `oob secret reveal` works with. */
export interface RevealCommand {
  readonly inventory: Pick<InventoryStore, 'select'>;
  readonly deviceSecrets: Pick<DeviceSecretStore, 'inForce' | 'proposed'>;
  /** Why; it is kept in the trail. */
  readonly reason: string;
  /** Writes into the trail that it is shown, before it is. */
  readonly note: (data: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** What stands beside each password; that of the directory is nothing that a person logs in with. */
const kinds = [
  ['administrator', 'AMT administrator'],
  ['mebx', 'MEBx, typed at the PC'],
] as const;

/**
 * `oob secret reveal HOST`: the passwords that a PC was given, for the day on which this service is not there to use them. Resolves to
 * the exit code: 1 when there is no such PC, or none of its own. Rejects when the store does; nothing is shown then.
 */
export async function runSecretReveal(host: string, command: RevealCommand): Promise<number> {
  const { inventory, deviceSecrets, reason, note, out, err } = command;
  const [device] = await inventory.select({ kind: 'name', value: host });
  if (!device) {
    err(`The inventory has no PC named ${host}.`);
    return 1;
  }
  const lines: string[] = [];
  for (const [kind, label] of kinds) {
    const now = await deviceSecrets.inForce(device.id, kind);
    const next = await deviceSecrets.proposed(device.id, kind);
    for (const [secret, since] of [
      [now, 'set'],
      [next, 'being set since'],
    ] as const) {
      if (!secret) continue;
      const user = secret.user === '' ? '' : `${secret.user}  `;
      lines.push(`${label}  ${user}${secret.password}  (${since} ${secret.setAt.toISOString()})`);
    }
  }
  if (lines.length === 0) {
    err(`${device.name} has no password of its own: it is reached with a credential of the configuration.`);
    return 1;
  }
  await note({ device: device.name, deviceId: device.id, reason });
  for (const line of lines) out(line);
  return 0;
}
