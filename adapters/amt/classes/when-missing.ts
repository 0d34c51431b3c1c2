import { AmtError, type AmtErrorCode } from '../../../src/ports/amt.ts';

async function orWhen<T, S>(answer: Promise<T>, substitute: S, codes: readonly AmtErrorCode[]): Promise<T | S> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AmtError && codes.includes(error.code)) return substitute;
    throw error;
  }
}

/** The answer, or `substitute` when this firmware lacks the class or the account may not read it. */
export const orWhenMissing = <T, S>(answer: Promise<T>, substitute: S): Promise<T | S> =>
  orWhen(answer, substitute, ['class_missing', 'not_permitted']);

/** The answer, or `substitute` when this firmware lacks the class. */
export const orWhenLacking = <T, S>(answer: Promise<T>, substitute: S): Promise<T | S> =>
  orWhen(answer, substitute, ['class_missing']);
