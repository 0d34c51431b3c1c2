import type { Config } from '../../config/schema.ts';
import { missingInterfaces } from '../../config/settings/missing-interfaces.ts';
import { type DoctorCheck, finding } from '../doctor.ts';

/** The network interfaces that magic packets are to leave by are there; no check where none is named. `names`: what there is. */
export function wakeInterfaceChecks(config: Pick<Config, 'wake'>, names: readonly string[]): readonly DoctorCheck[] {
  if (missingInterfaces(config, []).length === 0) return [];
  const check: DoctorCheck = {
    name: 'wake interface',
    async run() {
      const missing = missingInterfaces(config, names);
      if (missing.length > 0)
        return finding.fail(
          `there is no interface ${missing.join(', ')}; there are ${names.join(', ') || 'none'}`,
          'Correct wake.interface, or leave it out: then the routes of the system decide.',
        );
      return finding.ok('magic packets leave by interfaces that are there');
    },
  };
  return [check];
}
