/** What was begun in a test, to be ended again: steps that are taken from the last to the first. */
export type Undo = (() => Promise<unknown>)[];

/** An empty list whose steps are taken by `hook`: jest's `afterEach` or `afterAll`. */
export function undoAt(hook: (take: () => Promise<void>) => void): Undo {
  const undo: Undo = [];
  hook(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  return undo;
}
