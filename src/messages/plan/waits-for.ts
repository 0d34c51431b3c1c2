import type { StoredRequest } from '../../ports/store/request-store.ts';
import { plural } from '../format.ts';

/** How many approvals a waiting request still needs. Pure. */
export function approvalsLeft({ approvalsNeeded, votes }: Pick<StoredRequest, 'approvalsNeeded' | 'votes'>): number {
  return approvalsNeeded - votes.filter(({ verdict }) => verdict === 'approve').length;
}

/** Whose yes a waiting request still needs, in a few words for a list. Pure. */
export function waitsFor(request: Pick<StoredRequest, 'approvalsNeeded' | 'votes'>): string {
  if (request.approvalsNeeded === 0) return 'confirmation by who asked';
  return plural(approvalsLeft(request), 'approval');
}
