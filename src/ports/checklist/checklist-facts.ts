/** How many PCs something is true of, and the first few of them by name. */
export interface Tally {
  readonly count: number;
  readonly names: readonly string[];
}

/** What can be true of a PC, as it was kept. "Lately": since the moment that is asked about. */
export const tallyNames = [
  /** Its AMT status was found out lately. */
  'statusKnown',
  /** Nobody found it out, or not lately. */
  'statusOld',
  'provisioned',
  'externallyProvisioned',
  /** Not provisioned, and never was. */
  'neverProvisioned',
  /** Not provisioned, and was before. */
  'reset',
  /** Answers, and lets none of the known accounts in. */
  'detected',
  /** Answered, and no account was tried. */
  'untried',
  'notSupported',
  /** What it told of itself lately is kept: certificate, audit log. */
  'told',
  /** It was asked lately, with its own account, and answered. */
  'asked',
  /** The last question to it failed. */
  'askFailed',
  /** Its settings were compared with the profile lately. */
  'compared',
  /** They differed; groups of the audit log and 802.1X left aside. */
  'drifting',
  /** Groups of its audit log differed. */
  'auditDrifting',
  /** Its 802.1X profile differed. */
  'networkDrifting',
  /** Its 802.1X client certificate ends within six weeks, or has ended. */
  'networkCertificateEnding',
  'networkCertificateEnded',
  /** This service provisioned it. */
  'provisionedByUs',
  /** Its provisioning stopped at a step, and is not gone on with. */
  'provisioningStopped',
  /** Somebody is provisioning it. */
  'provisioningUnderWay',
  /** Its TLS certificate ends within six weeks. */
  'certificateEnding',
  'certificateEnded',
  /** Its certificate was read lately. */
  'certificateKnown',
  /** Its audit log is 85 % full or more. */
  'auditLogFull',
  'auditLogKnown',
  /** Its audit log was read into our store within a day. */
  'auditLogPulled',
  /** Its firmware has an audit log: AMT 4.0 or later, or not known. */
  'mayAudit',
  /** Came on at a power-on lately, or did not. */
  'woke',
  'stayedOff',
] as const;

/** One of `tallyNames`. */
export type TallyName = (typeof tallyNames)[number];

/** What is known of the PCs of a site. */
export interface SiteFleet {
  readonly devices: number;
  /** Firmware versions as they were seen, with the count of PCs; null: never seen. */
  readonly versions: readonly { readonly version: string | null; readonly devices: number }[];
  readonly tallies: Readonly<Record<TallyName, Tally>>;
  /** Dates of the oldest facts that were used: AMT status, status read, comparison. Null: there are none. */
  readonly oldest: { readonly status: Date | null; readonly asked: Date | null; readonly compared: Date | null };
}

/** How the service itself stands, as its database shows. */
export interface ServiceFacts {
  /** Workers that were heard of in the last minute. */
  readonly workers: number;
  /** Jobs that are due and wait, and for how long the oldest of them has. */
  readonly waiting: number;
  readonly longestWaitMs: number;
}

/** What a checklist counts, each in a few statements whatever the size of the fleet. */
export interface ChecklistFacts {
  /** `since`: what is older is not "lately". */
  fleet(site: string, since: Date, now: Date): Promise<SiteFleet>;
  service(now: Date): Promise<ServiceFacts>;
}
