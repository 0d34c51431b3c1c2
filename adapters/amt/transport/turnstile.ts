/** Lets callbacks pass, so many in one turn of the event loop; the others wait for the next ones, in order. */
export type Turnstile = (go: () => void) => void;

/**
 * Makes a turnstile. When hundreds of devices answer at once, following up all of their replies in one turn would keep what people
 * type, and the database, waiting until the last of them is done.
 */
export function createTurnstile(perTurn: number): Turnstile {
  let waiting: (() => void)[] = [];
  let left = perTurn;
  let isNextTurnDue = false;

  function nextTurn(): void {
    isNextTurnDue = false;
    const now = waiting.slice(0, perTurn);
    waiting = waiting.slice(perTurn);
    left = perTurn - now.length;
    if (now.length > 0) awaitNextTurn();
    for (const go of now) go();
  }

  function awaitNextTurn(): void {
    if (isNextTurnDue) return;
    isNextTurnDue = true;
    setImmediate(nextTurn);
  }

  return (go) => {
    awaitNextTurn();
    if (left === 0) {
      waiting.push(go);
      return;
    }
    left -= 1;
    go();
  };
}
