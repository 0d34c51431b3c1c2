import type { StoredRequest } from '../../ports/store/request-store.ts';
import { plural } from '../format.ts';

/** Whose yes a waiting request still needs, in a few words for a list. Pure. */
export function waitsFor({ approvalsNeeded, votes }: Pick<StoredRequest, 'approvalsNeeded' | 'votes'>): string {
  if (approvalsNeeded === 0) return 'confirmation by who asked';
  return plural(approvalsNeeded - votes.filter(({ verdict }) => verdict === 'approve').length, 'approval');
}
