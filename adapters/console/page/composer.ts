import { make } from './message-item.ts';

/** The command line. */
export interface Composer {
  focus(): void;
  /** Whose history the arrow keys go through. */
  setSpeaker(id: string): void;
}

const mostRemembered = 50;

/** Makes the command line. `send` rejects with an error fit to be shown; what was typed then stays. */
export function createComposer(options: {
  readonly form: HTMLFormElement;
  readonly input: HTMLInputElement;
  readonly note: HTMLElement;
  readonly hintBar: HTMLElement;
  readonly hints: readonly string[];
  readonly send: (text: string) => Promise<void>;
}): Composer {
  const { form, input, note } = options;
  let key = '';
  let history: string[] = [];
  let at = 0;
  let draft = '';
  let sending = false;

  const show = (text: string): void => {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
  };

  for (const hint of options.hints) {
    const chip = make('button', 'hint', `/oob ${hint}`);
    chip.type = 'button';
    chip.addEventListener('click', () => {
      show(`/oob ${hint}`);
      input.focus();
    });
    const entry = make('li', '');
    entry.append(chip);
    options.hintBar.append(entry);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '' || sending) return;
    sending = true;
    note.textContent = '';
    input.value = '';
    options
      .send(text)
      .then(
        () => {
          history = [...history.filter((line) => line !== text), text].slice(-mostRemembered);
          at = history.length;
          sessionStorage.setItem(key, JSON.stringify(history));
        },
        (error: Error) => {
          if (input.value === '') show(text);
          note.textContent = `Not sent: ${error.message}`;
        },
      )
      .finally(() => {
        sending = false;
      });
  });

  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') show('');
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    const next = at + step;
    if (step === 0 || next < 0 || next > history.length) return;
    event.preventDefault();
    if (at === history.length) draft = input.value;
    at = next;
    show(history[at] ?? draft);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') return;
    event.preventDefault();
    input.focus();
    if (input.value === '') show('/');
  });

  return {
    focus: () => input.focus(),
    setSpeaker: (id) => {
      key = `oob-history-${id}`;
      // Trust boundary: the page's own storage, filled above.
      history = JSON.parse(sessionStorage.getItem(key) ?? '[]') as string[];
      at = history.length;
    },
  };
}
