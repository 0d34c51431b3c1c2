import type { ChecklistFacts } from '../checklist/checklist-facts.ts';
import type { ChecklistStore } from '../checklist/checklist-store.ts';
import type { DigestStore } from '../digests/digest-store.ts';
import type { PostStore } from '../digests/post-store.ts';
import type { StandingStore } from '../digests/standing-store.ts';
import type { AmtStatusStore } from '../discovery/amt-status-store.ts';
import type { ScanStore } from '../discovery/scan-store.ts';
import type { HelloStore } from '../hello/hello-store.ts';
import type { PasswordAgeSource } from '../passwords.ts';
import type { DeviceSecretStore } from '../provisioning/device-secrets.ts';
import type { ProvisioningStore } from '../provisioning/provisioning-store.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { FindingStore } from '../trail/finding-store.ts';
import type { RefusalStore } from '../trail/refusal-store.ts';
import type { ReviewStore } from '../trail/review-store.ts';
import type { TrailStore } from '../trail/trail-store.ts';
import type { AssetStore } from './asset-store.ts';
import type { CardStore } from './card-store.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { DeviceLogStore } from './device-log-store.ts';
import type { FleetStore } from './fleet-store.ts';
import type { InventoryStore } from './inventory-store.ts';
import type { ConsoleLog, InvocationStore } from './invocation-store.ts';
import type { LinkStore } from './link-store.ts';
import type { Queue } from './queue.ts';
import type { RequestStore } from './request-store.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { WakeHistory } from './wake-history.ts';

/** Everything that is kept, behind one connection to one PostgreSQL. */
export interface Store {
  readonly inventory: InventoryStore;
  readonly fleet: FleetStore;
  readonly deviceLogs: DeviceLogStore;
  readonly assets: AssetStore;
  readonly findings: FindingStore;
  readonly requests: RequestStore;
  readonly reviews: ReviewStore;
  readonly runs: RunStore;
  readonly cards: CardStore;
  readonly invocations: InvocationStore;
  readonly consoleLog: ConsoleLog;
  readonly links: LinkStore;
  readonly hellos: HelloStore;
  readonly schedules: ScheduleStore;
  readonly standings: StandingStore;
  readonly digests: DigestStore;
  readonly posts: PostStore;
  readonly trail: TrailStore;
  readonly refusals: RefusalStore;
  readonly wakeHistory: WakeHistory;
  readonly certificates: CertificateStore;
  readonly scans: ScanStore;
  readonly amtStatuses: AmtStatusStore;
  readonly provisionings: ProvisioningStore;
  readonly deviceSecrets: DeviceSecretStore;
  /** How old the administrator passwords of single devices are, for the digest. */
  readonly devicePasswordAges: PasswordAgeSource;
  readonly checklists: ChecklistStore;
  readonly checklistFacts: ChecklistFacts;
  readonly queue: Queue;
  /** Rejects when the database does not answer a trivial query within `timeoutMs`. */
  check(timeoutMs: number): Promise<void>;
  /** Stops handing out jobs, finishes what is under way, closes the connections and a database of our own. */
  close(): Promise<void>;
}
