import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { createAmtGateway, missingFeatures } from '../adapters/amt/index.ts';
import { createChartPainter } from '../adapters/chart/index.ts';
import { type ConsoleMode, createConsoleAdapter, createTokenLookup } from '../adapters/console/index.ts';
import { createNetworkProbes } from '../adapters/network/network-probes.ts';
import { createPresenceProbe } from '../adapters/network/presence.ts';
import { createSiteProbes } from '../adapters/network/site/site-probes.ts';
import { createPresenceSweep } from '../adapters/network/sweep.ts';
import { createSecretStore, createStore, createTrailAnchors } from '../adapters/store/index.ts';
import { createWakeOnLan } from '../adapters/wake-on-lan/index.ts';
import { createLogReconciliation } from './audit/device-log/reconcile.ts';
import { createCredentialSource } from './config/credential-source.ts';
import { digestsOf } from './config/digests-of.ts';
import { followUpOf } from './config/follow-up-of.ts';
import { identitySourceOf } from './config/identity-source.ts';
import { missingInterfaces } from './config/missing-interfaces.ts';
import { createPolicyInForce } from './config/policy-in-force.ts';
import { resolveSecret, type SecretSources } from './config/resolve-secret.ts';
import { schedulesOf } from './config/schedules-of.ts';
import type { Config } from './config/schema.ts';
import { connectionsOf, transmissionOf } from './config/transmission-of.ts';
import { secureOnOf, wakeOf } from './config/wake-of.ts';
import { wavesOf } from './config/waves-of.ts';
import { createGroupRoles } from './directory/group-roles.ts';
import { usualTiming } from './discovery/run-scan.ts';
import { createPublicServer } from './http/public-http.ts';
import { mountRevocationList } from './http/revocation-list-route.ts';
import { createOperations } from './operations/index.ts';
import { keepListFresh } from './pki/keep-list-fresh.ts';
import { type CertificateOffice, openOffice } from './pki/office.ts';
import type { ChatAdapter } from './ports/chat.ts';
import type { Directory } from './ports/directory.ts';
import type { PublicHttp } from './ports/http.ts';
import type { Logger } from './ports/logger.ts';
import type { ProvisioningBundle, ProvisioningCertificates, ProvisioningRequest } from './ports/pki/provisioning.ts';
import type { SecretStore } from './ports/secret-store.ts';
import type { SiteProbes } from './ports/site-probes.ts';
import type { Store } from './ports/store.ts';
import type { TrailAnchors } from './ports/trail-anchors.ts';
import { profilesOf } from './profiles/profiles-of.ts';
import { createHelloDesk } from './provisioning/hello/hello-desk.ts';
import { newId } from './runtime/new-id.ts';
import { systemClock as clock } from './runtime/system-clock.ts';
import { createService } from './service.ts';
import { subnetOf } from './wake/subnets.ts';

/** What is handed to the composition besides the configuration. */
interface Surroundings {
  readonly config: Config;
  readonly secrets: SecretSources;
  readonly logger: Logger;
  readonly databaseUrl: string | undefined;
  /** The demo's console lets one speak as anybody; else tokens decide. */
  readonly demo: { readonly hints: readonly string[] } | null;
  /** The store is lost: nothing can be kept any more. */
  readonly onFatal: (error: Error) => void;
}

/** A service that runs. */
interface Running {
  readonly store: Store;
  readonly consoleUrl: string | null;
  readonly publicPort: number;
  /** Takes over people and policy of a configuration read afresh; all else takes effect at the next start. Never rejects. */
  reload(load: () => Promise<Config>): Promise<void>;
  stop(): Promise<void>;
}

/** Makes everything, from the store up to the chat platforms, and starts it. What was begun is undone when a part fails. */
export async function startService(surroundings: Surroundings): Promise<Running> {
  const { config, logger, databaseUrl } = surroundings;
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse())
      await step().catch((error: unknown) => logger.error({ error }, 'a part did not stop well'));
  };
  try {
    const store = await createStore({
      ...(databaseUrl ? { databaseUrl } : {}),
      dataDirectory: config.service.dataDirectory,
      logger,
      onFatal: surroundings.onFatal,
    });
    undo.push(() => store.close());
    const { certificateAuthorityFile, requestSeconds, wakeSeconds, verifySeconds, connections, connectionsPerSite } =
      config.amt;
    const credentials = createCredentialSource(config, surroundings.secrets);
    const ca = certificateAuthorityFile ? await readFile(certificateAuthorityFile) : null;
    const gateway = createAmtGateway({
      credentials,
      ca,
      clock,
      logger,
      timeouts: { replyTimeoutMs: requestSeconds * 1_000, wakeWindowMs: wakeSeconds * 1_000 },
    });
    undo.push(() => gateway.close());
    const probes = createNetworkProbes({ dnsServers: config.amt.dnsServers, ca });
    const sweep = createPresenceSweep();
    const missing = missingInterfaces(config, Object.keys(networkInterfaces()));
    if (missing.length > 0)
      logger.warn(
        { interfaces: missing },
        'wake.interface names none of this machine: no magic packet will leave by it',
      );
    const server = createPublicServer({
      ready: async () => {
        if (service.isStopping()) throw new Error('stopping');
        await store.check(2_000);
      },
    });
    const consoleChat = await consoleOf(surroundings, store);
    const chats = [...(consoleChat ? [consoleChat] : []), ...(await remoteChats(surroundings, server.app))];
    await publishRevocationLists(surroundings, store, server.app, undo);
    const inForce = createPolicyInForce({ config, trail: store.trail, clock, logger });
    const profiles = profilesOf(config);
    const { timezone: timeZone } = config.service;
    const moreRoles = await groupRolesOf(surroundings, undo);
    const service = createService({
      store,
      anchors: createTrailAnchors(config.service.dataDirectory),
      gateway,
      operations: createOperations({
        deviceLogs: store.deviceLogs,
        assets: store.assets,
        standings: store.standings,
        profiles: () => profiles,
        credentials,
        probes,
        sweep,
        missingFeatures,
        statuses: store.amtStatuses,
        wakeHistory: store.wakeHistory,
        reconcile: createLogReconciliation({
          findings: store.findings,
          userOf: (credential) => config.amt.credentials[credential]?.user ?? null,
          newId,
        }),
        newId,
        timeZone,
        wake: {
          settingsOf: (site) => wakeOf(config, site),
          secureOnOf: (site) => secureOnOf(config, site, surroundings.secrets),
          sender: createWakeOnLan({ clock }),
          presence: createPresenceProbe(),
        },
      }),
      chats,
      principals: inForce.principals,
      ...(moreRoles ? { moreRoles } : {}),
      policy: inForce.policy,
      clock,
      newId,
      logger,
      timeZone,
      profiles: () => profiles,
      digests: digestsOf(config),
      painter: createChartPainter(),
      followUp: followUpOf(config),
      waves: (operation) => wavesOf(config, operation),
      limits: {
        total: connections,
        perSite: connectionsPerSite,
        verifyMs: verifySeconds * 1_000,
        ofSite: (site) => connectionsOf(config, site),
      },
      transmission: (operation, site) => transmissionOf(config, operation, site),
      subnetOf: (site, host) => subnetOf(host, wakeOf(config, site)),
      alarmMinutesOf: (site) => wakeOf(config, site).alarmBackupMinutes,
      schedules: { configured: schedulesOf(config), leastMinutes: config.schedules.leastMinutes },
      discovery: { settings: config.discovery, probes, sweep, timing: usualTiming },
      soleWorker: !databaseUrl,
    });
    const publicPort = await server.listen(
      config.service.listen.host,
      surroundings.demo ? 0 : config.service.listen.port,
    );
    undo.push(() => server.close());
    undo.push(() => service.stop());
    await service.start();
    await listenForHellos(surroundings, store, undo);
    logger.info({ publicPort, platforms: chats.map((chat) => chat.platform) }, 'the service is ready');
    const reload = async (load: () => Promise<Config>) => {
      if (await inForce.reload(load)) await service.peopleChanged();
    };
    return { store, consoleUrl: consoleChat?.url ?? null, publicPort, reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function consoleOf({ config, secrets, logger, demo, databaseUrl }: Surroundings, store: Store) {
  if (!demo && !config.console.enabled) return null;
  const tokens = config.console.tokens.map(async ({ person, token }) => ({
    person,
    token: await resolveSecret(token, secrets),
  }));
  const mode: ConsoleMode = demo
    ? { kind: 'demo' }
    : { kind: 'token', tokens: createTokenLookup(await Promise.all(tokens)) };
  const people = config.people.filter((person) => person.accounts.console).map(({ id, name }) => ({ id, name }));
  const listen = { host: '127.0.0.1', port: config.console.port };
  return createConsoleAdapter({
    listen,
    log: store.consoleLog,
    clock,
    channels: config.console.channels,
    people,
    mode,
    logger,
    sharedLog: databaseUrl !== undefined,
    ...(demo ? { hints: demo.hints } : {}),
  });
}

/** Slack and Teams, as far as they are configured; loaded only then, for their libraries are large. */
async function remoteChats(
  { config: { slack, teams }, secrets, logger }: Surroundings,
  http: PublicHttp,
): Promise<readonly ChatAdapter[]> {
  const chats: ChatAdapter[] = [];
  if (slack) {
    const { createSlackAdapter } = await import('../adapters/slack/index.ts');
    const { mode, botToken, appToken, signingSecret, workspaces } = slack;
    chats.push(
      createSlackAdapter({
        mode,
        botToken: await resolveSecret(botToken, secrets),
        ...(appToken ? { appToken: await resolveSecret(appToken, secrets) } : {}),
        ...(signingSecret ? { signingSecret: await resolveSecret(signingSecret, secrets) } : {}),
        teamIds: workspaces,
        http,
        logger,
      }),
    );
  }
  if (teams) {
    const { createTeamsAdapter } = await import('../adapters/teams/index.ts');
    const { appId, appPassword, appType, tenants } = teams;
    chats.push(
      createTeamsAdapter({
        appId,
        appPassword: await resolveSecret(appPassword, secrets),
        appType,
        tenantIds: tenants,
        http,
        logger,
      }),
    );
  }
  return chats;
}

/** Takes hellos of bare-metal PCs, where somebody answers for it. Off by default. */
async function listenForHellos({ config, logger }: Surroundings, store: Store, undo: (() => Promise<void>)[]) {
  const { enabled, acknowledgedBy, listen } = config.provisioning.hello;
  if (!enabled || acknowledgedBy === undefined) return;
  const { createHelloListener } = await import('../adapters/hello/index.ts');
  const desk = createHelloDesk({ hellos: store.hellos, trail: store.trail, clock, logger });
  await desk.open(acknowledgedBy, listen);
  const listener = createHelloListener({ listen, clock, logger, receive: (hello) => desk.receive(hello) });
  undo.push(() => listener.close());
  const port = await listener.start();
  logger.warn({ ...listen, port, acknowledgedBy }, 'hellos of PCs that wait to be set up are taken');
}

/** Roles from groups of Active Directory; null where the configuration gives none. What has to be closed is added to `undo`. */
export async function groupRolesOf(
  { config, secrets, logger }: Pick<Surroundings, 'config' | 'secrets' | 'logger'>,
  undo: (() => Promise<void>)[],
) {
  const { roles, groupsSeconds, groupsStaleSeconds } = config.directory;
  const people = config.people.flatMap(({ id, directory }) => (directory ? [{ id, ...directory }] : []));
  if (roles.length === 0 || people.length === 0) return null;
  const directories = new Map((await openDirectories(config, secrets)).map((each) => [each.name, each]));
  undo.push(async () => {
    for (const directory of directories.values()) await directory.close();
  });
  return createGroupRoles({
    people,
    roles,
    membersAmong: async (domain, users, group) =>
      (await directories.get(domain)?.people.membersAmong(users, group)) ?? [],
    clock,
    logger,
    freshMs: groupsSeconds * 1_000,
    staleMs: groupsStaleSeconds * 1_000,
  });
}

/**
 * The Active Directory domains of the configuration; `only` one of them. With `elevated` another account is used than the service's:
 * that of the person at the terminal. Nothing is connected before it is used; each must be closed.
 */
export async function openDirectories(
  config: Config,
  secrets: SecretSources,
  choice: { readonly only?: string; readonly elevated?: { readonly account: string; readonly password: string } } = {},
): Promise<readonly Directory[]> {
  const { createDirectory } = await import('../adapters/directory/index.ts');
  const { domains, connectSeconds, requestSeconds } = config.directory;
  const chosen = Object.entries(domains).filter(([name]) => choice.only === undefined || choice.only === name);
  return Promise.all(
    chosen.map(async ([name, { dnsName, servers, unit, account, password, certificateAuthorityFile }]) =>
      createDirectory({
        name,
        domain: dnsName,
        servers,
        unit,
        account: choice.elevated?.account ?? account,
        password: async () => choice.elevated?.password ?? resolveSecret(password, secrets),
        ca: certificateAuthorityFile === undefined ? null : await readFile(certificateAuthorityFile, 'utf8'),
        timeouts: { connectMs: connectSeconds * 1_000, requestMs: requestSeconds * 1_000 },
        now: () => clock.now(),
      }),
    ),
  );
}

/** Keeps the revocation list of our own authority fresh, and serves it where that is configured. */
async function publishRevocationLists(
  { config, secrets, logger }: Surroundings,
  store: Store,
  app: PublicHttp,
  undo: (() => Promise<void>)[],
): Promise<void> {
  const office = await openCertificates(config, secrets, store);
  if (!office) return;
  const { serve, file } = config.pki.revocationList;
  if (serve) mountRevocationList(app, () => office.lists.current(), { logger, now: () => clock.now() });
  if (serve || file !== undefined) undo.push(await keepListFresh(office.lists, logger));
}

/** Our own certification authority with its records and lists; null where none is configured. Rejects with PkiError or SecretError. */
export async function openCertificates(
  config: Config,
  secrets: SecretSources,
  store: Store,
): Promise<CertificateOffice | null> {
  const { authority: identity, revocationList } = config.pki;
  if (!identity) return null;
  const { createOwnAuthority } = await import('../adapters/pki/index.ts');
  const now = () => clock.now();
  const authority = await createOwnAuthority({
    source: await identitySourceOf(identity, secrets),
    policy: {
      days: { device_tls: identity.deviceDays, network_client: identity.clientDays },
      crlUrl: revocationList.url ?? null,
    },
    now,
  });
  return openOffice({ authority, store: store.certificates, list: revocationList, now, newId: () => newId('crt') });
}

/** Reads provisioning certificates; a revocation list may take that long. */
export async function openProvisioningReader(fetchSeconds: number): Promise<ProvisioningCertificates> {
  const { createProvisioningCertificates } = await import('../adapters/pki/index.ts');
  return createProvisioningCertificates({ now: () => clock.now(), timeoutMs: fetchSeconds * 1_000 });
}

/** Each provisioning certificate of the configuration; `read` rejects with PkiError or SecretError. */
export function openProvisioning(
  config: Config,
  secrets: SecretSources,
): readonly { readonly name: string; readonly read: () => Promise<ProvisioningBundle> }[] {
  return Object.entries(config.pki.provisioning).map(([name, identity]) => ({
    name,
    read: async () => {
      const { readBundle } = await import('../adapters/pki/index.ts');
      return readBundle(await identitySourceOf(identity, secrets));
    },
  }));
}

/** Makes a key and a request for a provisioning certificate; the key is secret. */
export async function makeProvisioningRequest(
  wish: ProvisioningRequest,
): Promise<{ readonly request: string; readonly key: string }> {
  const adapter = await import('../adapters/pki/index.ts');
  return adapter.makeProvisioningRequest(wish);
}

/** The store alone, for commands that look at it or fill it; beside a running service too. */
export function openStore(config: Config, databaseUrl: string | undefined, logger: Logger): Promise<Store> {
  return createStore({
    ...(databaseUrl ? { databaseUrl } : {}),
    dataDirectory: config.service.dataDirectory,
    beside: true,
    logger,
    onFatal: () => {},
  });
}

/** The encrypted store of secrets. Rejects with ERR_SECRET_KEY when its key is missing or wrong. */
export async function openSecretStore(config: Config, environment: NodeJS.ProcessEnv): Promise<SecretStore> {
  const { secretKey, dataDirectory } = config.service;
  const keySource = 'file' in secretKey ? { keyFile: secretKey.file } : { key: environment[secretKey.env] ?? '' };
  return createSecretStore({ directory: dataDirectory, keySource });
}

/** Looks at the network of a site. */
export function openSiteProbes(): SiteProbes {
  return createSiteProbes({ clock });
}

/** Notes of the trail's end, kept outside the database. */
export function openTrailAnchors(config: Config): TrailAnchors {
  return createTrailAnchors(config.service.dataDirectory);
}
