/** What is looked at in the network of a site, in this order. */
export const prerequisiteChecks = [
  'DHCP server',
  'DHCP option 6',
  'DHCP option 15',
  'DHCP option 81',
  'DNS servers',
  'forward DNS',
  'reverse DNS',
  'ProvisionServer',
  'clock',
  'domain clock',
  'management ports',
  'redirection ports',
  'RMCP ports',
  'provisioning port',
  'names',
  'CA key sizes',
] as const;

/** One of `prerequisiteChecks`. */
export type PrerequisiteCheck = (typeof prerequisiteChecks)[number];

/** What is wrong with the network of a site, and what to do. Whole sentences. */
export interface PrerequisiteReason {
  readonly what: string;
  readonly mend: string;
}

const reason = (what: string, mend: string): PrerequisiteReason => ({ what, mend });

/** Every reason for which a prerequisite does not pass. One closed registry. */
export const prerequisiteReasons = {
  measured_before: reason('It hangs on another check that does not pass.', 'Mend that one first.'),
  not_described: reason(
    'The configuration does not say how it should be.',
    'Describe the site under network, or network.sites.',
  ),
  dhcp_no_rights: reason(
    'DHCP can only be asked from UDP port 68, which is for privileged programs.',
    'Run this command as root, or give the service CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE).',
  ),
  dhcp_port_taken: reason(
    'Another program holds UDP port 68 and does not share it.',
    'Look with ss -ulnp "sport = :68"; ask from a machine, or an interface, whose DHCP client does not hold it.',
  ),
  dhcp_no_interface: reason(
    'There is no such network interface with an IPv4 address.',
    'Correct network.dhcpInterface for this site.',
  ),
  dhcp_failed: reason('The system did not let DHCP be asked.', 'See the code; check the interface and its route.'),
  dhcp_silent: reason(
    'No DHCP server answers in the subnet of the interface.',
    'Check that the server runs, that its scope for this subnet is active, and the DHCP relay (ip helper-address) of the router.',
  ),
  dhcp_option_6_missing: reason(
    'DHCP hands out no DNS servers (option 6), so AMT cannot find names.',
    'Set option 006 (DNS servers) in the scope of this subnet.',
  ),
  dhcp_option_6_other: reason(
    'DHCP hands out DNS servers that the configuration does not know.',
    'Correct option 006 in the scope, or network.dnsServers.',
  ),
  dhcp_option_15_missing: reason(
    'DHCP hands out no domain name (option 15). AMT compares it with the provisioning certificate.',
    'Set option 015 (DNS domain name) in the scope of this subnet.',
  ),
  dhcp_option_15_other: reason(
    'DHCP hands out a domain name that is none of the site.',
    'Correct option 015 in the scope, or network.dnsSuffixes.',
  ),
  dhcp_option_15_private: reason(
    'DHCP hands out a domain name that no public authority issues certificates for.',
    'Use a provisioning certificate of an authority of your own, whose root hash the PCs know; or set option 015 to a registered domain. Name the suffix in network.dnsSuffixes where it is meant so.',
  ),
  dhcp_option_81_missing: reason(
    'The DHCP server does not answer to option 81, so it enters no names into DNS.',
    'Switch on dynamic DNS updates in the scope; where PCs are entered into DNS in another way set network.dynamicDns to false.',
  ),
  dhcp_servers_differ: reason(
    'Several DHCP servers answer, and they hand out different things.',
    'Find the one that should not be there, or give both the same options.',
  ),
  dns_server_silent: reason(
    'A DNS server does not answer, or refuses to.',
    'Start it, open UDP and TCP 53 from here to it, or correct network.dnsServers.',
  ),
  dns_forward_missing: reason(
    'PCs have no address record in DNS.',
    'Add an A record for each, or switch on dynamic updates by DHCP.',
  ),
  dns_forward_wrong: reason(
    'DNS names another address for a PC than the inventory.',
    'Correct the A record, or the address in the inventory.',
  ),
  dns_reverse_missing: reason(
    'Addresses of PCs have no PTR record in DNS.',
    'Add the reverse zone, or the PTR records in it; let DHCP update both.',
  ),
  dns_reverse_wrong: reason(
    'The PTR record of an address names another PC.',
    'Correct the PTR record; switch on scavenging where such records are left over.',
  ),
  dns_unclear: reason('DNS gave no answer about some PCs.', 'Look at the zone on the DNS server, then ask again.'),
  alias_missing: reason(
    'The alias ProvisionServer is not in DNS, so hello packets of new PCs go nowhere.',
    'Add ProvisionServer to the zone, pointing to this service, and protect the record.',
  ),
  alias_elsewhere: reason(
    'The alias ProvisionServer points to a machine that is not configured: it could take over new PCs.',
    'Find out who changed it, correct the record and protect it; or correct network.provisionServer.',
  ),
  alias_unwanted: reason(
    'There is an alias ProvisionServer although there should be none: the machine it names could take over new PCs.',
    'Find out whose it is and delete the record; or name its address in network.provisionServer.',
  ),
  alias_undecided: reason(
    'There is an alias ProvisionServer, and the configuration does not say whether there should be.',
    'Set network.provisionServer to its address, or to none and delete the record.',
  ),
  time_source_silent: reason(
    'The time source does not answer.',
    'Start it, open UDP 123 from here to it, or correct network.timeSource.',
  ),
  time_source_unfit: reason(
    'The time source answers that it does not know the time or does not want to tell.',
    'Name another one in network.timeSource, or mend that one.',
  ),
  clock_off: reason(
    'The clock of this machine is off: Kerberos fails beyond 5 minutes, certificates and approvals go by it.',
    'Set it by the time source of the site (chrony, systemd-timesyncd, w32time).',
  ),
  domain_clock_off: reason(
    'The clock of a domain controller is off: Kerberos fails beyond 5 minutes.',
    'Set it by the time source of the site (w32tm /resync on the domain controller).',
  ),
  domain_unreadable: reason(
    'The clock of a domain controller could not be read.',
    'Run: oob directory verify, which says more.',
  ),
  port_filtered: reason(
    'Nothing answers on these ports: a firewall, router or VPN drops them, or the PC is unplugged.',
    'Open them from this machine to the network of the PCs.',
  ),
  port_closed: reason(
    'The PC is there and refuses these ports: AMT is not provisioned or switched off there.',
    'Look at the PC with oob say "why HOST"; provision it, or switch AMT on in its BIOS.',
  ),
  redirection_closed: reason(
    'AMT answers and refuses its redirection ports: SOL, IDE redirection and KVM are switched off.',
    'Switch them on in the profile, then use `/oob settings apply`; nothing to do where they are not wanted.',
  ),
  hello_unheard: reason(
    'Nothing on this machine takes connections on the provisioning port.',
    'Start the service; its log says why it does not listen. The port is provisioning.hello.listen.port.',
  ),
  hello_loopback: reason(
    'The provisioning port is listened to on the loopback only, where no PC reaches it.',
    'Set provisioning.hello.listen.host to the address that ProvisionServer names.',
  ),
  name_outside: reason(
    'PCs have names outside the DNS suffixes of the site or outside the domains: such a name space is not supported.',
    'Correct their names in the inventory, or add the suffix to network.dnsSuffixes.',
  ),
  name_missing: reason('PCs have no full DNS name in the inventory.', 'Add the column fqdn and import it again.'),
  ca_key_long: reason(
    'A CA key of the chain for devices is longer than 2048 bits, which AMT does not take.',
    'Issue the certificates of the devices from a chain whose CA keys have 2048 bits.',
  ),
  ca_key_other: reason(
    'A CA key of the chain for devices is not RSA; older AMT knows no other.',
    'Try it on one PC of each firmware generation, or use a chain of RSA keys with 2048 bits.',
  ),
  ca_unreadable: reason(
    'The file with the CA certificates of the devices cannot be read.',
    'Name a readable PEM file in amt.certificateAuthorityFile.',
  ),
} as const satisfies Readonly<Record<string, PrerequisiteReason>>;

/** One of the codes of `prerequisiteReasons`. */
export type PrerequisiteReasonCode = keyof typeof prerequisiteReasons;
