import { type HomeFacts, homeCard } from '../../messages/cards/home-card.ts';
import { mayApprove } from '../../policy/grants.ts';
import { isCommandAllowed } from '../allowed.ts';
import { type AnswerContext, answering, type Command } from '../command-spec.ts';

const mostLooked = 50;

/** `home`, and `/oob` alone: what needs you, what runs, what to try. */
export const home: Command = {
  name: 'home',
  summary: 'Show what needs you and what runs now, as /oob alone does',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['home'],
  risk: 'read',
  operations: [],
  read: answering(async (context) => {
    const { store, principal, people, timeZone } = context;
    const waiting = await store.requests.waiting(mostLooked);
    const view = homeCard({
      toApprove: waiting.filter(({ approvers, votes }) => {
        const hasVoted = votes.some((vote) => vote.principal === principal.id);
        return approvers.includes(principal.id) && !hasVoted;
      }),
      toConfirm: waiting.filter((each) => each.approvalsNeeded === 0 && each.requester === principal.id),
      toReview: await reviewsFor(context),
      runs: await unfinishedRuns(context),
      examples: await examplesFor(context),
      nameOf: people.nameOf,
      timeZone,
    });
    return { ok: true, view };
  }),
};

async function reviewsFor({ store, principal, policy }: AnswerContext): Promise<HomeFacts['toReview']> {
  const others = (await store.reviews.open(mostLooked)).filter(({ requester }) => requester !== principal.id);
  const found = await Promise.all(
    others.map(async ({ id, requestId }) => {
      const request = await store.requests.get(requestId);
      const devices = await store.requests.devices(requestId);
      return request && mayApprove(principal, request.operation, devices, policy) ? [{ reviewId: id, request }] : [];
    }),
  );
  return found.flat();
}

async function unfinishedRuns({ store }: AnswerContext): Promise<HomeFacts['runs']> {
  const ids = (await store.runs.unfinished()).toReversed().slice(0, mostLooked);
  const found = await Promise.all(
    ids.map(async (id) => {
      const run = await store.runs.get(id);
      const request = run && (await store.requests.get(run.requestId));
      return request ? [{ request, run, progress: await store.runs.progress(id) }] : [];
    }),
  );
  return found.flat();
}

/** With a PC that was asked about last, and a site that there is; nothing that the person may not do here. */
async function examplesFor({ store, commands, principal, policy, conversation }: AnswerContext) {
  const [latest] = await store.requests.latest(1);
  const [place] = await store.inventory.summary();
  const [host, site] = [latest?.sampleNames[0] ?? 'host42', place?.site ?? 'madrid'];
  const examples = [`status ${host}`, `poweron site:${site}`, `why ${host}`, `hosts site:${site}`];
  return examples.filter((example) => {
    const command = commands.find(({ name }) => name === example.split(' ')[0]);
    return command !== undefined && isCommandAllowed(command, principal, policy, conversation);
  });
}
