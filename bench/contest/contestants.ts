import { z } from 'zod';

/** Who is compared: our service, our adapter and operation alone, a bare undici loop, MeshCentral's AMT stack. */
export const contestantNames = ['service', 'adapter', 'bare', 'meshcentral'] as const;

/** One of `contestantNames`. */
export type ContestantName = (typeof contestantNames)[number];

/** What stands in the table. */
export const contestantTitles: Readonly<Record<ContestantName, string>> = {
  service: 'oob, the whole service',
  adapter: 'oob, adapter and operation alone',
  bare: 'bare undici loop',
  meshcentral: "MeshCentral's AMT stack",
};

/** What a contestant is told. */
export const courseSchema = z.object({
  /** The fleet as JSON, see fleet-file.ts. */
  fleetFile: z.string(),
  /** PEM of the fleet's certificate authority. */
  caFile: z.string(),
  /** Digest password of user admin. */
  password: z.string(),
  concurrency: z.number(),
  tls: z.boolean(),
  /** A directory for this run alone. */
  directory: z.string(),
});

/** See `courseSchema`. */
export type Course = z.infer<typeof courseSchema>;

/** A contestant at the start line. */
export interface Ready {
  /** Address of the console through which the command is given; null: `run` does it all. */
  readonly consoleUrl: string | null;
  /** Turns every device on and looks whether it is on. */
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Prepares everything that is not measured: the service started, the inventory read. */
export type Prepare = (course: Course) => Promise<Ready>;
