import { type DigestFacts, digestCard, digestDetails } from '../messages/digest/digest-card.ts';
import { quietSection, type SectionView } from '../messages/digest/section-view.ts';
import type { Picture, View } from '../messages/view.ts';
import type { Logger } from '../ports/logger.ts';
import type { ChartPainter } from '../ports/picture.ts';
import type { Store } from '../ports/store/store.ts';
import type { DigestScope, DigestSection } from './digest-section.ts';

/** A digest as it is posted: the short message, and those in its thread. */
export interface ComposedDigest {
  readonly top: View;
  readonly details: readonly View[];
}

/** Asks every part and puts them together. A part or a picture that fails is said to have failed; the rest is told. */
export async function composeDigest(
  deps: { readonly store: Store; readonly painter: ChartPainter; readonly logger: Logger },
  sections: readonly DigestSection[],
  scope: DigestScope,
  about: Pick<DigestFacts, 'id' | 'dueTimes'>,
): Promise<ComposedDigest> {
  const { store, painter, logger } = deps;
  const tell = async (section: DigestSection): Promise<SectionView> => {
    try {
      return await section.tell(store, scope);
    } catch (error) {
      logger.error({ error, section: section.name, digest: about.id }, 'a part of a digest could not be read');
      return { ...quietSection(section.heading, 'could not be read, see the log'), isNews: true, isAlarm: true };
    }
  };
  const views = await Promise.all(sections.map(tell));
  const chart = views.find((view) => view.chart)?.chart;
  let picture: Picture | null = null;
  try {
    picture = chart ? await painter.wakeUps(chart) : null;
  } catch (error) {
    logger.error({ error, digest: about.id }, 'the picture of a digest could not be drawn');
  }
  return { top: digestCard({ ...about, ...scope, sections: views, picture }), details: digestDetails(views) };
}
