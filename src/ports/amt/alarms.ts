/** One alarm of the device's clock: the PC turns itself on, with or without a network. */
export interface AmtAlarm {
  /** Up to 32 characters, unique on the device. */
  readonly name: string;
  /** Whole minutes, UTC. */
  readonly at: Date;
  /** Minutes between repeats; null: once. */
  readonly everyMinutes: number | null;
  readonly deleteAfterwards: boolean;
  /** True for the one alarm of firmware before AMT 8.0, which keeps no name. */
  readonly isNameless?: true;
}

/** The alarm clock (AMT_AlarmClockService). Firmware holds five at most. */
export interface AmtAlarms {
  list(): Promise<readonly AmtAlarm[]>;
  add(alarm: AmtAlarm): Promise<void>;
  /** False when there is none of that name. */
  remove(name: string): Promise<boolean>;
}

/** The device's own clock (AMT_TimeSynchronizationService). */
export interface AmtDeviceClock {
  /** Device time minus ours, in seconds, at one moment. */
  readDriftSeconds(): Promise<number>;
  /** Sets the device to our time. */
  synchronise(): Promise<void>;
}
