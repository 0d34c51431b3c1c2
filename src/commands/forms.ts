import { nearest } from '../inventory/resolve-targets.ts';
import { strictest } from '../policy/risk.ts';
import type { Command, FormSpec } from './command-spec.ts';

/** A form with what its words mean; `words` do not have the form's own word any more. */
export interface Form extends FormSpec {
  readonly read: Command['read'];
  /** It may stand alone. */
  readonly alone?: true;
}

/** `read` of a command whose first word says which of its forms is meant. */
export function byForm(verb: string, forms: readonly Form[]): Command['read'] {
  const names = forms.map(({ name }) => name);
  return (words, options, moment) => {
    const [word = '', ...rest] = words;
    const form = forms.find(({ name }) => name === word.toLowerCase());
    if (form) {
      return rest.length > 0 || form.alone
        ? form.read(rest, options, moment)
        : { kind: 'mistake', problem: `Something is missing after ${verb} ${form.name}: ${form.usage}.` };
    }
    const meant = nearest(word, names);
    const hint = meant === null ? `It is one of ${names.join(', ')}.` : `Did you mean ${verb} ${meant}?`;
    return { kind: 'mistake', problem: `There is no ${verb} \`${word}\`. ${hint}` };
  };
}

/** What a command with forms says of itself as a whole: its operations, and the highest risk among the forms. */
export function ofForms(forms: readonly Form[]): Pick<Command, 'operations' | 'risk' | 'forms' | 'usage'> {
  return {
    operations: [...new Set(forms.flatMap(({ operations }) => operations))],
    risk: strictest('read', ...forms.map(({ risk }) => risk)),
    forms,
    usage: `${forms.map(({ name }) => name).join('|')} TARGETS`,
  };
}
