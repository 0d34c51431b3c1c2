import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RevocationReason, revocationReasons } from '../../ports/pki/issuer.ts';
import type { ConfigOption } from '../program.ts';

/** Options of `oob pki judge`. */
export interface JudgeOptions extends ConfigOption {
  readonly suffix?: string;
  readonly rootHash: readonly string[];
  readonly amt?: number;
  readonly hostBased: boolean;
  readonly lookUp: boolean;
  readonly password: boolean;
  readonly json: boolean;
}

/** Options of `oob pki request`. */
export interface RequestOptions extends ConfigOption {
  readonly cn: string;
  readonly out: string;
  readonly organization?: string;
  readonly unit: boolean;
  readonly bits: 2048 | 4096;
  readonly key: string;
}

/** What the `pki` commands do; each resolves to the exit code. */
export interface PkiActions {
  /** Without a file: those of the configuration. */
  readonly judge: (file: string | undefined, options: JudgeOptions) => Promise<number>;
  readonly request: (options: RequestOptions) => Promise<number>;
  readonly authority: (options: ConfigOption) => Promise<number>;
  readonly list: (options: ConfigOption & { readonly limit: number; readonly json: boolean }) => Promise<number>;
  readonly revoke: (serial: string, options: ConfigOption & { readonly reason: RevocationReason }) => Promise<number>;
  readonly publish: (options: ConfigOption & { readonly out?: string }) => Promise<number>;
}

/** Adds `oob pki`. `configured` adds the option that every command has. */
export function addPki(
  program: Command,
  actions: PkiActions,
  finish: (code: number) => void,
  configured: (command: Command) => Command,
): void {
  const pki = program.command('pki').description('certificates: for provisioning, and those of the devices');
  configured(pki.command('judge'))
    .description('judge a provisioning certificate by every rule of Intel AMT; ends 1 when one fails')
    .argument(
      '[file]',
      'PKCS#12 (.pfx, .p12); its password is read from standard input. Else those of the configuration',
    )
    .option('--suffix <domain>', 'DNS suffix of the PCs: DHCP option 15, or the PKI DNS suffix in MEBx')
    .option('--root-hash <hex>', 'hash of a root that the PCs trust (SHA-1 or SHA-256); may be repeated', collected, [])
    .addOption(new Option('--amt <major>', 'lowest AMT version of the PCs').argParser(major))
    .option('--host-based', 'for setup through an agent in the operating system, which wants SHA-2')
    .option('--no-look-up', 'do not fetch revocation lists')
    .option('--no-password', 'the file has no password; nothing is read from standard input')
    .option('--json', 'one JSON object per rule')
    .addHelpText('after', '\n  oob pki judge oob.pfx --suffix corp.example.com < password.txt')
    .action(
      async (
        file: string | undefined,
        {
          hostBased = false,
          json = false,
          ...rest
        }: Omit<JudgeOptions, 'hostBased' | 'json'> & { hostBased?: boolean; json?: boolean },
      ) => finish(await actions.judge(file, { ...rest, hostBased, json })),
    );
  configured(pki.command('request'))
    .description(
      'make a key and a request (PKCS#10) for a provisioning certificate; the key stays in the encrypted store',
    )
    .requiredOption('--cn <name>', 'full DNS name of this service, in the domain of the PCs')
    .requiredOption('--out <file>', 'where the request is written; must not exist')
    .option('--organization <name>', 'organization, where the authority wants one')
    .option('--unit', 'also ask for the OU "Intel(R) Client Setup Certificate", for authorities without the OID')
    .addOption(new Option('--bits <n>', 'key size; 4096 needs AMT 6.0').argParser(bits).default(2048))
    .option('--key <name>', 'name of the key in the encrypted store', 'provisioning-key')
    .action(async ({ unit = false, ...rest }: Omit<RequestOptions, 'unit'> & { unit?: boolean }) =>
      finish(await actions.request({ ...rest, unit })),
    );
  configured(pki.command('authority'))
    .description('show the authority that issues the certificates of devices, and whether it is fit for them')
    .action(async (options: ConfigOption) => finish(await actions.authority(options)));
  configured(pki.command('list'))
    .description('show the certificates that were issued, newest first')
    .addOption(new Option('--limit <n>', 'how many').argParser(whole).default(100))
    .option('--json', 'one JSON object per certificate')
    .action(async ({ json = false, ...options }: ConfigOption & { limit: number; json?: boolean }) =>
      finish(await actions.list({ ...options, json })),
    );
  configured(pki.command('revoke'))
    .description('revoke a certificate and publish a new list')
    .argument('<serial>', 'serial number in hexadecimal')
    .addOption(new Option('--reason <reason>', 'why').choices([...revocationReasons]).default('superseded'))
    .action(async (serial: string, options: ConfigOption & { reason: RevocationReason }) =>
      finish(await actions.revoke(serial, options)),
    );
  configured(pki.command('crl'))
    .description('make and publish a new revocation list now')
    .option('--out <file>', 'also write it to this file, DER')
    .action(async (options: ConfigOption & { out?: string }) => finish(await actions.publish(options)));
}

const collected = (value: string, before: readonly string[]): readonly string[] => {
  if (!/^(?:[0-9a-f]{2}[:\s]?){20,48}$/i.test(value))
    throw new InvalidArgumentError('Allowed: a SHA-1, SHA-256 or SHA-384 in hexadecimal.');
  return [...before, value];
};

const major = (text: string): number => {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('Allowed: a major version such as 16.');
  return Number(text);
};

const bits = (text: string): 2048 | 4096 => {
  if (text === '2048') return 2048;
  if (text === '4096') return 4096;
  throw new InvalidArgumentError('Allowed: 2048 or 4096.');
};

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Allowed: a whole number from 1 to 99999.');
  return Number(text);
};
