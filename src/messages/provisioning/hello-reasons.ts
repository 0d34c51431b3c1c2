/** Why a PC that said hello was not taken into the inventory. Part of the one registry in reasons.ts. */
export const helloReasons = {
  hello_unclaimed: {
    kind: 'refused',
    what: 'A PC that is in no inventory says hello; nothing is done about it.',
    mend: 'A hello is no proof of who sent it. Compare the UUID with the delivery note, then `/oob hosts accept UUID --name NAME --site SITE`.',
  },
  hello_over: {
    kind: 'refused',
    what: 'It has stopped saying hello: its time to be set up over the network is over, and AMT has closed its network interface.',
    mend: 'Have an agent on the PC open it again, unprovision it partly in MEBx, or take it off the mains for half a minute: then it says hello anew.',
    operator:
      'AMT says hello for 24 hours, for 6 after it was opened again by an agent, ever less often and at least once an hour.',
  },
  hello_unknown: {
    kind: 'refused',
    what: 'No PC with that UUID has said hello.',
    mend: '`/oob hosts new` lists those that have.',
    operator:
      'Hellos come in only while provisioning.hello.enabled is true, on its port; look at firewalls and at the name ProvisionServer in DNS.',
  },
  hello_doubtful: {
    kind: 'refused',
    what: 'It is not sure which PC has this UUID: hellos with it came from more than one, or it is a placeholder.',
    mend: 'Set the UUID of the PCs right with a tool of their vendor, or find out who else sends it; then `/oob hosts forget UUID`.',
    operator: 'Anybody on the network can send a hello with any UUID. The log says from which addresses they came.',
  },
  hello_known: {
    kind: 'refused',
    what: 'A PC with this UUID is in the inventory already.',
    mend: 'Look for it with `/oob hosts`.',
  },
  name_taken: {
    kind: 'refused',
    what: 'A PC of that name is in the inventory already.',
    mend: 'Choose another name.',
  },
} as const;
