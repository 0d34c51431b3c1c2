import { agentReasons } from './agent-reasons.ts';
import { upkeepReasons } from './upkeep-reasons.ts';

/** Why a PC is not provisioned, or its provisioning stopped. Part of the one registry in reasons.ts. */
export const provisionReasons = {
  ...upkeepReasons,
  provisioning_unavailable: {
    kind: 'failed',
    what: 'This service provisions no PCs.',
    mend: 'It is not set up for it: look at its log from the last start.',
  },
  already_provisioned: {
    kind: 'failed',
    what: 'The PC is provisioned already.',
    mend: 'To push what has changed use `/oob update`; to begin anew `/oob unprovision` it first.',
  },
  provisioning_removal: {
    kind: 'failed',
    what: 'The PC is being taken out of management.',
    mend: 'Let `/oob unprovision` end, then ask again.',
  },
  provisioning_method_other: {
    kind: 'failed',
    what: 'PCs like this one are provisioned the other way.',
    mend: 'Ask without --mode, or have provisioning.methods changed for them.',
    operator: 'One way per PC: the last entry of provisioning.methods that covers it counts, in-band where none does.',
  },
  in_band_unavailable: {
    kind: 'failed',
    what: 'This service has no endpoint for agents on PCs, so it provisions none in band.',
    mend: 'Have provisioning.inBand configured, or the PC put under out-of-band in provisioning.methods.',
  },
  out_of_band_not_acknowledged: {
    kind: 'failed',
    what: 'Provisioning out of band is off: nobody has acknowledged its risk, so no hellos are taken.',
    mend: 'Have an administrator set provisioning.hello.enabled and acknowledgedBy, or provision it in band.',
    operator:
      'Whoever sends a hello with a known UUID would be given certificates and an account: read what provisioning.hello says.',
  },
  uuid_missing: {
    kind: 'failed',
    what: 'The inventory has no UUID of this PC, so its hello or its agent cannot be told from that of others.',
    mend: 'Add the column `uuid` to the inventory, or take the PC in with `/oob hosts accept`.',
  },
  uuid_shared: {
    kind: 'failed',
    what: 'Several PCs of the inventory have this UUID.',
    mend: 'Correct it in the inventory; where the vendor gave it twice, set it right with a tool of the vendor.',
  },
  uuid_differs: {
    kind: 'failed',
    what: 'The PC that answered has another UUID than the inventory says. It was given nothing.',
    mend: 'Find out which PC has this address; correct the inventory, then ask again.',
    operator: 'Somebody else may have sent the hello, or DHCP has given the address to another PC meanwhile.',
  },
  hello_not_heard: {
    kind: 'failed',
    what: 'The PC has not said hello, so it is not known where it is and whom it trusts.',
    mend: 'Connect it to power and network; `/oob hosts new` shows who has said hello. A PC falls silent after a day: switch it off at the mains and on again.',
    operator:
      'Look at the name ProvisionServer in DNS, at firewalls to the port of provisioning.hello, and whether remote configuration is on in MEBx.',
  },
  hello_stale: {
    kind: 'failed',
    what: 'The last hello of the PC is too old to go by.',
    mend: 'Switch it off at the mains and on again, or have its hellos begun anew in MEBx; then ask again.',
  },
  hello_unsure: {
    kind: 'failed',
    what: 'It is not sure which PC has this UUID: hellos with it came from more than one, or it is a placeholder.',
    mend: 'Find out who else sends it, or set the UUID right with a tool of the vendor; then `/oob hosts forget UUID`.',
  },
  hello_elsewhere: {
    kind: 'failed',
    what: 'The last hello came from another address than the inventory has for the PC.',
    mend: 'If it has moved, correct its address in the inventory; if not, find out who says hello in its name.',
    operator:
      'Anybody on the network can send a hello with any UUID. A DHCP reservation keeps addresses of new PCs where they are.',
  },
  hello_of_psk: {
    kind: 'failed',
    what: 'The PC asks to be set up with a pre-shared key that this service does not have.',
    mend: 'Have its PID and PPS added to provisioning.hello.keys, switch it to certificates (PKI) in MEBx, or provision it in band.',
  },
  provisioning_no_chain: {
    kind: 'failed',
    what: 'No provisioning certificate is configured.',
    mend: 'Have one added under pki.provisioning; `oob pki request` makes the request for one.',
  },
  provisioning_chain_unfit: {
    kind: 'failed',
    what: 'No provisioning certificate of the configuration can be used.',
    mend: 'Look at the evidence; `oob pki judge` looks at each by every rule and says what to mend.',
  },
  provisioning_chain_not_trusted: {
    kind: 'failed',
    what: 'None of the provisioning certificates fits this PC.',
    mend: "Add the hash of your root in MEBx, or use a certificate of an authority whose root the PC announced; its name has to lie in the PC's domain.",
    operator: '`oob pki judge` shows root and name of each certificate; what the PC trusts comes with its hello.',
  },
  provisioning_chain_refused: {
    kind: 'failed',
    what: 'The PC ended the connection when it was shown the provisioning certificate. It was given no password.',
    mend: "Compare the certificate's name with the domain that DHCP option 15 (or MEBx) gives the PC, its purpose, and the clock of the PC; firmware does not say which.",
  },
  setup_key_refused: {
    kind: 'failed',
    what: 'The PC and this service do not have the same pre-shared key. It was given no password.',
    mend: 'Compare PID and PPS in MEBx with provisioning.hello.keys: one of them was mistyped.',
  },
  provisioning_outside_domain: {
    kind: 'failed',
    what: "The name of the provisioning certificate does not lie in the PC's domain.",
    mend: 'Correct DHCP option 15 for its network, or use a certificate of its domain.',
  },
  factory_account_refused: {
    kind: 'failed',
    what: 'The PC refuses the account of the factory, and those that this service knows for it.',
    mend: 'Somebody changed its MEBx password or set it up already: reset it in MEBx, then ask again.',
  },
  provisioning_no_sealing_key: {
    kind: 'failed',
    what: 'Passwords could not be sealed or read, so nothing was begun with.',
    mend: 'Have service.secretKey set right: without it a PC would get a password that nobody can read again.',
  },
  provisioning_no_name: {
    kind: 'failed',
    what: 'The full DNS name of the PC is not known.',
    mend: 'Add its fqdn to the inventory, then ask again.',
  },
  provisioning_certificate_not_given: {
    kind: 'failed',
    what: 'The PC could not be given its certificate.',
    mend: 'Mend what the evidence says, then ask again: it goes on where it stopped.',
  },
  provisioning_directory_refused: {
    kind: 'failed',
    what: 'Active Directory did not do what the PC needs.',
    mend: 'Mend what the evidence says (`oob directory verify` looks at all of it), then ask again: it goes on where it stopped.',
  },
  provisioning_duplicate_name: {
    kind: 'failed',
    what: 'Another object of the forest has service principal names of this PC: Kerberos would fail for both.',
    mend: 'Delete the other object or its names (setspn -X lists them), then ask again.',
  },
  provisioning_without_tls: {
    kind: 'failed',
    what: 'The PC was set up, and its TLS port is closed: firmware before 16.1 may speak TLS only with a certificate that it was given.',
    mend: 'Have pki.authority configured, reset the AMT of the PC in MEBx, then ask again.',
  },
  provisioning_profile_not_applied: {
    kind: 'failed',
    what: 'The PC did not become as its profile says.',
    mend: 'Look at the evidence; correct the profile, then ask again: it goes on where it stopped.',
  },
  provisioning_not_verified: {
    kind: 'failed',
    what: 'The PC was provisioned, but a check of the result failed.',
    mend: 'Look at the evidence, then ask again: it is checked once more.',
  },
  provisioning_step_unclear: {
    kind: 'failed',
    what: 'It could not be found out whether a step that was cut off took effect, so it was not sent again.',
    mend: 'Ask again when the PC answers: it is looked into first. Its passwords are kept, nothing is lost.',
  },
  ...agentReasons,
} as const;

/** One of them. */
export type ProvisionCode = keyof typeof provisionReasons;
