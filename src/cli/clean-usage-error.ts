import { redactText } from '../logging/redact.ts';

/**
 * commander's complaint without the values it repeats: what was typed in the wrong place may be a secret, and what is printed
 * ends in logs. Names of options stay.
 */
export function cleanUsageError(text: string): string {
  const secretSet = /too many arguments for 'set'/.test(text);
  const cleaned = text
    .replace(/(too many arguments[^:]*but got \d+): [\s\S]*/, '$1.\n')
    .replace(/unknown option '(--[^'=]*)=[^']*'/, "unknown option '$1'")
    .replace(/unknown option '(-[^-'])[^']*'/, "unknown option '$1'")
    .replace(/command-argument value '[\s\S]*' is invalid/, 'command-argument value is invalid');
  const advice =
    'The value of a secret is read from standard input. If one was typed just now, change it: the shell remembers it.\n';
  return redactText(cleaned) + (secretSet ? advice : '');
}
