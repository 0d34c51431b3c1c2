import { knownClasses } from './classes/registry.ts';
import { faultCatalogue } from './faults.ts';
import { personas } from './personas.ts';

/** The table of faults in README.md, Markdown; a test compares. */
export function faultTable(): string {
  const rows = Object.entries(faultCatalogue).map(
    ([name, { does, argument }]) => `| \`${name}\` | ${does} | ${argument ?? ''} |`,
  );
  return ['| fault | what the device does | argument, after a colon |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The table of personas in README.md, Markdown; a test compares. */
export function personaTable(): string {
  const version = (tls: string) => (tls === 'TLSv1' ? '1.0' : tls.slice(4));
  const rows = personas.map(
    ({ name, version: firmware, build, tlsMin, tlsMax, plainPort, qop }) =>
      `| \`${name}\` | ${firmware}.${build} | ${version(tlsMin)} to ${version(tlsMax)} | ${plainPort ? 'yes' : 'no'} | \`${qop}\` |`,
  );
  return ['| persona | firmware | TLS | plain port | qop |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** The table of classes in README.md, Markdown; a test compares. */
export function classTable(): string {
  const rows = knownClasses().map(
    ({ name, since, operations }) => `| \`${name}\` | ${since === 0 ? '' : since} | ${operations.join(', ')} |`,
  );
  return ['| class | from AMT | beside Get and Enumerate |', '| --- | --- | --- |', ...rows].join('\n');
}
