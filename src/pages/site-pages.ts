import { attestableChecks } from '../checklist/attest.ts';
import type { ChecklistDesk } from '../checklist/checklist-desk.ts';
import type { StepState } from '../checklist/checklist-of.ts';
import { fixOf } from '../checklist/fix-step.ts';
import type { ChecklistSettings } from '../checklist/settings.ts';
import type { PeopleSource } from '../identity/people-source.ts';
import { noSuchPage, nothingAllowedPage } from '../messages/pages/no-page.ts';
import type { Place } from '../messages/pages/page.ts';
import { pcPage } from '../messages/pages/pc-page.ts';
import { pagesOf, pcsPage, pcsPerPage } from '../messages/pages/pcs-page.ts';
import { sitePage } from '../messages/pages/site-page.ts';
import { sitesPage } from '../messages/pages/sites-page.ts';
import type { Policy } from '../policy/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { PageAnswer, PageReader, SitePages } from '../ports/site-pages.ts';
import type { CertificateRecord } from '../ports/store/certificate-store.ts';
import type { SiteFleetCount } from '../ports/store/fleet-store.ts';
import type { Store } from '../ports/store/store.ts';
import { nextDue } from '../schedule/calendar/due-times.ts';
import { type Sight, sightOf } from './visible.ts';

const shownChanges = 20;
const shownOutcomes = 12;

/** What the pages are made from. */
export interface SitePagesDeps {
  readonly store: Pick<Store, 'fleet' | 'inventory' | 'amtStatuses' | 'certificates' | 'provisionings'>;
  readonly checklist: Pick<ChecklistDesk, 'sites' | 'of'>;
  readonly schedule: ChecklistSettings['schedule'];
  readonly people: PeopleSource;
  readonly policy: () => Policy;
  readonly clock: Pick<Clock, 'now'>;
  readonly timeZone: string;
}

const noPage = (): PageAnswer => ({ ok: false, because: 'no_such_page', page: noSuchPage() });

/** Makes the pages about sites, checklists and PCs. Each is read afresh, with the roles that the person has at that moment. */
export function createSitePages(deps: SitePagesDeps): SitePages {
  const { store, checklist, people, clock, timeZone } = deps;

  async function sites(sight: Sight): Promise<PageAnswer> {
    const [fleets, names] = await Promise.all([store.fleet.bySite(null), checklist.sites()]);
    const listed = names.filter(sight.site).map(async (name) => {
      const { verifiedAt, steps, counts } = await checklist.of(name);
      const isKnown = verifiedAt !== null || steps.some(({ finding }) => finding !== null);
      return { fleet: fleetOf(fleets, name), steps: isKnown ? counts : null };
    });
    return { ok: true, page: sitesPage(await Promise.all(listed), clock.now(), timeZone) };
  }

  async function site(place: Extract<Place, { kind: 'site' }>, sight: Sight): Promise<PageAnswer> {
    const known = (await checklist.sites()).find((name) => isSame(name, place.site));
    if (known === undefined || !sight.site(known)) return noPage();
    const [fleets, stand] = await Promise.all([store.fleet.bySite(known), checklist.of(known)]);
    const { steps } = stand;
    if (place.step !== null && !steps.some(({ number }) => number === place.step)) return noPage();
    const { schedule } = deps;
    const page = sitePage({
      fleet: fleetOf(fleets, known),
      checklist: stand,
      open: place.step,
      nextDue: schedule ? (nextDue(schedule.cron, schedule.timeZone, clock.now(), 1)[0] ?? null) : null,
      timeZone,
      nameOf: (id) => people.now().nameOf(id),
      mendable: numbersOf(steps, (finding) => fixOf(finding).kind === 'command'),
      attestable: numbersOf(steps, (finding) => attestableChecks(finding).length > 0),
    });
    return { ok: true, page };
  }

  async function pcs({ site: name, status, page }: Extract<Place, { kind: 'pcs' }>, sight: Sight): Promise<PageAnswer> {
    const [fleet] = await store.fleet.bySite(name);
    if (!fleet || !sight.site(fleet.site) || page > pagesOf(fleet, status)) return noPage();
    const offset = (page - 1) * pcsPerPage;
    const devices = await store.fleet.list({ site: fleet.site, status, limit: pcsPerPage, offset });
    return { ok: true, page: pcsPage({ fleet, status, page, devices, timeZone, now: clock.now() }) };
  }

  async function pc(name: string, sight: Sight): Promise<PageAnswer> {
    const [target] = await store.inventory.select({ kind: 'name', value: name });
    if (!target || !sight.device(target)) return noPage();
    const { id } = target;
    const [devices, statuses, history, standing, certificates, provisioning, outcomes] = await Promise.all([
      store.inventory.devices([id]),
      store.amtStatuses.of([id]),
      store.amtStatuses.history(id, shownChanges),
      store.fleet.standing(id),
      store.certificates.ofDevice(id),
      store.provisionings.get(id),
      store.fleet.outcomes(id, shownOutcomes),
    ]);
    const [device] = devices;
    if (!device) return noPage();
    const page = pcPage({
      ...{ device, history, standing, provisioning, outcomes, timeZone, now: clock.now() },
      status: statuses[0] ?? null,
      certificate: certificateOf(certificates),
      isSiteShown: sight.site(device.site),
    });
    return { ok: true, page };
  }

  return {
    async read(place: Place, reader: PageReader) {
      await people.refresh();
      const person = people.now().byAccount(reader.account);
      const sight = person ? sightOf(person, reader, deps.policy()) : null;
      if (!sight?.any) return { ok: false, because: 'nothing_allowed', page: nothingAllowedPage() };
      switch (place.kind) {
        case 'sites':
          return sites(sight);
        case 'site':
          return site(place, sight);
        case 'pcs':
          return pcs(place, sight);
        case 'pc':
          return pc(place.name, sight);
      }
    },
  };
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Of a site without PCs, too. */
function fleetOf(fleets: readonly SiteFleetCount[], site: string): SiteFleetCount {
  return fleets.find((each) => isSame(each.site, site)) ?? { site, devices: 0, on: 0, statuses: {} };
}

/** The one in use, else the newest that is on its way there. */
function certificateOf(records: readonly CertificateRecord[]): CertificateRecord | null {
  const own = records.filter(({ kind, state }) => kind === 'device_tls' && state !== 'revoked');
  return own.find(({ state }) => state === 'active') ?? own[0] ?? null;
}

function numbersOf(
  steps: readonly StepState[],
  isSuch: (finding: NonNullable<StepState['finding']>) => boolean,
): ReadonlySet<number> {
  return new Set(steps.flatMap(({ number, finding }) => (finding && isSuch(finding) ? [number] : [])));
}
