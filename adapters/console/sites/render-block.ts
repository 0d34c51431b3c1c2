import type { Block, Cell, Fold, Place } from '../../../src/messages/pages/page.ts';
import { formatCount } from '../../../src/messages/plain-text.ts';
import type { Text, Tone } from '../../../src/messages/view.ts';
import { placePaths } from './addresses.ts';
import { type Html, html, nothing } from './html.ts';

/** What the markup of a page hangs on. */
export interface Rendering {
  readonly address: (place: Place) => string;
  /** Who speaks, in the demo; null where a token says it. */
  readonly as: string | null;
  /** Where commands are said; null: they can only be copied. */
  readonly channel: { readonly id: string; readonly name: string } | null;
  /** An id that nobody else has, by which a form that is sent twice is taken once. */
  readonly newRequest: () => string;
}

/** A shape of its own for each tone: nobody has to see the colour. */
const marks: Readonly<Record<Tone, string>> = { neutral: '○', working: '◐', good: '✔', warning: '▲', bad: '✖' };

/** A word with its mark, and with its link where it has one. */
export function renderCell({ text, tone, to }: Cell, { address }: Pick<Rendering, 'address'>): Html {
  const word = to === undefined ? html`${text}` : html`<a href="${address(to)}">${text}</a>`;
  if (tone === undefined) return word;
  // The word says it: a reader of the page aloud need not hear the name of the shape.
  return html`<span class="state" data-tone="${tone}"><span class="mark" aria-hidden="true">${marks[tone]}</span> ${word}</span>`;
}

/** Markup of one part of a page. */
export function renderBlock(block: Block, rendering: Rendering): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${renderText(block.text)}</p>`;
    case 'facts':
      return html`<dl>${block.facts.map(
        ({ label, value }) => html`<div><dt>${label}</dt><dd>${renderCell(value, rendering)}</dd></div>`,
      )}</dl>`;
    case 'table':
      return renderTable(block, rendering);
    case 'shares':
      return renderShares(block, rendering);
    case 'folds':
      return html`<div class="folds">${block.folds.map((fold) => renderFold(fold, rendering))}</div>`;
    case 'offers':
      return html`<ul class="offers">${block.offers.map((offer) => renderOffer(offer, rendering))}</ul>`;
    case 'ways':
      return html`<nav class="ways" aria-label="${block.label}"><ul>${block.ways.map(
        ({ label, to, isHere }) =>
          html`<li><a href="${rendering.address(to)}"${isHere ? html` aria-current="page"` : nothing}>${label}</a></li>`,
      )}</ul></nav>`;
    case 'search':
      return html`<form class="search" action="${placePaths.pc}" role="search"><label>${block.label} <input name="name" required maxlength="255" autocomplete="off" autocapitalize="off" spellcheck="false"></label>${hidden({ as: rendering.as })}<button>Show</button></form>`;
  }
}

function renderText(text: Text): Html {
  const spans = typeof text === 'string' ? [text] : text;
  return html`${spans.map((span) => {
    if (typeof span === 'string') return html`${span}`;
    if ('page' in span) return html`<a href="${span.page}">${span.words}</a>`;
    return 'code' in span ? html`<code>${span.code}</code>` : html`<strong>${span.strong}</strong>`;
  })}`;
}

/** On a phone each row becomes a list, so that every cell carries its column's name; roles keep it a table for readers aloud. */
function renderTable({ caption, columns, rows }: Extract<Block, { kind: 'table' }>, rendering: Rendering): Html {
  const classOf = (at: number) => (columns[at]?.isCount ? html` class="count"` : nothing);
  const head = columns.map(({ label }, at) => html`<th scope="col" role="columnheader"${classOf(at)}>${label}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 0
        ? html`<th scope="row" role="rowheader">${renderCell(cell, rendering)}</th>`
        : html`<td role="cell" data-label="${columns[at]?.label ?? ''}"${classOf(at)}>${renderCell(cell, rendering)}</td>`,
    );
    return html`<tr role="row">${cells}</tr>`;
  });
  return html`<table role="table"><caption class="unseen">${caption}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body}</tbody></table>`;
}

function renderShares({ caption, shares }: Extract<Block, { kind: 'shares' }>, { address }: Rendering): Html {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const percent = (count: number) => (total === 0 ? 0 : Math.round((count * 1000) / total) / 10);
  const bar = shares.map(({ count, tone }) => html`<span data-tone="${tone}" style="flex-grow: ${count}"></span>`);
  const items = shares.map(
    ({ label, count, tone, to }) =>
      html`<li><a href="${address(to)}"><span class="state" data-tone="${tone}"><span class="mark" aria-hidden="true">${marks[tone]}</span> <strong>${formatCount(count)}</strong> ${label}</span> <span class="percent">${percent(count)} %</span></a></li>`,
  );
  return html`<div class="bar" aria-hidden="true">${bar}</div><ul class="shares" aria-label="${caption}">${items}</ul>`;
}

function renderFold({ number, title, state, line, isOpen, blocks }: Fold, rendering: Rendering): Html {
  return html`<details id="step-${number}"${isOpen ? html` open` : nothing}><summary><span class="number">${number}</span><span class="what"><h3>${title}</h3><span class="line">${line}</span></span>${renderCell(state, rendering)}</summary><div class="inside">${blocks.map((block) => renderBlock(block, rendering))}</div></details>`;
}

/** A command with a button that says it, as the person who looks, where the console says things. */
function renderOffer(offer: { readonly label: string; readonly command: string }, rendering: Rendering): Html {
  const { channel, as, newRequest } = rendering;
  const { label, command } = offer;
  const say =
    channel === null
      ? nothing
      : html`<form method="post" action="/say">${hidden({ as, channel: channel.id, text: command, request: newRequest() })}<button title="Says it in ${channel.name}">${label}</button></form>`;
  return html`<li>${say}<code>/oob ${command}</code></li>`;
}

const hidden = (values: Readonly<Record<string, string | null>>): readonly Html[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [html`<input type="hidden" name="${name}" value="${value}">`],
  );
