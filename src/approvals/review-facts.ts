import type { ReviewFacts } from '../messages/glass/review-cards.ts';
import type { Store } from '../ports/store/store.ts';
import type { Review } from '../ports/trail/review-store.ts';

/** What a review is about, read as it stands now; null when its request is gone. */
export async function readReviewFacts(
  store: Pick<Store, 'requests' | 'runs'>,
  review: Review,
): Promise<ReviewFacts | null> {
  const request = await store.requests.get(review.requestId);
  if (!request) return null;
  const run = request.runId === null ? null : await store.runs.get(request.runId);
  return { review, request, run, progress: run && (await store.runs.progress(run.id)) };
}

/** The open reviews, oldest first, with what they are about. */
export async function readOpenReviews(
  store: Pick<Store, 'requests' | 'reviews' | 'runs'>,
  limit: number,
): Promise<readonly ReviewFacts[]> {
  const facts = await Promise.all((await store.reviews.open(limit)).map((review) => readReviewFacts(store, review)));
  return facts.flatMap((each) => each ?? []);
}
