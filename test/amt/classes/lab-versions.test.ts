/** What the client believes of the firmware generations and what the lab's devices do must not drift apart. */
import { describe, expect, test } from '@jest/globals';
import { capabilities } from '../../../adapters/amt/capabilities.ts';
import { knownClasses } from '../../../lab/classes/registry.ts';

/** Every class of the lab has these. */
const reading = new Set(['Get', 'Enumerate']);
/** Properties that came later than their class stand among the operations; the lab tells of operations only. */
const properties = new Set(['AMT_KerberosSettingData Passphrase']);

const lab = new Map(knownClasses().map((known) => [known.name, known]));

/** First generation of each of the lab's operations on a class, `Put (5.1)` read. */
function operationsOf(className: string): ReadonlyMap<string, number> {
  const { since = 0, operations = [] } = lab.get(className) ?? {};
  return new Map(
    operations.map((text) => {
      const [name = '', later] = text.split(/ \(|\)/);
      return [name, later === undefined ? since : Number(later)] as const;
    }),
  );
}

describe('the capability table and the lab know the same firmware', () => {
  test.each(Object.entries(capabilities))('%s', (name, { since, operations }) => {
    expect({ name, since: lab.get(name)?.since }).toEqual({ name, since: Number(since ?? 0) });
    const ours = [...operations].filter(([one]) => !reading.has(one) && !properties.has(`${name} ${one}`));
    const theirs = operationsOf(name);
    expect(ours.map(([one]) => [one, theirs.get(one)])).toEqual(
      ours.map(([one, later]) => [one, Number(later ?? since ?? 0)]),
    );
  });
});
