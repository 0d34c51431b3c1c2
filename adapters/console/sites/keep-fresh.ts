/** The page looks after itself: it is read again now and then, without losing what the reader has unfolded or typed. */

const everyMs = 30_000;

const main = document.querySelector('main');
const context = document.querySelector('#context');
const freshness = document.querySelector('#freshness');

/** The reader is in the midst of something that a fresh page would take away. */
function isBusy(): boolean {
  const chosen = getSelection();
  return document.activeElement instanceof HTMLInputElement || (chosen !== null && !chosen.isCollapsed);
}

const words = (element: Element | null) => element?.textContent ?? '';

/** How something on the page is found again on the fresh one. */
function finderOf(element: Element | null): string | null {
  const fold = element?.closest('summary')?.parentElement;
  if (fold) return `#${CSS.escape(fold.id)} > summary`;
  return element instanceof HTMLAnchorElement
    ? `main a[href="${CSS.escape(element.getAttribute('href') ?? '')}"]`
    : null;
}

function replaceMain(fresh: Element): void {
  if (main === null || words(fresh) === words(main)) return;
  const focused = main.contains(document.activeElement) ? finderOf(document.activeElement) : null;
  for (const fold of fresh.querySelectorAll('details')) {
    const known = document.getElementById(fold.id);
    if (known instanceof HTMLDetailsElement) fold.open = known.open;
  }
  main.replaceChildren(...fresh.childNodes);
  if (focused !== null) document.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
}

function say(text: string): void {
  if (freshness !== null && words(freshness) !== text) freshness.textContent = text;
}

async function look(): Promise<void> {
  const response = await fetch(location.href);
  if (new URL(response.url).pathname === '/login') return location.assign(response.url);
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const freshMain = fresh.querySelector('main');
  if (freshMain === null) return say('This page is not up to date: the service has a problem.');
  replaceMain(freshMain);
  if (context !== null) context.textContent = words(fresh.querySelector('#context'));
  say('');
}

function lookNow(): void {
  if (document.hidden || isBusy()) return;
  look().catch(() => say('This page is not up to date: the service does not answer.'));
}

function unfold(): void {
  const fold = document.getElementById(location.hash.slice(1));
  if (fold instanceof HTMLDetailsElement) fold.open = true;
}

// In the demo the console goes on as the person that this page was looked at as.
const as = new URL(location.href).searchParams.get('as');
if (as !== null) sessionStorage.setItem('oob-speaker', as);
unfold();
addEventListener('hashchange', unfold);
document.addEventListener('visibilitychange', lookNow);
setInterval(lookNow, everyMs);
