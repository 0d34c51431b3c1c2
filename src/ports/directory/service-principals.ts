/** Ports on which AMT takes Kerberos tickets: HTTP and redirection, without and with TLS, and the two ASF ports. */
const ports = [16992, 16993, 16994, 16995, 623, 664];

/**
 * Service principal names of a device (Intel AMT Implementation and Reference Guide, "Kerberos"). None is without a port: that one
 * belongs to the operating system on the same name, whose HOST entry stands for HTTP as well.
 */
export function servicePrincipalsOf(fqdn: string): readonly string[] {
  return ports.map((port) => `HTTP/${fqdn}:${port}`);
}
