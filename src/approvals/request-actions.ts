import type { NewId } from '../ports/clock.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';

/** An opaque button id for everything that can be done with a request. */
export function createRequestActions(newId: NewId): StoredRequest['actions'] {
  const action = () => newId('act');
  return {
    approve: action(),
    deny: action(),
    withdraw: action(),
    confirm: action(),
    retry: action(),
    pause: action(),
    resume: action(),
    stop: action(),
  };
}
