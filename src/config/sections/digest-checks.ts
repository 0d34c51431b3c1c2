import type { Say } from './say.ts';

/** The parts of the configuration that digests refer to. */
interface Linked {
  readonly console: { readonly channels: readonly { readonly id: string }[] };
  readonly slack?: { readonly workspaces: readonly string[] } | undefined;
  readonly teams?: { readonly tenants: readonly string[] } | undefined;
  readonly digests: readonly {
    readonly id: string;
    readonly channel: string;
    readonly fallback?: string | undefined;
  }[];
}

/** Digests have names of their own, go to places that there are, and fall back to another one. */
export function checkDigests({ digests, console, slack, teams }: Linked, say: Say): void {
  const known: Readonly<Record<string, readonly string[]>> = {
    console: console.channels.map(({ id }) => `local/${id}`),
    slack: slack?.workspaces ?? [],
    teams: teams?.tenants ?? [],
  };
  for (const [at, { id, channel, fallback }] of digests.entries()) {
    if (digests.findIndex((each) => each.id === id) < at) say(['digests', at, 'id'], 'an id that stands here once');
    for (const [key, word] of Object.entries({ channel, fallback })) {
      if (word === undefined) continue;
      const [platform = '', rest = ''] = word.split(/:(.*)/s);
      const name = platform === 'console' ? rest : (rest.split('/')[0] ?? '');
      if (!known[platform]?.includes(name))
        say(
          ['digests', at, key],
          `a channel of a platform that is configured (${platform}: ${known[platform]?.join(', ') || 'none'})`,
        );
    }
    if (fallback === channel)
      say(['digests', at, 'fallback'], 'another channel', 'What one channel does not take, the same will not take.');
  }
}
