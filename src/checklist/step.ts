import type { DirectoryCheckName } from '../messages/checks/directory-checks.ts';
import type { ProvisioningCheckName } from '../messages/checks/pki-checks.ts';
import type { ServiceFacts, SiteFleet } from '../ports/checklist/checklist-facts.ts';
import type { Evidence, FindingStatus } from '../ports/checklist/checklist-store.ts';
import type { PasswordAges } from '../ports/passwords.ts';
import type { PrerequisiteFinding } from '../prerequisites/measure-site.ts';
import type { SiteSetup } from './site-setup.ts';

/** The steps of the checklist, in its order: the first is number 1. */
export const stepIds = [
  'oob.prereq',
  'oob.pki',
  'oob.ad',
  'oob.method',
  'oob.sp',
  'oob.sp.power',
  'oob.provcfg',
  'oob.settings',
  'oob.auditcfg',
  'oob.dot1x',
  'oob.pdaccount.decide',
  'oob.pdaccount.add',
  'oob.discover',
  'oob.provision',
  'oob.wakesite',
  'oob.verify',
  'oob.auditlog',
  'oob.maint',
] as const;

/** One of `stepIds`. */
export type StepId = (typeof stepIds)[number];

/** What a step found of one thing. What is left out: measured now, by this machine; counts until the step is due again. */
export interface Measured extends Pick<Evidence, 'check' | 'status' | 'values'> {
  /** What to do. Default: nothing. */
  readonly mend?: string;
  /** Command that mends it, without `/oob`. Default: a person has to. */
  readonly command?: string;
  /** No machine can measure it. */
  readonly isAttestable?: true;
  readonly at?: Date | null;
  readonly until?: Date;
  /** What kept it, when it was not measured now. */
  readonly where?: string;
}

/** A look at the directory or at a certificate. `of`: the domain, or the certificate's name in the configuration. */
export interface Look<Name extends string> {
  readonly of: string;
  readonly name: Name;
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly evidence: readonly string[];
  readonly mend: string | null;
}

/** A look at our own authority. */
export interface AuthorityLook {
  readonly subject: string;
  readonly notAfter: Date;
  /** When the revocation list that is published ends; null: there is none. */
  readonly listUntil: Date | null;
}

/** Why something could not be opened, and what to do; whole sentences. */
export interface Problem {
  readonly problem: string;
  readonly mend: string;
}

/** What a step is verified with. What costs time is measured once for all steps, when the first of them asks. */
export interface StepContext {
  readonly site: string;
  readonly now: Date;
  readonly setup: SiteSetup;
  readonly fleet: () => Promise<SiteFleet>;
  readonly service: () => Promise<ServiceFacts>;
  /** The network of the site, seen from this machine. */
  readonly network: () => Promise<readonly PrerequisiteFinding[]>;
  /** The domains of the configuration; a trial object is made and deleted in each. */
  readonly directory: () => Promise<readonly Look<DirectoryCheckName>[]>;
  /** Each provisioning certificate of the configuration by every rule; one that cannot be opened fails as `private key`. */
  readonly provisioning: () => Promise<readonly Look<ProvisioningCheckName>[]>;
  /** Null: there is none. */
  readonly authority: () => Promise<AuthorityLook | Problem | null>;
  /** Passwords of the credentials of the configuration that are older than it says. */
  readonly passwords: () => Promise<PasswordAges>;
  /** Names of the site's PCs, of those that this service provisioned, whose certificates or passwords are due. */
  readonly due: (what: 'certificates' | 'passwords') => Promise<readonly string[]>;
  /** What is wrong with the passwords of these credentials, by name; null: nothing. */
  readonly passwordProblem: (credential: string) => Promise<string | null>;
  /**
   * How many PCs were given an object in Active Directory, and the names of those whose object is not there. Null: none was given
   * one, or a domain can't be asked.
   */
  readonly deviceObjects: () => Promise<{ readonly known: number; readonly missing: readonly string[] } | null>;
  /** Opens a connection to the AMT port of a PC. */
  readonly reach: (device: string) => Promise<'answers' | 'refuses' | 'silent' | 'not_in_inventory'>;
  /** The newest file of the database's backup; null: there is none. */
  readonly newestBackup: (path: string) => Promise<{ readonly file: string; readonly at: Date } | null>;
}

/** One step of the checklist. */
export interface ChecklistStep {
  readonly id: StepId;
  /** What is done in it. */
  readonly title: string;
  /** One or two words, for sentences about it. */
  readonly shortTitle: string;
  readonly optionality: 'required' | 'recommended' | 'conditional';
  /** When it is needed, for `conditional`; else what it is about. */
  readonly appliesTo: string;
  readonly dependsOn: readonly StepId[];
  /** Whose work it is. */
  readonly actors: string;
  /** After so many hours it is to be verified again. */
  readonly recheckHours: number;
  /** Looks; changes nothing that stays. Never rejects but for faults of ours. */
  verify(context: StepContext): Promise<readonly Measured[]>;
}

const as =
  (status: FindingStatus) =>
  (check: string, ...values: string[]): Measured => ({ check, status, values });

/** Findings in short form. */
export const found = {
  pass: as('pass'),
  notApplicable: as('not_applicable'),
  warn: (check: string, mend: string, ...values: string[]): Measured => ({ ...as('warn')(check, ...values), mend }),
  fail: (check: string, mend: string, ...values: string[]): Measured => ({ ...as('fail')(check, ...values), mend }),
  unknown: (check: string, mend: string, ...values: string[]): Measured => ({
    ...as('unknown')(check, ...values),
    mend,
  }),
} as const;
