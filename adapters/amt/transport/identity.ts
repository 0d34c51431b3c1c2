import { AmtError } from '../../../src/ports/amt.ts';
import type { CredentialSource } from '../../../src/ports/secrets.ts';
import { authorize, type DigestChallenge, type DigestRequest, secretHash } from './digest.ts';

/** Answers a device's challenges for one conversation. The password itself is not kept. */
export interface Identity {
  /** Name of its credential. */
  readonly credential: string;
  /** The Authorization header for the next request; counts up the challenge. Rejects with `credential_missing`. */
  answer(challenge: DigestChallenge, request: DigestRequest): Promise<string>;
}

// What a header may carry. AMT allows digest names of at most 16 ASCII characters anyhow.
const printableAscii = /^[\x20-\x7e]+$/;

/** Looks the credential up now, so that a conversation without one ends before any traffic. */
export async function createIdentity(credentials: CredentialSource, name: string): Promise<Identity> {
  const lookUp = async () => {
    const found = await credentials(name).catch((cause: unknown) => {
      throw new AmtError('credential_missing', [`credential "${name}" could not be looked up`], { cause });
    });
    if (found === null) throw new AmtError('credential_missing', [`credential "${name}" is not configured`]);
    if (!printableAscii.test(found.user)) {
      throw new AmtError('credential_missing', [`credential "${name}" has a user name that AMT can not have`]);
    }
    return found;
  };
  // Hashed at once for the realm that is asked for; asked again only should the realm change in mid-conversation.
  let user = '';
  let realm: string | null = null;
  let ha1 = '';
  let first: Awaited<ReturnType<typeof lookUp>> | null = await lookUp();

  return {
    credential: name,
    async answer(challenge, request) {
      const realmKey = `${challenge.algorithm ?? ''} ${challenge.realm}`;
      if (realm !== realmKey) {
        const credential = first ?? (await lookUp());
        first = null;
        user = credential.user;
        ha1 = secretHash(challenge, credential.user, credential.password);
        realm = realmKey;
      }
      return authorize(challenge, user, ha1, request);
    },
  };
}
