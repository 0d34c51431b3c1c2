import type { Page } from './page.ts';

/** There is nothing that the reader may see. Pure. */
export function nothingAllowedPage(): Page {
  return {
    title: 'Sites',
    headline: { text: 'None of your roles lets you ask for the status of PCs.', tone: 'warning' },
    above: [],
    sections: [],
    context: 'not_allowed_here: those who made the policy can give you a role that names read-status',
  };
}

/** There is no such page for the reader. Whether it is there for others is not said. Pure. */
export function noSuchPage(): Page {
  return {
    title: 'Not here',
    headline: { text: 'There is no such site, PC or page, or none that you may see.', tone: 'warning' },
    above: [{ label: 'Sites', to: { kind: 'sites' } }],
    sections: [{ heading: 'Look for a PC', blocks: [{ kind: 'search', label: 'Name of a PC' }] }],
    context: 'what you may see is what you may ask for with /oob status',
  };
}
