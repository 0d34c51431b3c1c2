import type { DeviceMemory } from './memory.ts';

/**
 * The version in a Server header (`Intel(R) Active Management Technology 15.0.23.1706`) or in Identify's ProductVersion
 * (`AMT 15.0.23`), without the build number. Null when there is none: AMT 11 may send only `AMT`.
 */
export function readAmtVersion(text: string | undefined): string | null {
  return /(?:Active Management Technology|AMT)\s+(\d{1,3}\.\d{1,3}(?:\.\d{1,5})?)/.exec(text ?? '')?.[1] ?? null;
}

/** Remembers the version that a reply's Server header names. */
export function noteVersion(memory: DeviceMemory, server: string | undefined): void {
  memory.amtVersion = readAmtVersion(server) ?? memory.amtVersion;
}
