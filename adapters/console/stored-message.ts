import { z } from 'zod';
import { parseView } from '../../src/messages/parse-view.ts';
import type { View } from '../../src/messages/view.ts';
import type { ConsoleMessage } from '../../src/ports/store/invocation-store.ts';

/** What stands in a console message's `view`: the view (null for what a person typed) and the invocation it belongs to. */
export interface StoredView {
  readonly view: View | null;
  readonly invocation: string | null;
}

const schema = z.object({ view: z.unknown(), invocation: z.string().nullable() });

/** The kept JSON, read back. What another version wrote in another shape is an empty message rather than an error. */
export function readStoredView(json: unknown): StoredView {
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { view: null, invocation: null };
  return { view: parseView(parsed.data.view), invocation: parsed.data.invocation };
}

/** Whether `person` may see this message. The one place that decides it. */
export function visibleTo(message: ConsoleMessage, person: string): boolean {
  return message.visibleTo === null || message.visibleTo === person;
}
