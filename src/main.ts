import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { createAmtGateway, missingFeatures } from '../adapters/amt/index.ts';
import { createChartPainter } from '../adapters/chart/index.ts';
import { createNetworkProbes } from '../adapters/network/network-probes.ts';
import { createPresenceProbe } from '../adapters/network/presence.ts';
import { createPresenceSweep } from '../adapters/network/sweep.ts';
import { createStore, createTrailAnchors } from '../adapters/store/index.ts';
import { createWakeOnLan } from '../adapters/wake-on-lan/index.ts';
import { createLogReconciliation } from './audit/device-log/reconcile.ts';
import { receiveAgents } from './composition/agents.ts';
import { deviceAuthorityOf, openCertificates, publishRevocationLists } from './composition/certificates.ts';
import { consoleOf, pageLinksOf, remoteChats } from './composition/chats.ts';
import { checklistPartsOf } from './composition/checklist.ts';
import { directoryFinder, groupRolesOf } from './composition/directories.ts';
import { listenForHellos } from './composition/hellos.ts';
import { openProvisioner } from './composition/provisioning.ts';
import { openSetupBlocks } from './composition/setup-blocks.ts';
import { dueOf, sealingKeyOf } from './composition/stores.ts';
import type { Surroundings } from './composition/surroundings.ts';
import { openUpkeep } from './composition/upkeep.ts';
import type { Config } from './config/schema.ts';
import { createCredentialAges } from './config/secrets/credential-ages.ts';
import { createCredentialSource } from './config/secrets/credential-source.ts';
import { withDeviceCredentials } from './config/secrets/device-credentials.ts';
import { digestsOf } from './config/settings/digests-of.ts';
import { followUpOf } from './config/settings/follow-up-of.ts';
import { missingInterfaces } from './config/settings/missing-interfaces.ts';
import { createPolicyInForce } from './config/settings/policy-in-force.ts';
import { schedulesOf } from './config/settings/schedules-of.ts';
import { connectionsOf, transmissionOf } from './config/settings/transmission-of.ts';
import { secureOnOf, wakeOf } from './config/settings/wake-of.ts';
import { wavesOf } from './config/settings/waves-of.ts';
import { usualTiming } from './discovery/run-scan.ts';
import { createPublicServer } from './http/public-http.ts';
import { createOperations } from './operations/index.ts';
import type { Store } from './ports/store/store.ts';
import { profilesOf } from './profiles/profiles-of.ts';
import { createKeptNetworkAccess } from './provisioning/configure/kept-network-access.ts';
import { newId } from './runtime/new-id.ts';
import { systemClock as clock } from './runtime/system-clock.ts';
import { createService } from './service.ts';
import { subnetOf } from './wake/subnets.ts';

/** A service that runs. */
interface Running {
  readonly store: Store;
  readonly consoleUrl: string | null;
  readonly publicPort: number;
  /** Where hellos of bare-metal PCs come in; null: they are not taken. */
  readonly helloPort: number | null;
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
      sealingKey: sealingKeyOf(config, surroundings.secrets.env),
      due: dueOf(config),
      logger,
      onFatal: surroundings.onFatal,
    });
    undo.push(() => store.close());
    const { certificateAuthorityFile, requestSeconds, wakeSeconds, verifySeconds, connections, connectionsPerSite } =
      config.amt;
    const credentials = withDeviceCredentials(
      createCredentialSource(config, surroundings.secrets),
      store.deviceSecrets,
    );
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
    const consoleChat = await consoleOf(surroundings, store, {
      read: (place, reader) => service.pages.read(place, reader),
    });
    const chats = [...(consoleChat ? [consoleChat] : []), ...(await remoteChats(surroundings, server.app))];
    const office = await openCertificates(config, surroundings.secrets, store);
    await publishRevocationLists(surroundings, office, server.app, undo);
    const inForce = createPolicyInForce({ config, trail: store.trail, clock, logger });
    const profiles = profilesOf(config);
    const { timezone: timeZone } = config.service;
    const moreRoles = await groupRolesOf(surroundings, undo);
    const authority = await deviceAuthorityOf(office);
    const directoryOf = directoryFinder(surroundings, undo);
    const blocks = openSetupBlocks(config, {
      authority,
      directoryOf,
      secrets: store.deviceSecrets,
      profiles: () => profiles,
      credentials,
    });
    const provisioning = openProvisioner(surroundings, { store, gateway, probes, blocks }, undo);
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
        networkAccess: createKeptNetworkAccess(
          { provisionings: store.provisionings, now: () => clock.now() },
          { credentials, authority, readFile },
        ),
        probes,
        sweep,
        missingFeatures,
        directoryOf,
        directoryPasswordSetAt: async (id) =>
          (await store.deviceSecrets.inForce(id, 'directory').catch(() => null))?.setAt ?? null,
        statuses: store.amtStatuses,
        wakeHistory: store.wakeHistory,
        reconcile: createLogReconciliation({
          findings: store.findings,
          // Where a device's own can't be had its records are held against no name; the reading itself goes on.
          userOf: async (name) =>
            config.amt.credentials[name]?.user ?? (await credentials(name).catch(() => null))?.user ?? null,
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
        provisioning: { provisioner: provisioning.provisioner, inventory: store.inventory },
        upkeep: openUpkeep({
          ...{ store, gateway, probes, authority, directoryOf, credentials },
          profiles: () => profiles,
          setupGatewayOf: provisioning.setupGatewayOf,
        }),
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
      ...pageLinksOf(surroundings, consoleChat),
      painter: createChartPainter(),
      passwords: {
        afterDays: config.amt.passwordDays,
        sources: [createCredentialAges(config, surroundings.secrets), store.devicePasswordAges],
      },
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
      checklist: checklistPartsOf(surroundings, store),
      soleWorker: !databaseUrl,
    });
    const publicPort = await server.listen(
      config.service.listen.host,
      surroundings.demo ? 0 : config.service.listen.port,
    );
    undo.push(() => server.close());
    undo.push(() => service.stop());
    await service.start();
    const helloPort = await listenForHellos(surroundings, store, undo);
    await receiveAgents(surroundings, { store, credentials, upgrades: server.upgrades, ...provisioning }, undo);
    logger.info({ publicPort, platforms: chats.map((chat) => chat.platform) }, 'the service is ready');
    const reload = async (load: () => Promise<Config>) => {
      if (await inForce.reload(load)) await service.peopleChanged();
    };
    return { store, consoleUrl: consoleChat?.url ?? null, publicPort, helloPort, reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
