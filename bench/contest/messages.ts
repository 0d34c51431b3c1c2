import { z } from 'zod';
import { contestantNames, courseSchema } from './contestants.ts';

/** From the benchmark to a contestant's process. */
export const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prepare'), name: z.enum(contestantNames), course: courseSchema }),
  /** The clock starts. */
  z.object({ kind: z.literal('start') }),
  /** The clock stops: say what it took. */
  z.object({ kind: z.literal('stop') }),
]);

/** From a contestant's process to the benchmark. */
export const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), consoleUrl: z.string().nullable() }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('figures'), cpuMs: z.number(), peakMb: z.number() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

/** See `orderSchema`. */
export type Order = z.infer<typeof orderSchema>;

/** See `reportSchema`. */
export type Report = z.infer<typeof reportSchema>;
