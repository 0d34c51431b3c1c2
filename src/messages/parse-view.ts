import { z } from 'zod';
import { isPageAddress, type PageAddress } from './page-address.ts';
import type { View } from './view.ts';

const page = z.custom<PageAddress>((value) => typeof value === 'string' && isPageAddress(value));
const span = z.union([
  z.string(),
  z.object({ code: z.string() }),
  z.object({ strong: z.string() }),
  z.object({ words: z.string(), page }),
]);
const text = z.union([z.string(), z.array(span)]);
const count = z.number().int().nonnegative();

const schema: z.ZodType<View> = z.object({
  tone: z.enum(['neutral', 'working', 'good', 'warning', 'bad']),
  title: z.string(),
  calls: z.array(z.object({ name: z.string(), user: z.string().nullable() })).exactOptional(),
  text: text.exactOptional(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })).exactOptional(),
  progress: z
    .object({ total: count, done: count, failed: count, waitingFor: z.string().exactOptional() })
    .exactOptional(),
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(text)) }).exactOptional(),
  picture: z
    .object({
      name: z.string(),
      mediaType: z.literal('image/png'),
      base64: z.base64(),
      width: count,
      height: count,
      alt: z.string(),
    })
    .exactOptional(),
  actions: z
    .array(
      z.object({
        id: z.string(),
        label: z.string(),
        style: z.enum(['default', 'primary', 'danger']),
        confirm: z.object({ title: z.string(), text: z.string(), yes: z.string(), no: z.string() }).exactOptional(),
      }),
    )
    .exactOptional(),
  context: z.string().exactOptional(),
  attachment: z
    .object({
      name: z.string(),
      mediaType: z.enum(['text/csv', 'text/plain', 'application/jsonl']),
      content: z.string(),
    })
    .exactOptional(),
  outcome: z.enum(['done', 'some_failed', 'refused', 'waiting', 'working']).exactOptional(),
});

/** A view that was kept or sent as JSON, or null when it is none (written by another version, say). Unknown keys are dropped. */
export function parseView(json: unknown): View | null {
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : null;
}
