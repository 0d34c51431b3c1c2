import { randomInt } from 'node:crypto';
import { settle } from '../../power.ts';
import type { ClassContext } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { bigEndian } from '../logs/audit-record.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { createWritable } from '../writable.ts';

/** OptInState: what the user has agreed to. `[class model]` */
const optInState = { notStarted: 0, displayed: 2, received: 3 } as const;

/** OptInRequired: who must ask. `[class model]` */
const required = { none: 0, kvm: 1, all: 0xffff_ffff } as const;

/** ReturnValue 2: in no state for it, as recorded of a device that needs no consent `[capture]`. */
const returns = { completed: 0, invalidState: 2, invalidParameter: 36 } as const;

/** PT_STATUS_USER_CONSENT_REQUIRED. `[class model]` */
export const userConsentRequired = 2081;

/** Wrong codes until the user has to be asked anew. `[class model]` */
const mostAttempts = 3;

/** What a user at the PC sees and has agreed to. */
interface Consent {
  state: number;
  /** The six digits on the user's screen. */
  code: number;
  attempts: number;
  /** When the present state ends by itself, milliseconds since 1970. */
  untilMs: number;
}

const consents = perDevice<Consent>(() => ({ state: optInState.notStarted, code: 0, attempts: 0, untilMs: 0 }));

/** The present consent; one that was shown or given ends by itself. */
export function consentOf({ device, nowMs }: Pick<ClassContext, 'device' | 'nowMs'>): Consent {
  const consent = consents(device);
  if (consent.state !== optInState.notStarted && nowMs >= consent.untilMs) consent.state = optInState.notStarted;
  return consent;
}

/** Whether the user must first agree to a change of the boot order: only where consent is asked for everything. */
export function needsConsent(context: ClassContext): boolean {
  const wanted = optInService.values(context)[0]?.get('OptInRequired');
  return wanted === required.all && consentOf(context).state !== optInState.received;
}

/** User consent. Properties and order as recorded `[capture]`, from AMT 6.2 on `[guide]`. */
export const optInService = createWritable({
  name: 'IPS_OptInService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 6.2,
  realms: {
    read: [realm.generalInfo, realm.redirection, realm.remoteControl],
    write: [realm.redirection, realm.remoteControl],
  },
  initial: (context) => [
    {
      CanModifyOptInPolicy: 1,
      CreationClassName: 'IPS_OptInService',
      ElementName: 'Intel(r) AMT OptIn Service',
      Name: 'Intel(r) AMT OptIn Service',
      OptInCodeTimeout: 120,
      OptInDisplayTimeout: 300,
      OptInRequired: required.none,
      OptInState: consentOf(context).state,
      SystemCreationClassName: 'CIM_ComputerSystem',
      SystemName: 'Intel(r) AMT',
    },
  ],
  schema:
    'ElementName:string= SystemCreationClassName:string= SystemName:string= CreationClassName:string= Name:string= ' +
    'OptInCodeTimeout:uint32 OptInRequired:uint32 OptInState:uint8= CanModifyOptInPolicy:uint8= ' +
    'OptInDisplayTimeout:uint16',
  writing(context, after, before) {
    const wanted = Number(after.get('OptInRequired'));
    const present = Number(before.get('OptInRequired'));
    if (!Object.values<number>(required).includes(wanted)) return returns.invalidParameter;
    const timeout = Number(after.get('OptInCodeTimeout'));
    if (timeout < 60 || timeout > 900) return returns.invalidParameter;
    if (wanted === present) return undefined;
    return refusedByAudit(context, 3000, bigEndian([1, present & 0xff], [1, wanted & 0xff]));
  },
  methods: {
    StartOptIn: {
      input: '',
      invoke(context) {
        const consent = consentOf(context);
        settle(context.device.power, context.nowMs);
        const isAsked = settingOf(context, 'OptInRequired') !== required.none;
        // Nobody can look at the screen of a PC that is off. [guess]
        if (!isAsked || consent.state !== optInState.notStarted || context.device.power.state !== 2) {
          return returns.invalidState;
        }
        const untilMs = context.nowMs + settingOf(context, 'OptInDisplayTimeout') * 1000;
        Object.assign(consent, { state: optInState.displayed, code: randomInt(1_000_000), attempts: 0, untilMs });
        return returns.completed;
      },
    },
    CancelOptIn: {
      input: '',
      invoke(context) {
        const consent = consentOf(context);
        if (consent.state === optInState.notStarted) return returns.invalidState;
        consent.state = optInState.notStarted;
        return returns.completed;
      },
    },
    SendOptInCode: {
      input: 'OptInCode:uint32',
      invoke(context, given) {
        const consent = consentOf(context);
        if (consent.state !== optInState.displayed) return returns.invalidState;
        const isRight = numberArgument(given, 'OptInCode') === consent.code;
        if (!isRight) consent.attempts += 1;
        const isOver = consent.attempts >= mostAttempts;
        // 0 success, 1 failed three times. intel/lms [class model]
        const refusal = isRight || isOver ? refusedByAudit(context, 3001, Buffer.from([isRight ? 0 : 1])) : undefined;
        if (refusal !== undefined) return refusal;
        if (isRight) {
          const untilMs = context.nowMs + settingOf(context, 'OptInCodeTimeout') * 1000;
          Object.assign(consent, { state: optInState.received, untilMs });
          return returns.completed;
        }
        if (isOver) consent.state = optInState.notStarted;
        return returns.invalidParameter;
      },
    },
  },
});

const settingOf = (context: ClassContext, name: string): number => Number(optInService.values(context)[0]?.get(name));
