import { methodWord } from '../messages/reports/network-access.ts';
import type { Drift } from '../messages/reports/settings.ts';
import type { WiredAccessState } from '../ports/amt/network-access.ts';
import type { ProfileNetworkAccess } from './profile.ts';

/** What a PC has of 802.1X on the wired network; null: its firmware lacks it. */
export type FoundNetworkAccess = {
  readonly state: WiredAccessState;
  /** A client certificate whose key is in it; looked for only where the method takes one. */
  readonly hasCertificate: boolean;
} | null;

/** What of 802.1X is not as the profile says. Passwords and which certificate is used cannot be read back. Pure. */
export function compareNetworkAccess(has: FoundNetworkAccess, should: ProfileNetworkAccess): readonly Drift[] {
  const wanted = methodWord(should.method);
  if (!has) return [{ label: '802.1X', has: null, should: wanted }];
  const { state, hasCertificate } = has;
  const isOn = state.enabled && state.method !== null;
  const method = { label: '802.1X', has: isOn ? methodWord(state.method) : 'off', should: wanted };
  const text = (label: string, is: string | null, be: string | null) =>
    be === null ? [] : [{ label, has: is ?? 'none', should: be }];
  const all: readonly Drift[] = [
    method,
    ...(isOn
      ? [
          ...(should.method === 'tls'
            ? [{ label: '802.1X certificate', has: hasCertificate ? 'there' : 'none', should: 'there' }]
            : []),
          ...text('802.1X user', state.username, should.username),
          ...text('802.1X domain', state.domain, should.domain),
          ...text('802.1X server name', state.serverName, should.serverName?.name ?? null),
          { label: '802.1X while the PC is on', has: onOff(state.activeInS0), should: onOff(should.activeInS0) },
          ...text('802.1X network boot', secondsWord(state.pxeTimeoutSeconds), secondsWord(should.pxeTimeoutSeconds)),
        ]
      : []),
  ];
  return all.filter((each) => each.has?.toLowerCase() !== each.should.toLowerCase());
}

const onOff = (is: boolean) => (is ? 'on' : 'off');
const secondsWord = (seconds: number | null) => (seconds === null ? null : `${seconds} seconds`);
