import { renewalDays } from '../../../src/ports/pki/renewal.ts';

/** When what provisioned devices have is to be renewed, in days. */
export interface DueDays {
  /** Certificates: so long before they end. */
  readonly certificatesBefore: number;
  /** Passwords: so long after they were set. */
  readonly passwordsAfter: number;
}

/** As Configuration Manager's maintenance tasks have it. */
export const usualDue: DueDays = { certificatesBefore: renewalDays, passwordsAfter: 28 };

const provisioned =
  "exists (select from oob.provisioning where provisioning.device_id = device.id and state = 'provisioned')";

/**
 * Devices with a certificate of ours that ends soon. One that was issued and never came to be used does not count as its successor: the
 * attempt that it belongs to failed, and is to be made again.
 */
export const certificatesDue = (days: number) => ({
  where: `${provisioned} and exists (
    select from oob.certificate as ending
    where ending.device_id = device.id and ending.kind in ('device_tls', 'network_client') and ending.state in (3, 5)
      and ending.not_after < now() + $1 * interval '1 day' and not exists (
        select from oob.certificate as later
        where later.device_id = ending.device_id and later.kind = ending.kind and later.state = 5
          and later.not_after > ending.not_after))`,
  values: [days],
});

/** Devices whose administrator password is old. */
export const passwordsDue = (days: number) => ({
  where: `${provisioned} and exists (
    select from oob.device_secret
    where device_secret.device_id = device.id and kind = 'administrator' and standing = 'in_force'
      and set_at < now() - $1 * interval '1 day')`,
  values: [days],
});
