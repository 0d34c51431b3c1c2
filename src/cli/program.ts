import { Command, InvalidArgumentError, Option } from 'commander';
import { cleanUsageError } from './clean-usage-error.ts';
import { addPki, type PkiActions } from './pki/pki-program.ts';

/** Options that most commands share. */
export interface ConfigOption {
  /** Path given with `--config`; left out: OOB_CONFIG, then ./oob.yaml. */
  readonly config?: string;
}

/** Options of `oob inventory import --ou`. */
interface UnitImportOption extends ConfigOption {
  readonly site: string;
  readonly credential: string;
}

/** Options of the `directory` commands. */
export interface DirectoryOption extends ConfigOption {
  /** Name under directory.domains; left out: all. */
  readonly domain?: string;
}

/** Another account than the service's, for what only an administrator may do. */
interface ElevatedOption {
  readonly as?: string;
}

/** Options of `oob demo`. */
interface DemoCommand {
  readonly devices: number;
  readonly port: number;
  readonly data: string;
}

/** Options of `oob say`. */
interface SayCommand {
  readonly as?: string;
  readonly channel: string;
  readonly url: string;
  readonly json: boolean;
  readonly wait: boolean;
}

/** Options of `oob policy explain`. */
export interface PolicyExplainCommand extends ConfigOption {
  readonly as: string;
  readonly channel: string;
  readonly at?: string;
}

/** As commander gives them: a flag that was not set is missing. */
type SayFlags = Omit<SayCommand, 'json' | 'wait'> & { readonly json?: boolean; readonly wait?: boolean };

/** What the commands do; each resolves to the exit code. Handed in by the composition root. */
export interface CliActions {
  readonly serve: (options: ConfigOption) => Promise<number>;
  readonly demo: (options: DemoCommand) => Promise<number>;
  /** Arguments as typed, for the simulated fleet reads them itself. */
  readonly lab: (args: readonly string[]) => Promise<number>;
  readonly say: (text: string, options: SayCommand) => Promise<number>;
  readonly importInventory: (file: string, options: ConfigOption & { readonly skipBad: boolean }) => Promise<number>;
  readonly importUnit: (unit: string, options: UnitImportOption) => Promise<number>;
  readonly setSecret: (name: string, options: ConfigOption) => Promise<number>;
  readonly listSecrets: (options: ConfigOption) => Promise<number>;
  readonly removeSecret: (name: string, options: ConfigOption) => Promise<number>;
  readonly revealSecret: (host: string, options: ConfigOption & { readonly reason: string }) => Promise<number>;
  readonly verifyDirectory: (options: DirectoryOption & { readonly json: boolean }) => Promise<number>;
  readonly prepareDirectory: (options: DirectoryOption & ElevatedOption) => Promise<number>;
  readonly delegateDirectory: (
    options: DirectoryOption & ElevatedOption & { readonly to?: string; readonly print: boolean },
  ) => Promise<number>;
  readonly showSid: (name: string, options: DirectoryOption) => Promise<number>;
  /** `site`: one of them; left out: all. */
  readonly prerequisites: (
    site: string | undefined,
    options: ConfigOption & { readonly json: boolean },
  ) => Promise<number>;
  readonly pki: PkiActions;
  readonly verifyTrail: (options: ConfigOption) => Promise<number>;
  readonly exportTrail: (options: ConfigOption & { readonly request?: string }) => Promise<number>;
  readonly explainPolicy: (text: string, options: PolicyExplainCommand) => Promise<number>;
  /** `file` is looked at instead of the configuration that is in force. */
  readonly checkPolicy: (file: string | undefined, options: ConfigOption) => Promise<number>;
  readonly doctor: (options: ConfigOption & { readonly json: boolean }) => Promise<number>;
}

/** Where the program writes, and what it calls itself. */
export interface CliSurface {
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Options of `oob inventory import` as commander gives them. */
interface ImportFlags extends UnitImportOption {
  readonly skipBad?: boolean;
  readonly ou?: string;
}

/** Takes the exit code of the action that ran. */
type Finish = (code: number) => void;

/** The command line as commander reads it. Wrong use throws CommanderError; `finish` gets the exit code of what ran. */
export function buildProgram(actions: CliActions, surface: CliSurface, finish: Finish): Command {
  const program = new Command('oob')
    .description('Chat-ops for out-of-band management of Intel AMT (vPro) computers.')
    .version(surface.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .configureOutput({
      writeOut: surface.out,
      writeErr: surface.err,
      outputError: (text, write) => write(cleanUsageError(text)),
    })
    .exitOverride();
  // Below `lab` everything is the simulated fleet's own, also what looks like an option of ours.
  program.enablePositionalOptions();
  addService(program, actions, finish);
  addSay(program, actions, finish);
  addInventory(program, actions, finish);
  addSecret(program, actions, finish);
  addPolicy(program, actions, finish);
  addDirectory(program, actions, finish);
  addPki(program, actions.pki, finish, configured);
  addAudit(program, actions, finish);
  configured(program.command('prerequisites'))
    .description('look at what a site needs before AMT is used there: DHCP, DNS, clocks, ports, names, CA keys')
    .argument('[site]', 'one site (else all of the inventory and of network.sites)')
    .option('--json', 'one JSON object per check')
    .addHelpText(
      'after',
      `
Measured from this machine against network: in the configuration. Changes nothing. DHCP is asked from UDP port 68: run it as root.
Ends 0 all well, 1 something to look at or not known, 2 something fails or there is no such site.`,
    )
    .action(async (site: string | undefined, { json = false, ...options }: ConfigOption & { json?: boolean }) =>
      finish(await actions.prerequisites(site, { ...options, json })),
    );
  configured(program.command('doctor'))
    .description('tell what is wrong with this installation and how to mend it; ends 1 when something is')
    .option('--json', 'one JSON object per check')
    .action(async ({ json = false, ...options }: ConfigOption & { json?: boolean }) =>
      finish(await actions.doctor({ ...options, json })),
    );
  return program;
}

function addService(program: Command, actions: CliActions, finish: Finish): void {
  configured(program.command('serve'))
    .description('run the service')
    .addHelpText(
      'after',
      `
SIGHUP makes it read people and policy again: people, roles, operations, rules, windows, freezes, holds, approvals, limits.
A configuration that is not valid changes nothing; the log says why. All else takes effect at the next start, and is named.
On Windows there is no such signal: start the service again. SIGTERM and SIGINT end it in good order.`,
    )
    .action(async (options: ConfigOption) => finish(await actions.serve(options)));
  program
    .command('demo')
    .description('run the service with a simulated fleet and a console in the browser')
    .addOption(new Option('--devices <n>', 'simulated PCs').argParser(whole(1, 10_000)).default(200))
    .addOption(new Option('--port <n>', 'port of the console on 127.0.0.1').argParser(whole(0, 65_535)).default(8080))
    .addOption(new Option('--data <directory>', 'where the demo keeps its database and keys').default('.oob/demo'))
    .action(async (options: DemoCommand) => finish(await actions.demo(options)));
  program
    .command('lab')
    .description('run only the simulated fleet; takes its own options, see oob lab --help')
    .argument('[options...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => finish(await actions.lab(args)));
}

function addSay(program: Command, actions: CliActions, finish: Finish): void {
  program
    .command('say')
    .description('say one command to a running service and print the answers')
    .argument('<command...>', 'the command as in the chat, in quotes: "poweron host42"')
    .option('--as <person>', 'id of the person who speaks; with a token the token decides')
    .option('--channel <id>', 'channel of the console', 'it-ops')
    .option('--url <address>', 'address of the console', 'http://127.0.0.1:8080')
    .option('--json', 'one JSON object per answer')
    .option('--wait', 'wait for approval and for the end, not only for the first answer')
    .addHelpText(
      'after',
      `
The token comes from the environment: OOB_CONSOLE_TOKEN. The demo needs none.
Ends 0 done, 1 some device failed, 2 refused or not understood, 3 waits for approval, 4 no service there.

  oob say --as operator "poweron host42"
  oob say --as operator --wait 'poweroff site:madrid --reason "fire drill"'`,
    )
    .action(async (words: string[], { json = false, wait = false, ...options }: SayFlags) =>
      finish(await actions.say(words.join(' '), { ...options, json, wait })),
    );
}

function addInventory(program: Command, actions: CliActions, finish: Finish): void {
  const inventory = program.command('inventory').description('the devices that the service knows');
  configured(inventory.command('import'))
    .description(
      'add and change devices from a CSV file or a unit of Active Directory; nothing is imported when a row is wrong',
    )
    .argument(
      '[file]',
      'CSV with a header: name, fqdn, address, mac, site, groups, tls, certificate_fingerprint, credential, port',
    )
    .option('--skip-bad', 'leave wrong rows out and import the others')
    .option(
      '--ou <dn>',
      'in place of a file: the computers in this unit; PCs that are known only get their unit recorded',
    )
    .option('--site <name>', 'with --ou: site of PCs that are new', 'default')
    .option('--credential <name>', 'with --ou: credential of PCs that are new', 'default')
    .addHelpText(
      'after',
      `
Ends 0 all rows imported, 1 some left out, 2 nothing imported. Groups are separated by ;

  oob inventory import pcs.csv
  oob inventory import --ou "OU=Madrid,OU=PCs,DC=corp,DC=example,DC=com" --site madrid`,
    )
    .action(async (file: string | undefined, options: ImportFlags, command: Command) => {
      const { skipBad = false, ou, site, credential, ...rest } = options;
      if (ou !== undefined && file === undefined)
        return finish(await actions.importUnit(ou, { ...rest, site, credential }));
      if (ou !== undefined || file === undefined)
        return command.error('error: name a file or --ou, and only one of them');
      finish(await actions.importInventory(file, { ...rest, skipBad }));
    });
}

function addSecret(program: Command, actions: CliActions, finish: Finish): void {
  const secret = program.command('secret').description('the encrypted store of secrets');
  configured(secret.command('set'))
    .description('store a secret; its value is read from standard input, never from the command line')
    .argument('<name>', 'what { secret: NAME } in the configuration refers to')
    .addHelpText(
      'after',
      '\n  oob secret set slack-bot < token.txt\n  oob secret set slack-bot          (asks, and shows nothing)',
    )
    .action(async (name: string, options: ConfigOption) => finish(await actions.setSecret(name, options)));
  configured(secret.command('list'))
    .description('show the names, never the values')
    .action(async (options: ConfigOption) => finish(await actions.listSecrets(options)));
  configured(secret.command('remove'))
    .description('forget a secret')
    .argument('<name>')
    .action(async (name: string, options: ConfigOption) => finish(await actions.removeSecret(name, options)));
  configured(secret.command('reveal'))
    .description('show the passwords that a provisioned PC was given, for a day without this service')
    .argument('<host>', 'name of the PC in the inventory')
    .requiredOption('--reason <text>', 'why; it is kept in the trail')
    .addHelpText('after', '\nNeeds service.secretKey. The trail has who was shown, before it is shown.')
    .action(async (host: string, options: ConfigOption & { reason: string }) =>
      finish(await actions.revealSecret(host, options)),
    );
}

function addPolicy(program: Command, actions: CliActions, finish: Finish): void {
  const policy = program.command('policy').description('who may do what, when, and who has to agree');
  configured(policy.command('explain'))
    .description('tell what the policy would say to a command, which rule makes it, and what every guard finds')
    .argument('<command...>', 'the command as in the chat, in quotes: "poweroff site:madrid"')
    .requiredOption('--as <person>', 'id of the person who would ask')
    .option('--channel <channel>', 'PLATFORM:TENANT/CHANNEL, or the id of a channel of the console', 'it-ops')
    .option('--at <time>', 'as if it were then: "2026-12-24 22:00" in the zone of the service, or with an offset')
    .addHelpText(
      'after',
      `
Asks for nothing and changes nothing. Works beside a running service and without one.
Ends 0 it would be done at once, 3 it would wait for a confirmation or approvals, 2 it would be refused or is not
understood, 1 the store cannot be read.

  oob policy explain --as operator 'poweroff site:madrid --reason "fire drill"'
  oob policy explain --as operator --channel slack:T024BE7LD/C012AB3CD --at "2026-12-24 22:00" "reset host42"`,
    )
    .action(async (words: string[], options: PolicyExplainCommand) =>
      finish(await actions.explainPolicy(words.join(' '), options)),
    );
  configured(policy.command('check'))
    .description("check a configuration's policy: mistakes, and what has no effect or leads nowhere")
    .argument('[file]', 'the configuration to check, in place of the one in force')
    .addHelpText('after', '\nEnds 0 nothing to say, 1 there are warnings, 2 the configuration is not valid.')
    .action(async (file: string | undefined, options: ConfigOption) =>
      finish(await actions.checkPolicy(file, options)),
    );
}

function addDirectory(program: Command, actions: CliActions, finish: Finish): void {
  const directory = program
    .command('directory')
    .description('Active Directory: the unit for device objects, and who may write it');
  const command = (name: string) =>
    configured(directory.command(name)).option('--domain <name>', 'one name under directory.domains (else all)');
  const elevated = (each: Command) =>
    each
      .option('--as <account>', 'log on as this account; its password is read from standard input')
      .addHelpText('after', '\n  oob directory prepare --as administrator@corp.example.com');
  command('verify')
    .description(
      'look whether the unit is there, reached and fully controlled; makes and deletes a trial object; ends 1 when not',
    )
    .option('--json', 'one JSON object per check')
    .action(async ({ json = false, ...options }: DirectoryOption & { json?: boolean }) =>
      finish(await actions.verifyDirectory({ ...options, json })),
    );
  elevated(command('prepare'))
    .description('make the unit in each domain where it is missing')
    .action(async (options: DirectoryOption & ElevatedOption) => finish(await actions.prepareDirectory(options)));
  elevated(command('delegate'))
    .description('grant Full Control on the unit and all its child objects')
    .option('--to <name>', "user or group, by name or SID (else the service's account)")
    .option('--print', 'only show the dsacls command for a domain administrator')
    .action(
      async ({ print = false, ...options }: DirectoryOption & ElevatedOption & { to?: string; print?: boolean }) =>
        finish(await actions.delegateDirectory({ ...options, print })),
    );
  command('sid')
    .description('show the SID of a user or group')
    .argument('<name>', 'DOMAIN\\name, name@domain or a plain account name')
    .action(async (name: string, options: DirectoryOption) => finish(await actions.showSid(name, options)));
}

function addAudit(program: Command, actions: CliActions, finish: Finish): void {
  const audit = program.command('audit').description("the service's own trail: who asked, who approved, what was done");
  configured(audit.command('verify'))
    .description('prove that nothing in the trail was altered, removed or reordered; ends 1 when something was')
    .action(async (options: ConfigOption) => finish(await actions.verifyTrail(options)));
  configured(audit.command('export'))
    .description('write the trail to standard output, one JSON object per line, oldest first')
    .option('--request <id>', 'only what belongs to this request')
    .action(async (options: ConfigOption & { request?: string }) => finish(await actions.exportTrail(options)));
}

function configured(command: Command): Command {
  return command.option('--config <file>', 'the configuration (else OOB_CONFIG, else ./oob.yaml)');
}

const whole = (least: number, most: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Allowed: a whole number from ${least} to ${most}.`);
};
