import type { Page } from '../../../src/messages/pages/page.ts';
import { type Html, html } from './html.ts';
import { type Rendering, renderBlock, renderCell } from './render-block.ts';

/** Who looks, as the head of the page shows it. */
export interface Reader {
  /** Name of the person. */
  readonly name: string;
  /** As whom else one may look, in the demo; null where a token says who it is. */
  readonly others: readonly { readonly name: string; readonly address: string }[] | null;
}

/** A page as a whole document: readable without its script, which only keeps it up to date. */
export function renderPage(page: Page, reader: Reader, rendering: Rendering): string {
  const { title, headline, above, sections, context } = page;
  const trail = above.map(({ label, to }) => html`<li><a href="${rendering.address(to)}">${label}</a></li>`);
  const blocks = sections.map(
    ({ heading, blocks }) =>
      html`<section><h2>${heading}</h2>${blocks.map((block) => renderBlock(block, rendering))}</section>`,
  );
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · oob</title>
<link rel="icon" href="/page/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page/style.css">
<link rel="stylesheet" href="/sites/sites.css">
<script src="/sites/keep-fresh.ts" type="module"></script>
</head>
<body class="sites">
<a class="skip" href="#main">Skip to the page</a>
<header>
<nav aria-label="Where you are"><ol class="trail"><li><a href="/">Console</a></li>${trail}<li aria-current="page">${title}</li></ol></nav>
${renderReader(reader)}
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
<p class="headline">${renderCell(headline, rendering)}</p>
${blocks}
</main>
<footer><p id="context">${context}</p><p id="freshness" role="status"></p></footer>
</body>
</html>
`;
  return markup;
}

function renderReader({ name, others }: Reader): Html {
  if (others === null)
    return html`<form class="reader" method="post" action="/logout"><span>${name}</span><button class="sign-out">Sign out</button></form>`;
  const links = others.map((other) => html`<li><a href="${other.address}">${other.name}</a></li>`);
  return html`<div class="reader"><span>Demo, seen as <strong>${name}</strong></span><ul aria-label="Look as">${links}</ul></div>`;
}
