import type { Command } from '../commands/command-spec.ts';
import { resolveTargets } from '../inventory/resolve-targets.ts';
import { parseTargets } from '../inventory/targets.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Schedule } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import { type Transmission, wakeStart } from '../runs/transmission.ts';
import { readScheduled } from './scheduled-command.ts';

/** How long before a due time the commands of a wake-up begin at one site, in milliseconds. */
export interface SiteLead {
  readonly site: string;
  readonly leadMs: number;
  /** Minutes before the due time at which the PCs' own alarm clocks ring; null: none is set. */
  readonly alarmMinutes: number | null;
}

/** The sites of a scheduled wake-up, by name; none for any other command, which begins when it is due. */
export type WakeLeads = (schedule: Pick<Schedule, 'commandText'>) => Promise<readonly SiteLead[]>;

/** For so long the inventory is not asked again which sites a schedule means. */
const freshMs = 5 * 60_000;
const mostKnown = 1_000;

/** What `createWakeLeads` is made from. */
export interface WakeLeadDeps {
  readonly store: Pick<Store, 'inventory'>;
  readonly commands: readonly Command[];
  readonly clock: Pick<Clock, 'now'>;
  /** Zone of times in commands. */
  readonly timeZone: string;
  /** How commands go out to the PCs of a site. Default: when they are due. */
  readonly transmission?: (operation: OperationName, site: string) => Transmission;
  /** Minutes before a due time at which alarm clocks ring at a site; null: none is set there. Default: none anywhere. */
  readonly alarmMinutesOf?: (site: string) => number | null;
}

/**
 * Looks up when wake-ups begin. The due time of a schedule is that of the activity for which PCs are woken, so their commands begin
 * earlier: by the offset of their site, and by the time over which its starts are spread. Whoever turns PCs off means the due time itself.
 */
export function createWakeLeads(deps: WakeLeadDeps): WakeLeads {
  const { store, commands, clock, timeZone, transmission } = deps;
  const known = new Map<string, { readonly until: number; readonly leads: readonly SiteLead[] }>();

  async function look(commandText: string): Promise<readonly SiteLead[]> {
    const read = readScheduled(commandText, commands, clock.now(), timeZone);
    if (!transmission || !read.ok || read.command.operation !== 'power-on') return [];
    const targets = parseTargets(read.command.targetWords);
    const resolved = targets.ok ? await resolveTargets(targets.steps, store.inventory) : { ok: false as const };
    const sites = new Set(resolved.ok ? resolved.devices.map(({ site }) => site) : []);
    return [...sites].sort().map((site) => ({
      site,
      leadMs: 0 - wakeStart(new Date(0), transmission('power-on', site)).getTime(),
      alarmMinutes: deps.alarmMinutesOf?.(site) ?? null,
    }));
  }

  return async ({ commandText }) => {
    const now = clock.now().getTime();
    const found = known.get(commandText);
    // A clock that was set back must not keep it for hours.
    if (found && now < found.until && found.until - now <= freshMs) return found.leads;
    const leads = await look(commandText);
    if (known.size >= mostKnown) known.clear();
    known.set(commandText, { until: now + freshMs, leads });
    return leads;
  };
}

/** The longest of them, in milliseconds: when the first command goes out. Pure. */
export const longestLeadMs = (leads: readonly SiteLead[]): number => Math.max(0, ...leads.map(({ leadMs }) => leadMs));
