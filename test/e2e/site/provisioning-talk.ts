import { isEnd, outcomeOf, type Shown } from './person.ts';
import type { Site } from './site.ts';

/** What people say to have PCs provisioned. */
export interface ProvisioningTalk {
  /** Asks for it, and has the approver agree; resolves to the card while it runs. */
  provision(targets: string): Promise<Shown>;
  /** The end of a card. */
  endOf(card: Shown): Promise<Shown>;
}

/** The operator and the approver of this site talk. */
export const provisioningTalk = ({ operator, approver }: Site): ProvisioningTalk => ({
  async provision(targets) {
    const answers = await operator.say(`provision ${targets}`);
    const card = await answers.until((state) => outcomeOf(state) === 'waiting' || isEnd(state));
    if (outcomeOf(card) === 'waiting') await approver.press(card, 'Approve');
    return card;
  },
  endOf: (card) =>
    operator.until((state) => state.number === card.number && state.change >= card.change && isEnd(state)),
});
