import { type ChecklistStep, found } from '../../step.ts';

/** Step 3. */
export const activeDirectory: ChecklistStep = {
  id: 'oob.ad',
  title: 'Prepare Active Directory: a unit per domain with full control, child objects included',
  shortTitle: 'Active Directory',
  optionality: 'conditional',
  appliesTo: 'sites whose PCs know people or networks by Active Directory',
  dependsOn: ['oob.prereq'],
  actors: 'administrators of the domain',
  recheckHours: 24,
  async verify({ setup, directory }) {
    if (setup.domains.length > 0)
      return (
        (await directory())
          // Step 1 tells of the clocks, against the time source.
          .filter(({ name }) => name !== 'clock')
          .map(({ of, name, status, evidence, mend }) => ({
            check: `${of}: ${name}`,
            status,
            values: evidence,
            ...(mend === null ? {} : { mend }),
          }))
      );
    const withSids = setup.profiles.filter(({ accounts }) => accounts.some(({ who }) => who.kind === 'kerberos'));
    if (withSids.length > 0)
      return [
        found.fail(
          'domains',
          'Name the domain under directory.domains, and prepare it: oob directory prepare.',
          `profiles with accounts of Active Directory: ${withSids.map(({ id }) => id).join(', ')}; directory.domains names none`,
        ),
      ];
    return [found.notApplicable('domains', 'only digest accounts are used, and directory.domains names no domain')];
  },
};
