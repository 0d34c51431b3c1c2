import type { Persona } from '../personas.ts';
import { resourceUri } from '../protocol/namespaces.ts';
import type { ClassDefinition } from './class-definition.ts';
import { generalSettings, setupAndConfigurationService } from './general.ts';
import {
  associatedPowerManagementService,
  osPowerManagementService,
  powerManagementCapabilities,
  powerManagementService,
  serviceAvailableToElement,
} from './power.ts';
import { computerSystem, computerSystemPackage, softwareIdentity } from './system.ts';

const byResource = new Map<string, ClassDefinition>(
  [
    associatedPowerManagementService,
    osPowerManagementService,
    powerManagementCapabilities,
    powerManagementService,
    serviceAvailableToElement,
    computerSystem,
    computerSystemPackage,
    generalSettings,
    setupAndConfigurationService,
    softwareIdentity,
  ].map((definition) => [resourceUri(definition.name), definition]),
);

/** The class behind a resource URI, if this firmware knows it. */
export function findClass(resource: string, persona: Persona): ClassDefinition | undefined {
  const found = byResource.get(resource);
  return found && !persona.missingClasses.includes(found.name) ? found : undefined;
}
