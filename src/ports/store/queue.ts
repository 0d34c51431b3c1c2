/** Work that must survive this process, by kind. */
export interface JobPayloads {
  /** Execute a run's tasks until none is left. */
  run: { readonly runId: string };
  /** Scan a range from where it stands. */
  scan: { readonly scanId: string };
  /** Verify a checklist: all steps of a site, or one. */
  checklist: {
    readonly site: string;
    readonly step: string | null;
    /** The due time that it is for; null: somebody asked. */
    readonly dueAt: string | null;
    /** The card that says how it goes, and the person who asked; null: nobody asked. */
    readonly cardId: string | null;
    readonly askedBy: string | null;
  };
  /** Look whether a waiting request has expired. */
  'request-expiry': { readonly requestId: string };
}

/** One of the kinds of job. */
export type JobName = keyof JobPayloads;

/** A durable queue. Handlers are safe to run twice. */
export interface Queue {
  /** Stores the job. `notBefore` delays it; with `key`, one unfinished job of that key at a time. */
  send<N extends JobName>(
    name: N,
    payload: JobPayloads[N],
    options?: { readonly notBefore?: Date; readonly key?: string },
  ): Promise<void>;
  /** Hands jobs to `handler`; a rejected one is retried with backoff, one whose worker died is handed out again. */
  work<N extends JobName>(
    name: N,
    concurrency: number,
    handler: (payload: JobPayloads[N], signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
}
