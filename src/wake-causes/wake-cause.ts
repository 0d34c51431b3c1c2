import type { wakeReasons } from '../messages/reasons/wake-reasons.ts';

/** Why a PC did not wake: the closed list. The first line are the causes that a look finds, the others are named by AMT or by us. */
export type WakeCause =
  | keyof typeof wakeReasons
  | 'wrong_credentials'
  | 'plain_port_closed'
  | 'tls_too_old'
  | 'certificate_changed'
  | 'certificate_untrusted'
  | 'certificate_expired'
  | 'tls_failed'
  | 'connection_refused'
  | 'not_provisioned'
  | 'not_permitted'
  | 'audit_log_blocks'
  | 'rejected_by_firmware'
  | 'mac_missing'
  | 'packets_not_sent'
  | 'packets_unanswered'
  | 'deadline_passed';
