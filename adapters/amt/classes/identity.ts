import { readAmtVersion } from '../transport/version.ts';
import type { Wsman } from '../wsman/client.ts';
import { readText } from '../wsman/fields.ts';

/** The version that Identify reports, for firmware whose Server header does not; null when it does not either. */
export async function identifyVersion(wsman: Wsman): Promise<string | null> {
  return readAmtVersion(readText(await wsman.identify(), 'ProductVersion') ?? undefined);
}
