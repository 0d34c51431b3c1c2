/** Why something about a checklist was refused. Part of the one registry in reasons.ts. */
export const checklistReasons = {
  no_such_step: {
    kind: 'refused',
    what: 'The checklist has no such step.',
    mend: 'Steps have numbers from 1 to 18 and ids such as oob.pki; `/oob checklist` lists them.',
  },
  no_such_site: {
    kind: 'refused',
    what: 'There is no site of that name.',
    mend: '`/oob hosts` lists the sites.',
    operator: 'Sites come from the inventory and from network.sites in the configuration.',
  },
  site_needed: {
    kind: 'refused',
    what: 'There are several sites; this is about one.',
    mend: 'Name the one at the end, as in `/oob checklist 2 madrid`.',
  },
  step_not_verified: {
    kind: 'refused',
    what: 'This step was never verified, so it is not known what mends it.',
    mend: 'Verify it first: `/oob checklist verify`.',
  },
  not_step_owner: {
    kind: 'refused',
    what: 'Only the owner of the checklist of this site, or an administrator, can attest.',
    mend: 'Ask one of them.',
    operator: 'checklist.owners in the configuration names them.',
  },
  nothing_to_attest: {
    kind: 'refused',
    what: 'Nothing of this step can be attested: a machine measures it, or it fails.',
    mend: '`/oob checklist STEP` shows what is to be mended; verify it first if it never was.',
  },
  nothing_attested: {
    kind: 'refused',
    what: 'Nobody answers for anything of this step, so there is nothing to take back.',
    mend: '',
  },
  verify_needs_agreement: {
    kind: 'refused',
    what: 'The policy wants somebody to agree to `verify` here, which a look at the checklist cannot wait for.',
    mend: 'Ask those who made the policy.',
    operator: 'operations.verify.risk, or a rule about its site.',
  },
} as const;
