import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly mediaType: string;
  readonly body: string;
}

const javascript = 'text/javascript; charset=utf-8';

/** Every file there is, by its address; nothing else on the disk can be asked for. */
const files: Readonly<Record<string, { readonly mediaType: string; readonly from: string }>> = {
  '/': page('index.html', 'text/html; charset=utf-8'),
  '/login': page('login.html', 'text/html; charset=utf-8'),
  '/page/style.css': page('style.css', 'text/css; charset=utf-8'),
  '/page/messages.css': page('messages.css', 'text/css; charset=utf-8'),
  '/page/composer.css': page('composer.css', 'text/css; charset=utf-8'),
  '/page/login.css': page('login.css', 'text/css; charset=utf-8'),
  '/page/card.css': page('card.css', 'text/css; charset=utf-8'),
  '/page/favicon.svg': page('favicon.svg', 'image/svg+xml'),
  '/page/page.ts': page('page.ts', javascript),
  '/page/api.ts': page('api.ts', javascript),
  '/page/card.ts': page('card.ts', javascript),
  '/page/composer.ts': page('composer.ts', javascript),
  '/page/message-list.ts': page('message-list.ts', javascript),
  '/page/message-item.ts': page('message-item.ts', javascript),
  '/page/live-feed.ts': page('live-feed.ts', javascript),
  '/sites/sites.css': page('../sites/sites.css', 'text/css; charset=utf-8'),
  '/sites/keep-fresh.ts': page('../sites/keep-fresh.ts', javascript),
  '/vendor/adaptivecards.js': {
    mediaType: javascript,
    from: createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'),
  },
};

function page(name: string, mediaType: string) {
  return { mediaType, from: fileURLToPath(new URL(`page/${name}`, import.meta.url)) };
}

/**
 * Makes the function that gives a file of the page by its address, null when there is none. Browsers get the TypeScript
 * sources with their types blanked out, so that there is no build step. Each file is read once.
 */
export function createPageFiles(): (path: string) => Promise<PageFile | null> {
  const read = new Map<string, Promise<PageFile>>();
  const load = async (mediaType: string, from: string): Promise<PageFile> => {
    const text = await readFile(from, 'utf8');
    return { mediaType, body: from.endsWith('.ts') ? stripTypeScriptTypes(text) : text };
  };
  return async (path) => {
    if (!Object.hasOwn(files, path)) return null;
    const file = files[path];
    if (file === undefined) return null;
    let loaded = read.get(path);
    if (loaded === undefined) {
      loaded = load(file.mediaType, file.from);
      read.set(path, loaded);
    }
    return loaded;
  };
}
