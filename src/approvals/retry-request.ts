import type { Principal } from '../identity/people.ts';
import type { Conversation } from '../ports/chat.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';
import { findRun } from '../runs/find-run.ts';
import { refusal } from './request-deps.ts';
import type { Refusal, Wish } from './wish.ts';

/** A request asked for again: its new request, or why not. */
export type Retried = { readonly ok: true; readonly requestId: string } | Refusal;

/** Who asks for it again, and where. */
export interface RetryAsker {
  readonly principal: Principal;
  readonly conversation: Conversation;
  /** Their own reason; null: that of the request. */
  readonly reason: string | null;
}

/** The reason for breaking glass counts once: who asks again waits as usual, or breaks it with a reason of their own. */
const reasonOf = ({ glass, reason }: StoredRequest) => (glass ? null : reason);

/** Makes what asks again for what did not go well, by button and by command. */
export function createRetrying(
  store: Pick<Store, 'requests' | 'runs'>,
  ask: (wish: Wish) => Promise<Retried>,
): (id: string, asker: RetryAsker) => Promise<Retried> {
  const askAs = (
    request: StoredRequest,
    wish: Pick<Wish, 'commandText' | 'targetWords'>,
    { principal, conversation, reason }: RetryAsker,
  ) => {
    const { operation, parameters, id: retryOf } = request;
    return ask({
      ...{ principal, conversation, operation, parameters, retryOf },
      ...wish,
      reason: reason ?? reasonOf(request),
    });
  };

  return async (id, asker) => {
    const found = await findRun(store, id);
    if (!found) return refusal('no_such_request');
    const { request, run } = found;
    // What was not started because its plan had changed is asked for as it was typed: planned, decided and approved afresh.
    if (request.state === 'changed') {
      const commandText = request.glass ? `again as ${request.id}` : request.commandText;
      return askAs(request, { commandText, targetWords: request.targetWords }, asker);
    }
    if (run?.state !== 'ended') return refusal('nothing_failed');
    const { failed, unknown } = await store.runs.progress(run.id);
    if (failed + unknown === 0) return refusal('nothing_failed');
    // A new request for exactly the PCs that did not go well, planned, decided and approved afresh.
    return askAs(request, { commandText: `retry of ${request.id}`, targetWords: [`failed:${request.id}`] }, asker);
  };
}
