/** Why a PC did not wake, as far as no other reason code says it. Part of the one registry in reasons.ts. */
export const wakeReasons = {
  me_asleep: {
    kind: 'failed',
    what: 'The management engine sleeps and was slow to wake, or did not.',
    mend: 'Try again in a minute; set the idle time-out to 3 minutes or more, or a power package without ME Wake. If it never wakes, cut the mains for ten seconds.',
  },
  link_down_in_sx: {
    kind: 'failed',
    what: 'The link policy takes the network link down with the PC, so nothing can reach AMT while it is off.',
    mend: 'Turn it on by hand, then set linkPolicy to s0-ac and sx-ac in its profile and use `/oob settings apply`.',
  },
  me_off_in_sx: {
    kind: 'failed',
    what: 'The power package runs the management engine in S0 only, so there is no AMT while the PC is off.',
    mend: 'Turn it on by hand, then set a powerPackage with S3 and S4-5 in its profile and use `/oob settings apply`.',
  },
  accepted_but_dark: {
    kind: 'failed',
    what: 'AMT took the command and the PC stayed dark: its power is cut at a mains strip, or the BIOS sleeps too deeply.',
    mend: 'Check the strip and the plug; switch deep sleep (ErP, Deep Sx) off in the BIOS.',
  },
  modern_standby: {
    kind: 'failed',
    what: 'The PC is in Modern Standby: on for its firmware, asleep for people. A power-on alone does not wake it.',
    mend: 'Use `/oob poweron`, which asks the operating system for full power too; if it stays, look at its sleep settings.',
  },
  no_route: {
    kind: 'failed',
    what: 'There is no way from here to the network of the PC.',
    mend: 'Check routing, VPN and firewall between this service and that subnet, and its switch.',
  },
  dns_moved: {
    kind: 'failed',
    what: 'The address in the inventory is not that of this PC any more.',
    mend: 'Correct its address in the inventory, or the DNS record; then import it again.',
  },
  unplugged: {
    kind: 'failed',
    what: 'The PC was there lately and has gone from the network, while its neighbours answer: it is unplugged or was moved.',
    mend: 'Check its network cable and mains plug, and the port of the switch.',
  },
  nothing_wrong: { kind: 'ended', what: 'Nothing stands in the way now.', mend: '' },
  cause_not_known: {
    kind: 'failed',
    what: 'The evidence fits no known cause.',
    mend: 'Look at the evidence; start with mains power, the cable and the link policy.',
  },
} as const;
