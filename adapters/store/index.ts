import type { Logger } from '../../src/ports/logger.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { createCardStore, takeBackCards } from './cards.ts';
import { createCertificateStore } from './certificates.ts';
import { createChecklistFacts } from './checklist/checklist-facts.ts';
import { createChecklistStore } from './checklist/checklist-store.ts';
import { createConsoleLog } from './console-log.ts';
import { awaitServer, type Database, openDatabase } from './database/connection.ts';
import { migrate } from './database/migrations.ts';
import { createAssetStore } from './device-logs/assets.ts';
import { createDeviceLogStore } from './device-logs/audit-logs.ts';
import { createDigestStore } from './digests/digest-store.ts';
import { createPostStore } from './digests/posts.ts';
import { createStandingStore } from './digests/standings.ts';
import { createAmtStatusStore } from './discovery/amt-status.ts';
import { createScanStore } from './discovery/scans.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded/embedded.ts';
import { createFleetStore } from './fleet.ts';
import { createHelloStore } from './hello/hello-store.ts';
import { createInventoryStore } from './inventory.ts';
import { createInvocationStore } from './invocations.ts';
import { createLinkStore } from './links.ts';
import { createDeviceSecretStore } from './provisioning/device-secrets.ts';
import type { DueDays } from './provisioning/due.ts';
import { createDevicePasswordAges } from './provisioning/password-ages.ts';
import { createProvisioningStore } from './provisioning/provisionings.ts';
import { type RunningQueue, startQueue } from './queue.ts';
import { createRequestStore } from './requests.ts';
import { createRunStore } from './runs/run-store.ts';
import { createScheduleStore } from './schedules.ts';
import type { KeySource } from './secrets/sealing.ts';
import { StoreError } from './store-error.ts';
import { createFindingStore } from './trail/findings.ts';
import { createRefusalStore } from './trail/refusals.ts';
import { createReviewStore } from './trail/reviews.ts';
import { createTrailStore } from './trail/trail.ts';
import { createWakeHistory } from './wake-history.ts';

export { createSecretStore } from './secrets/secret-store.ts';
export { createTrailAnchors } from './trail/trail-anchors.ts';

/** What `createStore` needs. */
export interface StoreOptions {
  /** Connection URL of a PostgreSQL 14 or later. Without it a private PostgreSQL is started in the data directory. */
  readonly databaseUrl?: string;
  /** Directory of the private PostgreSQL; made when missing. Not used with `databaseUrl`. */
  readonly dataDirectory: string;
  /** TCP port of the private PostgreSQL on 127.0.0.1; default: a Unix socket in the data directory. */
  readonly embedded?: { readonly port?: number };
  /** Beside a running service: its private PostgreSQL is used, and left running. Default: the database is ours alone. */
  readonly beside?: boolean;
  /** Key that seals the passwords of single devices, read when first needed. Without it all else works, and those are refused. */
  readonly sealingKey?: KeySource;
  /** When `due:certificates` and `due:passwords` mean a device. Default: as Configuration Manager. */
  readonly due?: DueDays;
  readonly logger: Logger;
  /** Called once when the private PostgreSQL is lost: nothing can be kept any more, the service has to end. */
  readonly onFatal: (error: Error) => void;
}

/** How long handlers of jobs may take to finish after `close` was called. */
const graceMs = 20_000;
const serverWaitMs = 15_000;

/** Opens the store: database up, schema up to date, queue running. Rejects with StoreError when it can't be had. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { logger } = options;
  let embedded: EmbeddedPostgres | null = null;
  let database: Database | null = null;
  let queue: RunningQueue;
  try {
    if (!options.databaseUrl)
      embedded = await startEmbedded({
        dataDirectory: options.dataDirectory,
        ...options.embedded,
        beside: options.beside ?? false,
        logger,
        onFatal: options.onFatal,
      });
    const settings = embedded?.settings ?? { connectionString: options.databaseUrl ?? '' };
    database = openDatabase(settings, logger);
    await awaitServer(database, serverWaitMs, logger);
    const migrated = await migrate(database);
    if (migrated.length > 0) logger.info({ migrations: migrated }, 'the database schema was brought up to date');
    // What another process had in hand is a dead one's, unless that process is a living service or a replica.
    const alone = embedded?.isOurs ?? false;
    if (alone) await takeBackCards(database);
    queue = await startQueue(settings, database, alone, logger);
  } catch (error) {
    await database?.close();
    await embedded?.stop();
    throw error;
  }
  return storeOf(database, queue, embedded, options);
}

function storeOf(
  database: Database,
  queue: RunningQueue,
  embedded: EmbeddedPostgres | null,
  { sealingKey = null, due }: { readonly sealingKey?: KeySource | null; readonly due?: DueDays },
): Store {
  let closing: Promise<void> | null = null;
  return {
    inventory: createInventoryStore(database, due),
    fleet: createFleetStore(database),
    deviceLogs: createDeviceLogStore(database),
    assets: createAssetStore(database),
    findings: createFindingStore(database),
    requests: createRequestStore(database),
    reviews: createReviewStore(database),
    runs: createRunStore(database),
    cards: createCardStore(database),
    invocations: createInvocationStore(database),
    consoleLog: createConsoleLog(database),
    links: createLinkStore(database),
    hellos: createHelloStore(database),
    schedules: createScheduleStore(database),
    standings: createStandingStore(database),
    digests: createDigestStore(database),
    posts: createPostStore(database),
    trail: createTrailStore(database),
    refusals: createRefusalStore(database),
    wakeHistory: createWakeHistory(database),
    certificates: createCertificateStore(database),
    scans: createScanStore(database),
    amtStatuses: createAmtStatusStore(database),
    provisionings: createProvisioningStore(database),
    deviceSecrets: createDeviceSecretStore(database, sealingKey),
    devicePasswordAges: createDevicePasswordAges(database),
    checklists: createChecklistStore(database),
    checklistFacts: createChecklistFacts(database),
    queue,
    check: (timeoutMs) => check(database, timeoutMs),
    close() {
      closing ??= (async () => {
        // Each is tried even when the one before failed: a database of our own must not be left running.
        try {
          await queue.stop(graceMs).finally(() => database.close());
        } finally {
          await embedded?.stop();
        }
      })();
      return closing;
    },
  };
}

async function check(database: Database, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreError('ERR_STORE_UNREACHABLE', `The database did not answer within ${timeoutMs} ms.`)),
      timeoutMs,
    );
  });
  try {
    await Promise.race([database.query('select 1'), late]);
  } finally {
    clearTimeout(timer);
  }
}
