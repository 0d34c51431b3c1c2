import { PkiError } from '../../../src/ports/pki.ts';

/** All key derivations of one file together. OpenSSL and Windows make 2,000 each, NSS 600,000 at most. */
const mostIterations = 3_000_000;

/** Counts what opening a file costs, so that none can keep this service busy for hours. */
export interface Budget {
  /** Throws PkiError `pki_too_costly` when it is used up, or when the count is none. */
  spend(iterations: number): void;
}

/** A budget for one file. */
export function createBudget(): Budget {
  let left = mostIterations;
  return {
    spend(iterations) {
      if (!Number.isSafeInteger(iterations) || iterations < 1)
        throw new PkiError('pki_not_pkcs12', ['a count of iterations that is none']);
      left -= iterations;
      if (left < 0)
        throw new PkiError('pki_too_costly', [
          `its key derivation wants more than ${mostIterations.toLocaleString('en')} iterations`,
        ]);
    },
  };
}
