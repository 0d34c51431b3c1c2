import type { Persona } from '../personas.ts';
import { resourceUri } from '../protocol/namespaces.ts';
import { optInService } from './access/opt-in.ts';
import * as redirection from './access/redirection.ts';
import { webUiService } from './access/web-ui.ts';
import * as hardware from './assets/hardware.ts';
import * as system from './assets/system.ts';
import type { ClassDefinition } from './class-definition.ts';
import { auditLog } from './logs/audit-log.ts';
import { auditPolicyRule } from './logs/audit-policy.ts';
import { messageLog } from './logs/message-log.ts';
import { ethernetPortSettings } from './network/ethernet.ts';
import { generalSettings } from './network/general.ts';
import { amt8021xProfile, ipsIeee8021xSettings } from './network/ieee8021x.ts';
import { timeSynchronizationService } from './network/time.ts';
import * as wifi from './network/wifi.ts';
import { alarmClockOccurrence, alarmClockService } from './power/alarm-clock.ts';
import * as boot from './power/boot.ts';
import { bootSettingData } from './power/boot-settings.ts';
import * as power from './power/power.ts';
import { elementSettingData, systemPowerScheme } from './power/power-scheme.ts';
import { authorizationService } from './security/authorization.ts';
import { publicKeyCertificate, publicPrivateKeyPair } from './security/certificates.ts';
import { kerberosSettingData } from './security/kerberos.ts';
import { publicKeyManagementService } from './security/key-management.ts';
import * as tls from './security/tls.ts';
import { hostBasedSetupService } from './setup/host-based.ts';
import { setupAndConfigurationService } from './setup/setup-service.ts';

/** All classes of the newest firmware, by area. */
const classes: readonly ClassDefinition[] = [
  ...[generalSettings, ethernetPortSettings, timeSynchronizationService, ipsIeee8021xSettings, amt8021xProfile],
  ...[wifi.wifiPortConfigurationService, wifi.wifiEndpointSettings, wifi.cimIeee8021xSettings],
  ...[wifi.wifiPort, wifi.wifiEndpoint],
  ...[auditLog, auditPolicyRule, messageLog],
  ...[power.associatedPowerManagementService, power.serviceAvailableToElement, power.powerManagementService],
  ...[power.powerManagementCapabilities, power.osPowerManagementService, systemPowerScheme, elementSettingData],
  ...[boot.bootCapabilities, bootSettingData, boot.bootService, boot.bootConfigSetting, boot.bootSourceSetting],
  ...[alarmClockService, alarmClockOccurrence],
  ...[redirection.redirectionService, redirection.kvmRedirectionSap, redirection.kvmRedirectionSettings],
  ...[redirection.cimRedirectionService, webUiService, optInService],
  ...[authorizationService, kerberosSettingData, tls.tlsSettingData, tls.tlsCredentialContext],
  ...[tls.tlsProtocolEndpointCollection, publicKeyManagementService, publicKeyCertificate, publicPrivateKeyPair],
  ...[setupAndConfigurationService, hostBasedSetupService],
  ...[system.computerSystem, system.computerSystemPackage, system.systemPackaging, system.softwareIdentity],
  ...[hardware.chassis, hardware.card, hardware.biosElement, hardware.processor, hardware.chip],
  ...[hardware.physicalMemory, hardware.mediaAccessDevice],
];

const byResource = new Map(classes.map((definition) => [resourceUri(definition.name), definition]));

/** The class behind a resource URI, if this firmware knows it. */
export function findClass(resource: string, persona: Persona): ClassDefinition | undefined {
  const found = byResource.get(resource);
  return found && persona.generation >= (found.since ?? 0) ? found : undefined;
}

/** A class as the README tells it. */
interface KnownClass {
  readonly name: string;
  /** First AMT generation; 0: all. */
  readonly since: number;
  /** What can be done with it beside Get and Enumerate; a method that came later with its generation. */
  readonly operations: readonly string[];
}

/** All classes of the newest firmware by name. */
export const knownClasses = (): readonly KnownClass[] =>
  [...classes]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, since = 0, methods = {}, put, putSince = since, create, remove }) => ({
      name,
      since,
      operations: [
        ...(put ? [putSince > since ? `Put (${putSince})` : 'Put'] : []),
        ...(create ? ['Create'] : []),
        ...(remove ? ['Delete'] : []),
        ...Object.entries(methods).map(([method, own]) =>
          own.since !== undefined && own.since > since ? `${method} (${own.since})` : method,
        ),
      ],
    }));
