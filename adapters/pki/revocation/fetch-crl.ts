import { Agent, interceptors, request } from 'undici';

/** Bounds of one fetch. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly largestBytes: number;
}

const mostRedirects = 3;

/** Fetches a revocation list over http or https. Rejects with an Error whose message is fit for people. */
export async function fetchCrl(url: string, { timeoutMs, largestBytes }: FetchLimits): Promise<Buffer> {
  if (!/^https?:$/.test(new URL(url).protocol)) throw new Error('neither http nor https');
  const signal = AbortSignal.timeout(timeoutMs);
  const agent = new Agent({ connect: { timeout: timeoutMs } });
  try {
    const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: mostRedirects }));
    const { statusCode, body } = await request(url, { signal, dispatcher });
    if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      const part = Buffer.from(chunk);
      size += part.length;
      if (size > largestBytes) throw new Error(`larger than ${largestBytes} bytes`);
      chunks.push(part);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw new Error(signal.aborted ? 'no answer in time' : sentence(error), { cause: error });
  } finally {
    await agent.destroy();
  }
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const code = 'code' in error ? String(error.code) : '';
  return error.message === '' ? code : error.message;
}
