import { DirectoryError } from '../ports/directory.ts';

/**
 * The command that a domain administrator runs to grant Full Control (GA) on the unit and all its child objects (/I:T); "dsacls" of
 * the Windows Server administration tools. Throws directory_name_unfit for names that would end the quotes.
 */
export function dsaclsCommand(unit: string, trustee: string): string {
  if (/["%\p{Cc}]/u.test(unit + trustee))
    throw new DirectoryError('directory_name_unfit', ['it has a quote, a percent sign or a control character']);
  return `dsacls "${unit}" /I:T /G "${trustee}:GA"`;
}
