import * as accounts from '../../../adapters/amt/classes/accounts/definitions.ts';
import * as assets from '../../../adapters/amt/classes/assets/definitions.ts';
import * as audit from '../../../adapters/amt/classes/audit/definitions.ts';
import * as boot from '../../../adapters/amt/classes/boot/definitions.ts';
import * as clock from '../../../adapters/amt/classes/clock/definitions.ts';
import * as events from '../../../adapters/amt/classes/events/definitions.ts';
import * as network from '../../../adapters/amt/classes/network/definitions.ts';
import * as power from '../../../adapters/amt/classes/power/definitions.ts';
import * as security from '../../../adapters/amt/classes/security/definitions.ts';
import * as settings from '../../../adapters/amt/classes/settings/definitions.ts';
import * as setup from '../../../adapters/amt/classes/setup/definitions.ts';
import type { ClassDefinition } from '../../../adapters/amt/model/class-definition.ts';

const areas = [accounts, assets, audit, boot, clock, events, network, power, security, settings, setup];

/** Every class that is defined, by its name. */
export const allDefinitions: ReadonlyMap<string, ClassDefinition> = new Map(
  areas.flatMap((area) =>
    Object.values<ClassDefinition>(area).map((definition) => [definition.name, definition] as const),
  ),
);
