import type { TlsState } from '../../ports/amt/tls.ts';
import { AmtError, type AmtSession } from '../../ports/amt.ts';

type Wish = Pick<TlsState, 'mutual' | 'plainTextAccepted'>;

/**
 * Switches TLS on for the network; it takes effect with the commit. What is so already is left. Needs a certificate that is shown.
 * Rejects with AmtError; `firmware_fault` when it reads back otherwise.
 */
export async function enableTls({ provisioning: { tls } }: AmtSession, wish: Wish): Promise<void> {
  const wanted = { enabled: true, mutual: wish.mutual, plainTextAccepted: wish.plainTextAccepted };
  const differs = (state: TlsState) =>
    (['enabled', 'mutual', 'plainTextAccepted'] as const).filter((name) => state[name] !== wanted[name]);
  if (differs(await tls.read('network')).length === 0) return;
  await tls.write('network', wanted);
  const still = differs(await tls.read('network'));
  if (still.length > 0) throw new AmtError('firmware_fault', [`TLS reads back otherwise: ${still.join(', ')}`]);
}
