import { approvalsSection } from '../../messages/digest/attention.ts';
import type { DigestSection } from '../digest-section.ts';

const mostRequests = 500;

/** What waits for another person. Of all sites: who may decide is not a matter of where. */
export const approvals: DigestSection = {
  name: 'approvals',
  heading: 'Approvals',
  async tell(store, { nameOf, timeZone }) {
    return approvalsSection({ waiting: await store.requests.waiting(mostRequests), nameOf, timeZone });
  },
};
