import type { Persona } from '../personas.ts';
import { resourceUri } from '../protocol/namespaces.ts';
import * as hardware from './assets/hardware.ts';
import * as system from './assets/system.ts';
import type { ClassDefinition } from './class-definition.ts';
import { auditLog } from './logs/audit-log.ts';
import { auditPolicyRule } from './logs/audit-policy.ts';
import { messageLog } from './logs/message-log.ts';
import { ethernetPortSettings } from './network/ethernet.ts';
import { generalSettings } from './network/general.ts';
import { timeSynchronizationService } from './network/time.ts';
import { alarmClockOccurrence, alarmClockService } from './power/alarm-clock.ts';
import * as boot from './power/boot.ts';
import { bootSettingData } from './power/boot-settings.ts';
import * as power from './power/power.ts';
import { elementSettingData, systemPowerScheme } from './power/power-scheme.ts';
import { authorizationService } from './security/authorization.ts';
import { setupAndConfigurationService } from './setup/setup-service.ts';

const byResource = new Map<string, ClassDefinition>(
  [
    generalSettings,
    setupAndConfigurationService,
    ethernetPortSettings,
    systemPowerScheme,
    auditLog,
    auditPolicyRule,
    messageLog,
    elementSettingData,
    authorizationService,
    alarmClockService,
    alarmClockOccurrence,
    timeSynchronizationService,
    hardware.chassis,
    hardware.card,
    hardware.biosElement,
    hardware.processor,
    hardware.chip,
    hardware.physicalMemory,
    hardware.mediaAccessDevice,
    system.systemPackaging,
    system.computerSystem,
    system.computerSystemPackage,
    system.softwareIdentity,
    power.associatedPowerManagementService,
    power.serviceAvailableToElement,
    power.powerManagementService,
    power.powerManagementCapabilities,
    power.osPowerManagementService,
    boot.bootCapabilities,
    bootSettingData,
    boot.bootService,
    boot.bootConfigSetting,
    boot.bootSourceSetting,
  ].map((definition) => [resourceUri(definition.name), definition]),
);

/** The class behind a resource URI, if this firmware knows it. */
export function findClass(resource: string, persona: Persona): ClassDefinition | undefined {
  const found = byResource.get(resource);
  return found && persona.generation >= (found.since ?? 0) ? found : undefined;
}

/** Names of all classes of the newest firmware. */
export const classNames = (): string[] => [...byResource.values()].map(({ name }) => name);
