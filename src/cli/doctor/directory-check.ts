import { directoryReasons } from '../../messages/reasons/directory-reasons.ts';
import { type Directory, DirectoryError } from '../../ports/directory.ts';
import { type DoctorCheck, finding } from '../doctor.ts';

/** A domain controller of the domain answers, and takes our account. `oob directory verify` looks further. */
export function directoryCheck(name: string, open: () => Promise<Directory | undefined>): DoctorCheck {
  return {
    name: `directory ${name}`,
    async run() {
      const directory = await open();
      if (!directory) return finding.fail('no such domain', 'See directory.domains.');
      try {
        const { server, baseDn } = await directory.facts();
        return finding.ok(`${server} answers for ${baseDn}`);
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error;
        const { what, mend } = directoryReasons[error.code];
        return finding.fail([what, ...error.evidence].join(' '), mend);
      } finally {
        await directory.close();
      }
    },
  };
}
