/** What a PC can be told to boot from once. */
export const bootTargets = ['pxe', 'disk', 'bios', 'cd'] as const;

/** One of `bootTargets`: network, hard disk, BIOS set-up, CD or DVD. */
export type BootTarget = (typeof bootTargets)[number];

/** Boot overrides (AMT_BootSettingData, CIM_BootService). */
export interface AmtBoot {
  /** Sets the next boot only; the power command comes after. Rejects with `class_missing` where the firmware can't. */
  setNext(target: BootTarget): Promise<void>;
  /** Takes an override back that was not used. */
  clear(): Promise<void>;
}
