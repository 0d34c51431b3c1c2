import { AmtError, type AmtErrorCode } from '../../src/ports/amt.ts';

/** What a SOAP fault said, beside its code. */
export interface FaultDetails {
  /** Local name of the SOAP subcode, for example `InvalidSelectors`; null when the fault had none. */
  readonly subcode: string | null;
  /** Number of the firmware's own status (`AMT-STATUS n`); null when the fault had none. */
  readonly ptStatus: number | null;
}

/**
 * The firmware understood the request and refused it with a SOAP fault. An `AmtError` like the others; the adapter tells
 * it apart because a refusal proves that nothing was done and that the device is alive.
 */
export class AmtFault extends AmtError {
  readonly subcode: string | null;
  readonly ptStatus: number | null;

  constructor(code: AmtErrorCode, evidence: readonly string[], details: FaultDetails) {
    super(code, evidence);
    this.name = 'AmtFault';
    this.subcode = details.subcode;
    this.ptStatus = details.ptStatus;
  }
}

/** A method was carried to the firmware and answered with a ReturnValue that refuses it: nothing was done. */
export class AmtRefusal extends AmtError {
  readonly returnValue: number;

  constructor(code: AmtErrorCode, evidence: readonly string[], returnValue: number) {
    super(code, evidence);
    this.name = 'AmtRefusal';
    this.returnValue = returnValue;
  }
}

/** What the caller wants is nothing that any firmware takes; found out before anything was sent. */
export function refuseInput(what: string, why: string): never {
  throw new AmtError('firmware_fault', [`${what}: ${why}`, 'Nothing was sent to the device']);
}

/** Text of the device made fit for evidence: one line, no control characters, at most `limit` characters. */
export function quoteDevice(text: string, limit = 160): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit)}...` : line;
}
