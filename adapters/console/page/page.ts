import {
  ApiError,
  attachmentAddress,
  click,
  getSession,
  type Named,
  pictureAddress,
  type Seat,
  type Session,
  say,
} from './api.ts';
import { createComposer } from './composer.ts';
import { followChannel } from './live-feed.ts';
import { avatar, make } from './message-item.ts';
import { createMessageList } from './message-list.ts';

/** An element that index.html has. */
function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`index.html has no ${kind.name} #${id}`);
  return element;
}

const banner = part('banner', HTMLElement);
const working = part('working', HTMLElement);
const speakerKey = 'oob-speaker';

function showBanner(text: string | null): void {
  banner.textContent = text;
  banner.hidden = text === null;
}

function start(session: Session): void {
  const [channel = { id: '', name: '' }] = session.channels;
  const people: readonly Named[] = session.me === null ? session.people : [nameOf(session, session.me)];
  const remembered = people.find(({ id }) => id === sessionStorage.getItem(speakerKey));
  let seat: Seat = { as: (remembered ?? people[0])?.id ?? 'operator', channel: channel.id };
  let feed: { readonly stop: () => void } | null = null;

  const announcer = part('announcer', HTMLElement);
  const list = createMessageList({
    list: part('messages', HTMLOListElement),
    scroll: part('scroll', HTMLElement),
    toEnd: part('to-end', HTMLButtonElement),
    context: {
      attachmentAddress: (message) => attachmentAddress(seat, message),
      pictureAddress: (message) => pictureAddress(seat, message),
      press: async (action, message) => {
        const { invocation } = await click(seat, action, message);
        list.clicked(invocation, message);
      },
    },
    announce: (text) => {
      announcer.textContent = text;
    },
    onEmpty: (empty) => {
      part('welcome', HTMLElement).hidden = !empty;
    },
  });

  const composer = createComposer({
    form: part('composer', HTMLFormElement),
    input: part('command', HTMLInputElement),
    note: part('composer-note', HTMLElement),
    hintBar: part('hints', HTMLElement),
    hints: session.hints,
    send: async (text) => {
      // Only what takes a moment says so; else it would flicker.
      const slow = setTimeout(() => {
        working.hidden = false;
      }, 400);
      try {
        list.toEnd();
        await say(seat, text);
      } finally {
        clearTimeout(slow);
        working.hidden = true;
      }
    },
  });

  const sit = (next: Seat): void => {
    seat = next;
    sessionStorage.setItem(speakerKey, seat.as);
    if (session.me === null)
      part('to-sites', HTMLAnchorElement).href = `/sites?${new URLSearchParams({ as: seat.as })}`;
    composer.setSpeaker(seat.as);
    feed?.stop();
    // Another reader sees other messages, so nothing of the last one may stay.
    list.reset([]);
    part('welcome', HTMLElement).hidden = true;
    feed = followChannel({
      seat,
      onAll: list.reset,
      onChange: list.put,
      onConnection: (state) => showBanner(state === 'lost' ? 'Connection lost. Trying to reconnect …' : null),
      onSignedOut: () => location.assign('/login'),
    });
  };

  nameChannel(session.channels, (id) => sit({ ...seat, channel: id }));
  const mode = session.demo ? 'demo, a simulated fleet' : 'this machine only';
  part('channel-about', HTMLElement).textContent = `${session.people.map(({ name }) => name).join(', ')} · ${mode}`;
  if (session.me === null) offerSpeakers(people, seat.as, (as) => sit({ ...seat, as }));
  else {
    part('me', HTMLElement).append(
      avatar(session.me, nameOf(session, session.me).name),
      nameOf(session, session.me).name,
    );
    part('logout', HTMLFormElement).hidden = false;
  }
  sit(seat);
  if (matchMedia('(pointer: fine)').matches) composer.focus();
}

/** The channel's name as the page's heading; a choice when there are several. */
function nameChannel(channels: readonly Named[], onChoose: (id: string) => void): void {
  const heading = part('channel-name', HTMLElement);
  const title = (name: string) => {
    document.title = `${name} · oob console`;
  };
  title(channels[0]?.name ?? '');
  if (channels.length < 2) {
    heading.textContent = channels[0]?.name ?? '';
    return;
  }
  const choice = make('select', '');
  choice.ariaLabel = 'Channel';
  for (const { id, name } of channels) choice.append(new Option(name, id));
  choice.addEventListener('change', () => {
    title(choice.selectedOptions[0]?.text ?? '');
    onChoose(choice.value);
  });
  heading.replaceChildren(choice);
}

function nameOf(session: Session, id: string): Named {
  return session.people.find((person) => person.id === id) ?? { id, name: id };
}

function offerSpeakers(people: readonly Named[], current: string, onChoose: (id: string) => void): void {
  const speakers = part('speakers', HTMLFieldSetElement);
  for (const { id, name } of people) {
    const label = make('label', 'speaker');
    const choice = make('input', 'unseen');
    choice.type = 'radio';
    choice.name = 'speaker';
    choice.value = id;
    choice.checked = id === current;
    choice.addEventListener('change', () => onChoose(id));
    label.append(choice, avatar(id, name), make('span', 'name', name));
    speakers.append(label);
  }
  speakers.hidden = false;
}

function begin(): void {
  getSession().then(start, (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) location.assign('/login');
    else {
      showBanner('The service does not answer. Trying again …');
      setTimeout(begin, 1000);
    }
  });
}

begin();
