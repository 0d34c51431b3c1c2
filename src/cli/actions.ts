import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findConfigFile, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createSecretSources } from '../config/secrets/resolve-secret.ts';
import { createLogger } from '../logging/logger.ts';
import type { DeviceInput } from '../ports/store/inventory-store.ts';
import type { Store } from '../ports/store/store.ts';
import { newId } from '../runtime/new-id.ts';
import type { DirectoryCommand } from './directory.ts';
import { noteInTrail } from './note-in-trail.ts';
import { createPkiActions } from './pki/pki-actions.ts';
import type { CliActions, CliSurface, ConfigOption, DirectoryOption } from './program.ts';
import { untilSignal } from './until-signal.ts';

const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What each command does. Everything heavy is loaded only by the command that needs it, so that `say` answers at once. */
export function createCliActions(surface: Pick<CliSurface, 'out' | 'err'>, environment: NodeJS.ProcessEnv): CliActions {
  const out = (line: string) => surface.out(`${line}\n`);
  const err = (line: string) => surface.err(`${line}\n`);
  const databaseUrl = environment.DATABASE_URL || undefined;
  const configFile = ({ config }: ConfigOption) => findConfigFile(config, environment, process.cwd());

  const openSecrets = async (config: Config) => {
    const { openSecretStore } = await import('../composition/stores.ts');
    return openSecretStore(config, environment);
  };

  const openStore = async (config: Config) => {
    const stores = await import('../composition/stores.ts');
    return stores.openStore(config, databaseUrl, createLogger({ level: 'error' }), environment);
  };

  const withStore = async <T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openStore(config);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };

  /** Where the secrets come from; the encrypted store is opened only when something is looked up in it. */
  const sourcesOf = async (config: Config) => createSecretSources(environment, () => openSecrets(config));

  const secretCommand = async (options: ConfigOption) => {
    const config = await loadConfig(configFile(options));
    const input = process.stdin;
    return { open: () => openSecrets(config), input, out, prompt: surface.err, err };
  };

  const importInto = async (store: Store, devices: readonly DeviceInput[], from: Readonly<Record<string, unknown>>) => {
    const result = await store.inventory.importDevices(devices, () => newId('dev'));
    await noteInTrail(store, 'inventory_imported')({ ...from, ...result, devices: devices.length });
    return result;
  };

  const withDomains = async (
    { domain, as, ...options }: DirectoryOption & { readonly as?: string },
    work: (command: DirectoryCommand) => Promise<number>,
  ) => {
    const config = await loadConfig(configFile(options));
    const [{ openDirectories }, { readSecret }] = await Promise.all([
      import('../composition/directories.ts'),
      import('./secrets/read-secret.ts'),
    ]);
    const elevated = as === undefined ? null : { account: as, password: await readSecret(process.stdin, surface.err) };
    const directories = await openDirectories(config, await sourcesOf(config), {
      ...(domain === undefined ? {} : { only: domain }),
      ...(elevated ? { elevated } : {}),
    });
    try {
      const peopleOf = (domain: string) =>
        config.people.flatMap(({ name, directory }) =>
          directory?.domain === domain ? [{ name, sid: directory.sid }] : [],
        );
      const accountOf = (name: string) => config.directory.domains[name]?.account ?? '';
      return await work({
        domains: directories.map((directory) => ({
          directory,
          account: accountOf(directory.name),
          people: peopleOf(directory.name),
        })),
        out,
        err,
      });
    } finally {
      for (const directory of directories) await directory.close();
    }
  };

  return {
    async serve(options) {
      const config = await loadConfig(configFile(options));
      const logger = createLogger({ level: config.service.logLevel, base: { service: config.service.name } });
      const { startService } = await import('../main.ts');
      // A hang-up before the start is done has nothing to reload: what is being started has just been read.
      let reload = () => {};
      const { ended, fail } = untilSignal(() => reload());
      const service = await startService({
        config,
        secrets: await sourcesOf(config),
        logger,
        databaseUrl,
        demo: null,
        onFatal: fail,
      });
      reload = () => void service.reload(() => loadConfig(configFile(options)));
      const why = await ended;
      logger.info({ why: why instanceof Error ? why.message : why }, 'the service is stopping');
      await service.stop();
      return why instanceof Error ? 1 : 0;
    },
    async demo({ devices, port, data }) {
      const { startDemo } = await import('./demo.ts');
      const { ended, fail } = untilSignal();
      const logger = createLogger({ level: 'warn' });
      const demo = await startDemo({ devices, port, directory: resolve(data), logger, out }, fail);
      const why = await ended;
      out('Stopping ...');
      await demo.stop();
      if (why instanceof Error) err(why.message);
      return why instanceof Error ? 1 : 0;
    },
    lab: (args) =>
      new Promise((done, failed) => {
        const lab = spawn(process.execPath, [join(projectRoot, 'lab', 'main.ts'), ...args], { stdio: 'inherit' });
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => lab.kill(signal));
        lab.once('error', failed);
        lab.once('exit', (code) => done(code ?? 1));
      }),
    async say(text, { as, ...options }) {
      const { runSay } = await import('./say.ts');
      const token = environment.OOB_CONSOLE_TOKEN;
      const columns = process.stdout.columns;
      return runSay({
        ...options,
        text,
        as: as ?? null,
        out,
        ...(token ? { token } : {}),
        ...(columns ? { columns } : {}),
      });
    },
    async importInventory(file, options) {
      const config = await loadConfig(configFile(options));
      const { runInventoryImport } = await import('./inventory-import.ts');
      return runInventoryImport({
        file,
        skipBad: options.skipBad,
        credentials: Object.keys(config.amt.credentials),
        importDevices: (devices) => withStore(config, (store) => importInto(store, devices, {})),
        out,
        err,
      });
    },
    async importUnit(unit, { site, credential, ...options }) {
      const config = await loadConfig(configFile(options));
      if (!(credential in config.amt.credentials)) {
        err(`amt.credentials has no "${credential}"; name one of it with --credential.`);
        return 2;
      }
      const [{ runUnitImport }, { openDirectories }] = await Promise.all([
        import('./inventory/import-unit.ts'),
        import('../composition/directories.ts'),
      ]);
      const directories = await openDirectories(config, await sourcesOf(config));
      const place = (dn: string) =>
        dn
          .toLowerCase()
          .replace(/\s*,\s*/g, ',')
          .match(/(?:^|,)dc=.*$/)?.[0]
          .replace(/^,/, '');
      try {
        return await withStore(config, (store) =>
          runUnitImport({
            unit,
            directory: directories.find((directory) => place(directory.unit.dn) === place(unit)) ?? null,
            inventory: store.inventory,
            fresh: { site, credential },
            importDevices: (devices) => importInto(store, devices, { unit }),
            out,
            err,
          }),
        );
      } finally {
        for (const directory of directories) await directory.close();
      }
    },
    async setSecret(name, options) {
      const { runSecretSet } = await import('./secrets/secret.ts');
      return runSecretSet(name, await secretCommand(options));
    },
    async listSecrets(options) {
      const { runSecretList } = await import('./secrets/secret.ts');
      return runSecretList(await secretCommand(options));
    },
    async removeSecret(name, options) {
      const { runSecretRemove } = await import('./secrets/secret.ts');
      return runSecretRemove(name, await secretCommand(options));
    },
    async revealSecret(host, { reason, ...options }) {
      const config = await loadConfig(configFile(options));
      const { runSecretReveal } = await import('./secrets/reveal.ts');
      return withStore(config, (store) => {
        const { inventory, deviceSecrets } = store;
        const note = (data: Readonly<Record<string, unknown>>) =>
          noteInTrail(store, 'device_password_shown')({ ...data, account: userInfo().username });
        return runSecretReveal(host, { inventory, deviceSecrets, reason, note, out, err });
      });
    },
    async explainPolicy(text, { as, channel, at, ...options }) {
      const config = await loadConfig(configFile(options));
      const { explainFromStore } = await import('./policy/explain-from-store.ts');
      const columns = process.stdout.columns;
      return explainFromStore({
        config,
        databaseUrl,
        secrets: await sourcesOf(config),
        text,
        as,
        channel,
        ...(at === undefined ? {} : { at }),
        ...(columns ? { columns } : {}),
        out,
        err,
      });
    },
    async checkPolicy(file, options) {
      const path = file === undefined ? configFile(options) : resolve(file);
      const { runPolicyCheck } = await import('./policy/check.ts');
      return runPolicyCheck({ config: await loadConfig(path), file: path, now: new Date(), out });
    },
    async verifyDirectory({ json, ...options }) {
      const { runDirectoryVerify } = await import('./directory.ts');
      return withDomains(options, (command) => runDirectoryVerify(command, { json, now: () => new Date() }));
    },
    async prepareDirectory(options) {
      const { runDirectoryPrepare } = await import('./directory.ts');
      return withDomains(options, runDirectoryPrepare);
    },
    async delegateDirectory({ print, to, ...options }) {
      const { runDirectoryDelegate, runDirectoryPrint } = await import('./directory.ts');
      const run = print ? runDirectoryPrint : runDirectoryDelegate;
      return withDomains(options, (command) => run(command, to ?? null));
    },
    async showSid(name, options) {
      const { runDirectorySid } = await import('./directory.ts');
      return withDomains(options, (command) => runDirectorySid(command, name));
    },
    async prerequisites(site, { json, ...options }) {
      const config = await loadConfig(configFile(options));
      const { prerequisitesFromStore } = await import('./prerequisites/from-store.ts');
      const secrets = await sourcesOf(config);
      return prerequisitesFromStore({ config, databaseUrl, secrets, only: site ?? null, json, out, err });
    },
    pki: createPkiActions({
      load: (options) => loadConfig(configFile(options)),
      sourcesOf,
      openSecrets,
      withStore,
      readPassword: async () => (await import('./secrets/read-secret.ts')).readSecret(process.stdin, surface.err),
      out,
      err,
    }),
    async verifyTrail(options) {
      const config = await loadConfig(configFile(options));
      const [{ verifyTrail }, { openTrailAnchors }] = await Promise.all([
        import('../audit/verify-trail.ts'),
        import('../composition/stores.ts'),
      ]);
      return withStore(config, async ({ trail }) => {
        const verdict = await verifyTrail(trail, await openTrailAnchors(config).read());
        const head = verdict.head ? ` Last entry: ${verdict.head.sequence} ${verdict.head.hash}` : '';
        if (!verdict.damage)
          out(`The trail is whole: ${verdict.entries} entries, ${verdict.anchors} anchors fit.${head}`);
        else
          err(
            `The trail is damaged (${verdict.damage.what}) at entry ${verdict.damage.sequence}: ${verdict.damage.detail}. ${verdict.entries} entries before it are whole.`,
          );
        return verdict.damage ? 1 : 0;
      });
    },
    async exportTrail({ request, ...options }) {
      const config = await loadConfig(configFile(options));
      const { exportTrail } = await import('../audit/export-trail.ts');
      return withStore(config, async ({ trail }) => {
        for await (const line of exportTrail(trail, { requestId: request ?? null })) out(line);
        return 0;
      });
    },
    async doctor({ json, ...options }) {
      const [{ runDoctor, finding }, { doctorChecks }, { directoryCheck }, { deviceSecretsCheck }] = await Promise.all([
        import('./doctor.ts'),
        import('./doctor/doctor-checks.ts'),
        import('./doctor/directory-check.ts'),
        import('./doctor/device-secrets-check.ts'),
      ]);
      const database = (config: Config) => ({
        name: 'database',
        run: () =>
          withStore(config, async (store) => {
            await store.check(5_000);
            const devices = (await store.inventory.summary()).reduce((sum, site) => sum + site.devices, 0);
            return devices > 0
              ? finding.ok(`answers, ${devices} devices`)
              : finding.warn('answers, and the inventory is empty', 'Fill it with: oob inventory import FILE.csv');
          }),
      });
      const domain = (config: Config, name: string) =>
        directoryCheck(name, async () => {
          const { openDirectories } = await import('../composition/directories.ts');
          return (await openDirectories(config, await sourcesOf(config), { only: name }))[0];
        });
      const checks = await doctorChecks({
        configFile: configFile(options),
        nodeVersion: process.version,
        now: () => new Date(),
        databaseUrl,
        sources: sourcesOf,
        more: (config) => [
          database(config),
          deviceSecretsCheck(() => openStore(config)),
          ...Object.keys(config.directory.domains).map((name) => domain(config, name)),
        ],
      });
      return runDoctor(checks, { json, out });
    },
  };
}
