import { type EapMethod, eapMethods, type NetworkIdentity } from '../../../../src/ports/amt/network-access.ts';

const nameComparison = { 'full-name': 0, 'domain-suffix': 1 } as const;

/** The properties that CIM_IEEE8021xSettings and AMT_8021XProfile share. */
export function identityFields(identity: NetworkIdentity) {
  return {
    AuthenticationProtocol: eapMethods.indexOf(identity.method),
    RoamingIdentity: identity.roamingIdentity,
    ServerCertificateName: identity.serverName?.name,
    ServerCertificateNameComparison: identity.serverName && nameComparison[identity.serverName.match],
    Username: identity.username,
    Password: identity.password,
    Domain: identity.domain,
  };
}

/** The method of a number; null for one that we do not know. */
export const eapMethodOf = (number: number | undefined): EapMethod | null => eapMethods[number ?? -1] ?? null;
