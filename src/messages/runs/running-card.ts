import type { LimitHit, RunPause, RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import { type RequestFacts, subjectOf } from '../cards/request-card.ts';
import { clockSeconds, clockTime, count, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { provisioningProgress } from '../provisioning/progress.ts';
import type { Action, View } from '../view.ts';
import { shortCauses } from './causes.ts';

/** Sites that are named while they pause. */
const shownPauses = 3;

/** A run that has not ended, as it stands now: running, paused or stopping. Pure. */
export function runningCard(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  const { request, site, parked } = facts;
  const words = operationWords[request.operation];
  const { lines, ...stages } = provisioningProgress(facts.provisionings ?? []);
  const isParked = parked && run.state === 'running';
  const text = [...lines, ...(isParked ? ['The service is being stopped. What is left goes on when it is back.'] : [])];
  if (request.deviceCount === 1 && run.state === 'running') {
    const title = `${subjectOf(facts)}${site ? ` (${site})` : ''}: ${words.doing} ...`;
    const again = retryWords(facts, run, progress);
    return {
      tone: 'working',
      outcome: 'working',
      title,
      ...textOf([...(again === '' ? [] : [`${capital(again)}.`]), ...text]),
      ...(again === '' ? {} : { actions: [stopAction(facts, progress)] }),
    };
  }
  const bar = { progress: barOf(progress, run.state === 'paused') };
  const subject = `${words.progressive} ${subjectOf(facts)}.`;
  const sofar = soFar(facts, run, progress);
  const wave = waveWords(run);
  if (run.state === 'paused' && run.pause) {
    const { running } = progress;
    const left = running > 0 ? ` ${plural(running, 'PC is', 'PCs are')} still being worked on.` : '';
    return {
      tone: 'warning',
      outcome: 'waiting',
      title: pausedTitle(facts, run.pause),
      ...textOf([`${subject} ${capital(wave)}${sofar}.${left}`, ...text]),
      ...stages,
      ...bar,
      actions: [
        { id: request.actions.resume, label: 'Resume', style: 'primary', ...resumeConfirm(run.pause, progress) },
        stopAction(facts, progress),
      ],
    };
  }
  const isOpen = run.state === 'running' && progress.pending > 0;
  return {
    tone: 'working',
    outcome: 'working',
    title: run.state === 'stopping' ? `Stopping: ${sofar}` : `Running: ${wave}${sofar}`,
    ...textOf([subject, ...heldUpLines(facts, run), ...text]),
    ...stages,
    ...bar,
    ...(isOpen
      ? {
          actions: [{ id: request.actions.pause, label: 'Pause', style: 'default' }, stopAction(facts, progress)],
        }
      : {}),
  };
}

/** `61 of 96 off, 2 failed, retrying 12 at 14:02 CET (1 of 3)`. */
function soFar(facts: RequestFacts, run: StoredRun, progress: RunProgress): string {
  const bad = progress.failed + progress.unknown;
  const { done } = operationWords[facts.request.operation];
  const again = retryWords(facts, run, progress);
  const parts = [
    `${count(progress.ok)} of ${count(progress.total)} ${done}`,
    ...(bad > 0 ? [`${count(bad)} failed`] : []),
    ...(again === '' ? [] : [again]),
  ];
  return parts.join(', ');
}

/** `retrying 12 at 14:02 CET (1 of 3)`; by the clock, for a card that nobody edits meanwhile would go wrong on "in 2 min". */
function retryWords({ timeZone }: RequestFacts, { pacing }: StoredRun, { retrying }: RunProgress): string {
  if (!retrying) return '';
  const most = Math.max(retrying.retry, ...Object.values(pacing?.sites ?? {}).map(({ retries }) => retries));
  const { devices, at, retry } = retrying;
  return `retrying ${count(devices)} at ${clockTime(at, timeZone)} (${count(retry)} of ${count(most)})`;
}

/** Why nothing moves, and until when, by the clock. */
function heldUpLines({ heldUp, timeZone }: RequestFacts, { pacing, state }: StoredRun): readonly string[] {
  if (!heldUp || state !== 'running') return [];
  const { later, pauses } = heldUp;
  const shown = pauses.slice(0, shownPauses).map(({ site, until }) => {
    const after = pacing?.sites[site]?.pauseAfter ?? null;
    const why = after === null ? '' : ` (it does after each ${plural(after, 'command')})`;
    return `${site} pauses until ${clockSeconds(until, timeZone)}${why}.`;
  });
  const more = pauses.length - shown.length;
  if (more > 0) shown.push(`${plural(more, 'more site pauses', 'more sites pause')} between commands.`);
  if (!later) return shown;
  const { devices, firstAt, lastAt } = later;
  const begin = plural(devices, 'PC begins', 'PCs begin');
  const [first, last] = [clockSeconds(firstAt, timeZone), clockSeconds(lastAt, timeZone)];
  const until = devices === 1 ? `at ${first}` : `one after the other, the next at ${first}, the last at ${last}`;
  return [...shown, `${begin} later: ${until}.`];
}

/** `wave 3 of 5, `; nothing when all go at once. */
function waveWords({ wave, sizes, hasCanary }: StoredRun): string {
  if (sizes.length <= 1) return '';
  return `wave ${count(wave)} of ${count(sizes.length)}${hasCanary && wave === 1 ? ' (canary)' : ''}, `;
}

function pausedTitle({ nameOf }: RequestFacts, { by, hit }: RunPause): string {
  return hit ? `Paused by itself: ${limitWords(hit)}` : `Paused by ${nameOf(by)}`;
}

/** `6 of the last 20 failed (limit 20 %). Cause: 5 × wrong credentials`. */
function limitWords({ among, failed, of, percent, byCode }: LimitHit): string {
  const which = among === 'canary' ? `${count(of)} canaries` : `the last ${count(of)}`;
  const causes = shortCauses(byCode, '× ');
  const label = Object.keys(byCode).length > 1 ? 'Causes' : 'Cause';
  return `${count(failed)} of ${which} failed (limit ${percent} %)${causes === '' ? '' : `. ${label}: ${causes}`}`;
}

/** Going on although the run itself stopped to think asks once more. */
function resumeConfirm({ hit }: RunPause, progress: RunProgress): Pick<Action, 'confirm'> {
  if (!hit) return {};
  return {
    confirm: {
      title: 'Resume?',
      text: `This goes on with ${plural(progress.pending, 'more PC')}; failures are counted anew.`,
      yes: 'Resume',
      no: 'Cancel',
    },
  };
}

/** What is skipped can't be taken up again, so it asks once more. */
function stopAction({ request }: RequestFacts, progress: RunProgress): Action {
  return {
    id: request.actions.stop,
    label: 'Stop',
    style: 'danger',
    confirm: {
      title: 'Stop?',
      text: `${plural(progress.pending, 'PC')} will be left as they are; what is under way is finished. This can't be undone.`,
      yes: 'Stop',
      no: 'Cancel',
    },
  };
}

function barOf({ total, ok, failed, unknown, pending, running }: RunProgress, isPaused: boolean) {
  const left = pending + running;
  const more = left === 1 ? 'one more PC' : `${count(left)} more PCs`;
  const waitingFor = isPaused ? `somebody to resume or stop it; ${plural(left, 'PC is', 'PCs are')} left` : more;
  return { total, done: ok, failed: failed + unknown, ...(left > 0 ? { waitingFor } : {}) };
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

const textOf = (lines: readonly string[]) => (lines.length > 0 ? { text: lines.join('\n') } : {});
