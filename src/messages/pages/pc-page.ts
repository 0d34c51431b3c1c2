import type { KeptAmtStatus } from '../../ports/discovery/amt-status-store.ts';
import { renewalDays } from '../../ports/pki/renewal.ts';
import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import type { CertificateRecord } from '../../ports/store/certificate-store.ts';
import type { DeviceStanding, PastOutcome } from '../../ports/store/fleet-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import { amtStatusWord } from '../discovery/scan-card.ts';
import { count, dateTime, listed, oneLine, plural, powerWord } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { stepWords } from '../provisioning/step-words.ts';
import { codeWords } from '../runs/causes.ts';
import type { Tone } from '../view.ts';
import { statusTones } from './fleet-words.ts';
import { type Block, fact, type Page, type PageFact, type Section } from './page.ts';

const shownEvidence = 160;
const dayMs = 24 * 60 * 60_000;
/** From then on the end of a certificate is a warning. */

/** What is known of one PC. Never a secret. */
export interface PcFacts {
  readonly device: Device;
  /** Null: nobody has looked. */
  readonly status: KeptAmtStatus | null;
  /** Changes of its AMT status, the newest first. */
  readonly history: readonly Omit<KeptAmtStatus, 'since'>[];
  readonly standing: DeviceStanding;
  /** The one that it was given by us and has; null: none. */
  readonly certificate: Pick<CertificateRecord, 'state' | 'notAfter'> | null;
  readonly provisioning: Provisioning | null;
  readonly outcomes: readonly PastOutcome[];
  /** The reader may see its whole site. */
  readonly isSiteShown: boolean;
  readonly timeZone: string;
  readonly now: Date;
}

/** One PC: what it is, how it came to be so, and what was done to it last. Pure. */
export function pcPage(facts: PcFacts): Page {
  const { device, status, isSiteShown, timeZone, now } = facts;
  const { name, site } = device;
  const word = status ? amtStatusWord(status.status, status.subState) : 'unknown';
  const because = status?.because ?? 'nobody has looked';
  return {
    title: name,
    headline: { text: `${word}: ${because}`, tone: statusTones[status?.status ?? 'unknown'] },
    above: isSiteShown
      ? [
          { label: 'Sites', to: { kind: 'sites' } },
          { label: site, to: { kind: 'site', site, step: null } },
          { label: word, to: { kind: 'pcs', site, status: status?.status ?? 'unknown', page: 1 } },
        ]
      : [{ label: 'Sites', to: { kind: 'sites' } }],
    sections: [
      { heading: 'The PC', blocks: [{ kind: 'facts', facts: factsOf(facts) }] },
      { heading: 'Provisioning', blocks: [provisioningOf(facts)] },
      { heading: 'AMT status over time', blocks: [historyOf(facts)] },
      { heading: 'Done to it last', blocks: [outcomesOf(facts)] },
      askSection(name),
    ],
    context: `read ${dateTime(now, timeZone)}`,
  };
}

function factsOf({ device, status, standing, certificate, timeZone, now }: PcFacts): readonly PageFact[] {
  const { powerState, amtVersion, seenAt, fqdn, host, groups, site, ou } = device;
  const said = standing.status;
  const seen = seenAt === null ? '' : `, seen ${dateTime(seenAt, timeZone)}`;
  return [
    fact('Site', site),
    ...(groups.length > 0 ? [fact('Groups', listed(groups, groups.length, 10))] : []),
    fact('Name in DNS', fqdn ?? 'none'),
    fact('Reached at', host),
    ...(ou === undefined ? [] : [fact('Unit in Active Directory', ou)]),
    fact('Power', `${powerWord(powerState)}${seen}`),
    fact('AMT', amtVersion ?? 'not known'),
    ...(status
      ? [fact('AMT status since', `${dateTime(status.since, timeZone)}, looked at ${dateTime(status.at, timeZone)}`)]
      : []),
    ...(said ? [fact('Control mode', `${controlModes[said.controlMode]}, read ${dateTime(said.at, timeZone)}`)] : []),
    ...(said && said.auditLogFullPercent !== null
      ? [fact('Audit log', `${said.auditLogFullPercent} % full`, said.auditLogFullPercent >= 85 ? 'warning' : 'good')]
      : []),
    ...(standing.compared
      ? [
          fact(
            'Compared with its profile',
            `${standing.compared.drifts === 0 ? 'as it should be' : plural(standing.compared.drifts, 'difference')}, ${dateTime(standing.compared.at, timeZone)}`,
            standing.compared.drifts === 0 ? 'good' : 'warning',
          ),
        ]
      : []),
    ...certificateFacts(certificate, said?.certificateExpiresAt ?? null, { timeZone, now }),
  ];
}

const controlModes = { none: 'none', client: 'client control mode', admin: 'admin control mode', unknown: 'not known' };

/** What we gave it, and what it showed when it was read last. */
function certificateFacts(
  ours: PcFacts['certificate'],
  shown: Date | null,
  { timeZone, now }: Pick<PcFacts, 'timeZone' | 'now'>,
): readonly PageFact[] {
  const ends = (label: string, at: Date) => {
    const days = Math.floor((at.getTime() - now.getTime()) / dayMs);
    const word = days < 0 ? 'ended' : `ends in ${plural(days, 'day')}`;
    return fact(
      label,
      `${word}, ${dateTime(at, timeZone)}`,
      days < 0 ? 'bad' : days < renewalDays ? 'warning' : 'good',
    );
  };
  return [
    ...(ours?.notAfter ? [ends('Certificate of ours', ours.notAfter)] : [fact('Certificate of ours', 'none')]),
    ...(shown ? [ends('Certificate it showed', shown)] : []),
  ];
}

const provisioningTones: Readonly<Record<Provisioning['state'], Tone>> = {
  'under-way': 'working',
  'awaiting-agent': 'working',
  stopped: 'bad',
  provisioned: 'good',
  removing: 'working',
  removed: 'neutral',
};

/** Of the record only what says how far it came: what it holds for later steps is nobody's to read. */
function provisioningOf({ provisioning, timeZone }: PcFacts): Block {
  if (!provisioning) return { kind: 'text', text: 'This service has not set it up.' };
  const { mode, state, done, attempt, failure, startedAt, changedAt, requestId } = provisioning;
  return {
    kind: 'facts',
    facts: [
      fact('State', state.replaceAll('-', ' '), provisioningTones[state]),
      fact('Way', mode === 'remote' ? 'out of band' : 'in band, by the agent on the PC'),
      ...(failure
        ? [
            fact(
              'Stopped at',
              `${stepWords[failure.step]}: ${codeWords(failure.code)}. ${evidenceLine(failure.evidence)}`,
            ),
          ]
        : []),
      ...(attempt ? [fact('Under way', `${stepWords[attempt.step]}, begun ${dateTime(attempt.at, timeZone)}`)] : []),
      fact(
        'Steps done',
        done.length === 0 ? 'none' : `${count(done.length)}: ${done.map((step) => stepWords[step]).join(', ')}`,
      ),
      fact('Begun', dateTime(startedAt, timeZone)),
      fact('Changed', dateTime(changedAt, timeZone)),
      ...(requestId === null ? [] : [fact('Request', requestId)]),
    ],
  };
}

const evidenceLine = (evidence: readonly string[]) => oneLine(evidence.join('; '), shownEvidence);

function historyOf({ history, device, timeZone }: PcFacts): Block {
  if (history.length === 0) return { kind: 'text', text: 'Nobody has looked at it yet.' };
  return {
    kind: 'table',
    caption: `AMT status of ${device.name}, the newest first`,
    columns: [{ label: 'From' }, { label: 'AMT status' }, { label: 'Because' }],
    rows: history.map(({ at, status, subState, because }) => [
      { text: dateTime(at, timeZone) },
      { text: amtStatusWord(status, subState), tone: statusTones[status] },
      { text: because },
    ]),
  };
}

const outcomeWords: Readonly<Record<PastOutcome['status'], { readonly word: string; readonly tone: Tone }>> = {
  ok: { word: 'went well', tone: 'good' },
  failed: { word: 'failed', tone: 'bad' },
  unknown: { word: 'not known', tone: 'warning' },
  skipped: { word: 'not begun', tone: 'neutral' },
};

function outcomesOf({ outcomes, device, timeZone }: PcFacts): Block {
  if (outcomes.length === 0) return { kind: 'text', text: 'Nothing was done to it yet.' };
  return {
    kind: 'table',
    caption: `What was done to ${device.name}, the newest first`,
    columns: [{ label: 'When' }, { label: 'What' }, { label: 'How it ended' }, { label: 'Seen' }, { label: 'Request' }],
    rows: outcomes.map(({ endedAt, operation, status, code, evidence, requestId }) => [
      { text: dateTime(endedAt, timeZone) },
      { text: operationWords[operation].verb },
      {
        text: code === 'done' ? outcomeWords[status].word : `${outcomeWords[status].word}: ${codeWords(code)}`,
        tone: outcomeWords[status].tone,
      },
      { text: evidenceLine(evidence) },
      { text: requestId },
    ]),
  };
}

const askSection = (name: string): Section => ({
  heading: 'Ask it now',
  blocks: [
    {
      kind: 'offers',
      offers: [
        { label: 'Status', command: `status ${name}` },
        { label: 'Verify', command: `verify ${name}` },
        { label: 'Why', command: `why ${name}` },
      ],
    },
  ],
});
