import type { Attachment, Fact, Table } from '../messages/view.ts';
import type { Device } from './inventory-store.ts';
import type { TrailEntry } from './trail-store.ts';

/** How a task ended. `unknown`: it may have been done, and nobody could find out. */
export type OutcomeStatus = 'ok' | 'failed' | 'unknown';

/** What an operation found out, fit for people: shown whole for one PC, as rows and files for many. At most about 200 KB. */
export interface OutcomeReport {
  /** One line: `3 settings differ`, `1,204 records`. */
  readonly summary: string;
  /** What somebody should act on, one sentence each; said first. */
  readonly alerts?: readonly string[];
  readonly facts?: readonly Fact[];
  readonly table?: Table;
  readonly attachment?: Attachment;
}

/** The one end of a task. */
export interface Outcome {
  readonly deviceId: string;
  readonly status: OutcomeStatus;
  /** Reason code: why it failed, or how it went well (`done`, `already_so`). */
  readonly code: string;
  /** Facts that were seen, one line each, no secrets. */
  readonly evidence: readonly string[];
  /** Facts worth a row of their own (power, AMT version ...), shown by `status`. */
  readonly facts: Readonly<Record<string, string>>;
  /** What was found out, for operations that look for something. */
  readonly report: OutcomeReport | null;
  /** CIM power state seen last, null when none was. */
  readonly powerState: number | null;
  readonly amtVersion: string | null;
  readonly tookMs: number;
}

/** A task handed to this worker. */
export interface ClaimedTask {
  readonly device: Device;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** True when an earlier attempt was begun by a worker that died: what it did is unknown. */
  readonly interrupted: boolean;
}

/** How many more tasks a site may take now. */
export interface SiteRoom {
  readonly site: string;
  readonly room: number;
}

/** Counts of a run's tasks. */
export interface RunProgress {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  /** Count of ended tasks by outcome code. */
  readonly byCode: Readonly<Record<string, number>>;
}

/** A request being executed, or executed. */
export interface StoredRun {
  readonly id: string;
  readonly requestId: string;
  readonly state: 'running' | 'ended';
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** A task's end with its device's name and site, for lists and CSV. */
export interface NamedOutcome extends Outcome {
  readonly name: string;
  readonly site: string;
  readonly endedAt: Date;
}

/** Runs, tasks, and the locks on devices. */
export interface RunStore {
  /**
   * Makes the run of an approved request (one task per frozen device, in order), sets the request to `running`, writes the trail.
   * False when the request was no longer `approved` at `requestVersion`: somebody else started it.
   */
  start(
    run: { readonly id: string; readonly requestId: string; readonly requestVersion: number; readonly startedAt: Date },
    trail: readonly TrailEntry[],
  ): Promise<boolean>;
  get(runId: string): Promise<StoredRun | null>;
  /**
   * Claims pending tasks for `workerId`, as many per site as there is room, and, when `exclusive`, locks their devices in the same
   * statement. Tasks whose device another run holds end at once as failed `device_busy` with the holder as evidence. The claim is the
   * recorded attempt: it is committed, with an `attempted` trail entry naming the devices, before this resolves.
   */
  claim(
    runId: string,
    workerId: string,
    rooms: readonly SiteRoom[],
    exclusive: boolean,
    at: Date,
  ): Promise<readonly ClaimedTask[]>;
  /** Sites that still have pending tasks. */
  pendingSites(runId: string): Promise<readonly string[]>;
  /** Writes outcomes, frees the locks, remembers what was seen of the devices, appends one `ended` trail entry; one transaction. Repeats are ignored. */
  record(runId: string, outcomes: readonly Outcome[], at: Date): Promise<void>;
  /** Puts claimed tasks of a stopping worker that were never begun back to pending. */
  release(runId: string, deviceIds: readonly string[]): Promise<void>;
  progress(runId: string): Promise<RunProgress>;
  /**
   * Ended tasks that are not ok (or all, with `all`), in order of device name; `limit` rows at most. Their reports come with
   * attachments until those hold `attachmentChars` characters together (default 0: none), then without.
   */
  outcomes(
    runId: string,
    options: { readonly all: boolean; readonly limit: number; readonly attachmentChars?: number },
  ): Promise<readonly NamedOutcome[]>;
  /** Ends the run and its request (`done`) when every task has ended; false when not, or when somebody else did. */
  finish(runId: string, at: Date, trail: readonly TrailEntry[]): Promise<boolean>;
  /** Says that the worker lives. */
  heartbeat(workerId: string, at: Date): Promise<void>;
  /** Forgets a worker that stops in good order. */
  retire(workerId: string): Promise<void>;
  /** Returns tasks of workers not heard of since `deadBefore` to pending, marked interrupted, and names the runs they belong to. */
  reclaim(deadBefore: Date): Promise<readonly string[]>;
  /** Ids of runs that have not ended. */
  unfinished(): Promise<readonly string[]>;
  /** Approved requests that have no run yet (the service died in between). */
  startable(): Promise<readonly string[]>;
  /** Latest runs, newest first. */
  latest(limit: number): Promise<readonly StoredRun[]>;
  /** Who holds the device, if anybody. */
  holder(deviceId: string): Promise<{ readonly runId: string; readonly since: Date } | null>;
}
