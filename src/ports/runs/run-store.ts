import type { Attachment, Fact, Table } from '../../messages/view.ts';
import type { OperationName } from '../../operations/operation.ts';
import type { Device } from '../store/inventory-store.ts';
import type { TrailEntry } from '../trail/trail-store.ts';
import type { HeldUp, Retry, Retrying, RunPacing, TaskPlaces } from './run-pacing.ts';

/** How a task ended. `unknown`: it may have been done, and nobody could find out. `skipped`: it was never begun. */
export type OutcomeStatus = 'ok' | 'failed' | 'unknown' | 'skipped';

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
  /** Set when this is not the end: the task is put back, to be tried again. */
  readonly retry?: Retry;
}

/** A task handed to this worker. */
export interface ClaimedTask {
  readonly device: Device;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** True when an earlier attempt was begun by a worker that died: what it did is unknown. */
  readonly interrupted: boolean;
  /** How often it was tried and put back. Default 0. */
  readonly tries?: number;
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
  readonly skipped: number;
  /** Count of ended tasks by outcome code. */
  readonly byCode: Readonly<Record<string, number>>;
  /** Those of the pending ones that wait for their next try; left out when there are none. */
  readonly retrying?: Retrying;
}

/** A run's devices at one site, and how many of them ended well. */
export interface SiteCount {
  readonly site: string;
  readonly total: number;
  readonly ok: number;
}

/** A run pauses by itself when more than `percent` of the last `ofLast` outcomes, or of the canary, are bad. */
export interface FailureLimit {
  readonly percent: number;
  readonly ofLast: number;
}

/** What broke the limit: `failed` of the `of` devices of the canary, or of those that ended last. */
export interface LimitHit {
  readonly among: 'canary' | 'last';
  readonly failed: number;
  readonly of: number;
  readonly percent: number;
  /** Count of the bad ones by outcome code. */
  readonly byCode: Readonly<Record<string, number>>;
}

/** How a run is spread out; fixed when it starts. */
export interface WavePlan {
  /** Devices of each wave, in order. */
  readonly sizes: readonly number[];
  /** True when the first wave is a canary. */
  readonly hasCanary: boolean;
  /** Wave of each device, from 1, in the order of the request's devices; null when all are in the first. */
  readonly waveOf: readonly number[] | null;
  /** Most devices begun per minute at one site by runs of the same operation. Null: no rate. */
  readonly perMinute: number | null;
  readonly failureLimit: FailureLimit | null;
}

/** Who paused a run, and why when it was the run itself. */
export interface RunPause {
  readonly at: Date;
  /** Principal id, or `service`. */
  readonly by: string;
  readonly hit: LimitHit | null;
}

/** Who stopped a run. */
export interface RunStop {
  readonly at: Date;
  /** Principal id. */
  readonly by: string;
}

/**
 * `running`; `paused` until somebody resumes or stops it; `stopping`: what is under way is finished, nothing else is begun;
 * `ended`: every task has its outcome.
 */
export type RunState = 'running' | 'paused' | 'stopping' | 'ended';

/** A request being executed, or executed. */
export interface StoredRun {
  readonly id: string;
  readonly requestId: string;
  /** Rises by one with each change: compare-and-set key. */
  readonly version: number;
  readonly state: RunState;
  /** The wave released last, from 1. */
  readonly wave: number;
  /** Devices of each wave. */
  readonly sizes: readonly number[];
  readonly hasCanary: boolean;
  readonly failureLimit: FailureLimit | null;
  /** Set while it is paused. */
  readonly pause: RunPause | null;
  /** Set once somebody has stopped it. */
  readonly stop: RunStop | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Left out when nothing is paced. */
  readonly pacing?: RunPacing;
}

/** What decides how a run goes on; read in one snapshot. */
export interface RunStand
  extends Pick<StoredRun, 'version' | 'state' | 'wave' | 'sizes' | 'hasCanary' | 'failureLimit'> {
  /** Sites with pending tasks in the waves that are released. */
  readonly sites: readonly string[];
  /** True when any wave has a pending task. */
  readonly hasPending: boolean;
  /** Tasks under way, in all processes. */
  readonly running: number;
  /** Pending tasks of released waves that wait for their moment, and when the first of them is due. */
  readonly waiting: number;
  readonly nextAt: Date | null;
  /** The next deadline of a site with pending tasks; null: none has one. */
  readonly deadlineAt: Date | null;
  /** Outcomes that count for the failure limit since the last wave was released or the run resumed. */
  readonly sinceRelease: { readonly ended: number; readonly failed: number };
}

/** What may be changed of a run: paused, resumed (which forgets the failures so far), or the next wave released. */
export type RunChange =
  | { readonly kind: 'pause'; readonly pause: RunPause }
  | { readonly kind: 'resume' }
  | { readonly kind: 'release' };

/** A device that an operation holds. */
export interface HeldDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly site: string;
  readonly runId: string;
  readonly requestId: string;
  readonly operation: OperationName;
  /** Principal id. */
  readonly requester: string;
  readonly reason: string | null;
  readonly since: Date;
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
   * Without `waves` all tasks are in one, with no limit; without `places` all may begin at once. False when the request was no longer `approved` at `requestVersion`:
   * somebody else started it.
   */
  start(
    run: {
      readonly id: string;
      readonly requestId: string;
      readonly requestVersion: number;
      readonly startedAt: Date;
      readonly waves?: WavePlan;
      readonly pacing?: RunPacing;
      readonly places?: TaskPlaces;
    },
    trail: readonly TrailEntry[],
  ): Promise<boolean>;
  get(runId: string): Promise<StoredRun | null>;
  /** How the run stands; null when there is none. */
  stand(runId: string): Promise<RunStand | null>;
  /** Applies the change when the version still is `fromVersion` and the state allows it, with the trail entries; null when not. */
  change(
    runId: string,
    fromVersion: number,
    change: RunChange,
    trail: readonly TrailEntry[],
  ): Promise<StoredRun | null>;
  /**
   * Stops a running or paused run by compare-and-set and ends what is pending: `skipped` `run_stopped`, or `unknown` `interrupted`
   * where an attempt was cut off. Null when the version or the state was another.
   */
  stop(runId: string, fromVersion: number, stop: RunStop, trail: readonly TrailEntry[]): Promise<StoredRun | null>;
  /** Has waiting tasks whose moment has come claimed like any other. */
  readyDue(runId: string, at: Date): Promise<void>;
  /**
   * Ends what is pending in a run at the sites past their deadline: `skipped` `deadline_passed`, as it failed last where it was tried, or `unknown`
   * `interrupted`.
   */
  expirePending(runId: string, at: Date): Promise<void>;
  /** Ends what is pending in a run that is stopping, as `stop` does: a worker died after it. */
  cancelPending(runId: string, at: Date): Promise<void>;
  /**
   * Claims pending tasks of released waves for `workerId`, as many per site as there is room and the rate allows, and, when
   * `exclusive`, locks their devices in the same transaction; nothing unless the run is `running`. Tasks whose device another run
   * holds end at once as failed `device_busy` with the holder as evidence (`unknown` `interrupted` when an attempt was cut off). The
   * claim is the recorded attempt: it is committed, with an `attempted` trail entry naming the devices, before this resolves.
   */
  claim(
    runId: string,
    workerId: string,
    rooms: readonly SiteRoom[],
    exclusive: boolean,
    at: Date,
  ): Promise<readonly ClaimedTask[]>;
  /**
   * Writes outcomes, frees the locks, remembers what was seen of the devices, appends one `ended` trail entry; one transaction, which
   * also pauses the run when they break its failure limit. Outcomes are to be in the order in which they came. Repeats are ignored.
   * A task with `retry` does not end: it is put back and its device is free meanwhile (unless its run is stopping).
   */
  record(runId: string, outcomes: readonly Outcome[], at: Date): Promise<void>;
  /** Puts claimed tasks of a stopping worker that were never begun back to pending. */
  release(runId: string, deviceIds: readonly string[]): Promise<void>;
  progress(runId: string): Promise<RunProgress>;
  /** What keeps pending PCs of a run from beginning at this moment. */
  heldUp(runId: string, at: Date): Promise<HeldUp>;
  /** How many of a run's devices ended well at each site, by site. */
  bySite(runId: string): Promise<readonly SiteCount[]>;
  /** Milliseconds within which nine of ten devices ended well in the last runs of the operation; null when there were none. */
  usualMs(operation: OperationName): Promise<number | null>;
  /**
   * Ended tasks that failed or are unknown (or all, with `all`), in order of device name; `limit` rows at most. Their reports come with
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
  /** Ids of runs that have not ended, paused ones too. */
  unfinished(): Promise<readonly string[]>;
  /** Approved requests that have no run yet (the service died in between). */
  startable(): Promise<readonly string[]>;
  /** Latest runs, newest first. */
  latest(limit: number): Promise<readonly StoredRun[]>;
  /** Who holds the device, if anybody. */
  holder(deviceId: string): Promise<{ readonly runId: string; readonly since: Date } | null>;
  /** Devices that are held, longest first, and how many there are in all. */
  held(limit: number): Promise<{ readonly devices: readonly HeldDevice[]; readonly total: number }>;
  /**
   * Frees devices whoever holds them, with a `lock_forced` trail entry; resolves to those that were held. An attempt under way is
   * not cut off: its outcome is recorded when it comes, with the forcing as evidence. One that was cut off ends as `unknown`
   * `lock_forced`.
   */
  unlock(
    deviceIds: readonly string[],
    force: { readonly by: string; readonly at: Date; readonly reason: string },
  ): Promise<readonly HeldDevice[]>;
}
