import { refused } from '../reasons/reason.ts';

/** Why glass was not broken, or a review not signed off. */
export const glassReasons = {
  break_glass_reason: refused(
    'Breaking glass needs a reason that others can judge.',
    'Add --reason with at least 10 letters or digits.',
  ),
  no_break_glass: refused(
    'You may not break glass for this.',
    'Ask without --break-glass and wait for an approval or for the window.',
    '`breakGlass` of a role grants it, by operations and targets; nothing grants it for what is for auditors.',
  ),
  too_much_break_glass: refused(
    'You have broken glass too often in the last hour.',
    'Ask without --break-glass, or have somebody else do it.',
    'limits.breakGlassPerHour. The open reviews say what it was for.',
  ),
  no_such_review: refused('There is no such review.', '`/oob reviews` lists the open ones.'),
  own_review: refused(
    'You broke the glass yourself; another person must sign that off.',
    'Ask one who may approve it.',
  ),
  not_a_reviewer: refused('Only somebody who may approve this on these PCs can sign it off.', 'Ask one of them.'),
  already_signed_off: refused('This has been signed off already.', ''),
} as const;
