import { AmtFault } from '../errors.ts';

/** The answer, or `substitute` when this firmware lacks the class or the account may not read it. */
export async function orWhenMissing<T, S>(answer: Promise<T>, substitute: S): Promise<T | S> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AmtFault && (error.code === 'class_missing' || error.code === 'not_permitted'))
      return substitute;
    throw error;
  }
}
