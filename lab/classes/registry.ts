import type { Persona } from '../personas.ts';
import { resourceUri } from '../protocol/namespaces.ts';
import * as boot from './boot.ts';
import type { ClassDefinition } from './class-definition.ts';
import { generalSettings, setupAndConfigurationService } from './general.ts';
import { ethernetPortSettings } from './network.ts';
import * as power from './power.ts';
import { systemPowerScheme } from './power-scheme.ts';
import { computerSystem, computerSystemPackage, softwareIdentity } from './system.ts';

const byResource = new Map<string, ClassDefinition>(
  [
    generalSettings,
    setupAndConfigurationService,
    ethernetPortSettings,
    systemPowerScheme,
    computerSystem,
    computerSystemPackage,
    softwareIdentity,
    power.associatedPowerManagementService,
    power.serviceAvailableToElement,
    power.powerManagementService,
    power.powerManagementCapabilities,
    power.osPowerManagementService,
    boot.bootCapabilities,
    boot.bootSettingData,
    boot.bootService,
    boot.bootConfigSetting,
    boot.bootSourceSetting,
  ].map((definition) => [resourceUri(definition.name), definition]),
);

/** The class behind a resource URI, if this firmware knows it. */
export function findClass(resource: string, persona: Persona): ClassDefinition | undefined {
  const found = byResource.get(resource);
  return found && !persona.missingClasses.includes(found.name) ? found : undefined;
}
