import { capabilities } from '../adapters/amt/capabilities.ts';
import { knownClasses } from '../lab/classes/registry.ts';
import { allDefinitions } from '../test/amt/classes/all-definitions.ts';
import { calls } from '../test/amt/oracle/calls.ts';
import { builtMessages } from '../test/amt/oracle/case.ts';
import { puts } from '../test/amt/oracle/puts.ts';
import { reads } from '../test/amt/oracle/reads.ts';
import { capturedReplies } from './evidence/captured-replies.ts';
import { meshCentralOperations } from './evidence/mesh-central-operations.ts';
import { table } from './readme.ts';

/** What one source knows: a word for the cell, by class and operation (`AMT_AuditLog ReadRecords`). */
type Evidence = ReadonlyMap<string, string>;

const listed = (source: Readonly<Record<string, string>>, word: string): Evidence =>
  new Map(
    Object.entries(source).flatMap(([name, all]) => all.split(' ').map((one) => [`${name} ${one}`, word] as const)),
  );

/** Sent, with the first version that takes it; `typed`: the class layer has its arguments and results, nothing sends it yet. */
function clientEvidence(): Evidence {
  const typed = [...allDefinitions.values()].flatMap(({ name, methods }) =>
    Object.keys(methods).map((method) => [`${name} ${method}`, 'typed'] as const),
  );
  const sent = Object.entries(capabilities).flatMap(([name, { since, operations }]) =>
    [...operations].map(([one, later]) => [`${name} ${one}`, from(later ?? since)] as const),
  );
  return new Map([...typed, ...sent]);
}

function labEvidence(): Evidence {
  return new Map(
    knownClasses().flatMap(({ name, since, operations }) =>
      ['Enumerate', 'Get', ...operations].map((text) => {
        const [operation = '', later = String(since)] = text.split(/ \(|\)/);
        return [`${name} ${operation}`, from(later === '0' ? null : later)] as const;
      }),
    ),
  );
}

const from = (version: string | null) =>
  version === null ? 'yes' : `from ${version.includes('.') ? version : `${version}.0`}`;

/** Requests that are compared with those of wsman-messages, `ReadRecords AMT_AuditLog`, turned round. */
function builderEvidence(): Evidence {
  const compared = [...[...reads, ...calls, ...puts].map(({ ours }) => ours), ...builtMessages];
  return new Map(compared.map((text) => [text.split(' ').reverse().join(' '), 'wsman-messages'] as const));
}

/** The `README.md` of the AMT adapter: which operation on which class is covered, and who vouches for it. */
export function amtCoverage(): string {
  const client = clientEvidence();
  const lab = labEvidence();
  const captured = listed(capturedReplies, 'yes');
  const foreign = [builderEvidence(), listed(meshCentralOperations, 'MeshCentral')];
  const known = [client, lab, captured, ...foreign].flatMap((source) => [...source.keys()]);
  const rows = [...new Set(known)].sort().map((key) => {
    const [name = '', operation = ''] = key.split(' ');
    const vouchers = foreign.flatMap((source) => source.get(key) ?? []);
    const cells = [client, lab, captured].map((source) => source.get(key) ?? '');
    return [`\`${name}\``, `\`${operation}\``, ...cells, vouchers.join(', ')];
  });
  const sent = [...client].filter(([, word]) => word !== 'typed').map(([key]) => key);
  const count = (has: (key: string) => boolean) => `${sent.filter(has).length} of ${sent.length}`;
  return `${introduction(
    count((key) => lab.has(key)),
    count((key) => captured.has(key)),
    count((key) => foreign.some((source) => source.has(key))),
  )}
${table(['Class', 'Operation', 'Client', 'Lab', 'Captured', 'Foreign client'], rows)}
`;
}

const introduction = (inLab: string, recorded: string, vouched: string) => `# The AMT adapter: what is covered

Made by \`node manifest/build.ts\` from the code; a test compares. One row for each operation on a class of Intel AMT.

- Client: this adapter sends it, to firmware from that version on (\`capabilities.ts\`); *typed*: its arguments and results are
  defined (\`classes/*/definitions.ts\`), and nothing sends it. Properties that came later than their class stand here too.
- Lab: the simulated firmware in \`lab/\`, which shares no code with this adapter, does it, from that version on.
- Captured: there is a reply recorded from a device (device-management-toolkit/go-wsman-messages, Apache-2.0). The client reads each
  without loss where it has the class; the lab's replies to reads and to most methods have the same elements, order and kinds.
- Foreign client: programs that we did not write. *wsman-messages* 5.14.1 builds the same request as the client (canonical XML).
  *MeshCentral* 1.1.55 does it with the lab.

Of the operations that the client sends, the lab does ${inLab}, a reply is recorded for ${recorded}, and a foreign client vouches for
${vouched}. Where the versions come from: \`capabilities.ts\`; how far the lab is to be believed: \`lab/README.md\`.
`;
