import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import forge from 'node-forge';

const signIn = 'login.microsoftonline.com';
const keysHost = 'login.botframework.com';

/** Where Teams has its Bot Connector. */
export const connectorHost = 'smba.trafficmanager.net';

const hosts = [signIn, keysHost, connectorHost];

/** Header and claims of a token; a claim that is undefined is left out. */
export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Default the key that is published. */
  readonly key?: 'published' | 'other' | 'none' | 'hmac';
}

/**
 * The Microsoft servers a bot depends on (sign-in, public keys, Bot Connector) on one TLS port of 127.0.0.1, and every https
 * connection of this process led there: the product runs as it does in production, without a hook. Connections to any other
 * host are refused.
 */
export async function createMicrosoft(connector: RequestListener) {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { cert, key } = selfSigned();
  const tokenRequests: { path: string; form: URLSearchParams }[] = [];
  const state = {
    keysDown: false,
    endorsements: ['msteams'],
    refuseSecret: false,
    accessToken: 'access-token-of-the-bot',
  };

  const json = (response: Parameters<RequestListener>[1], status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), use: 'sig' };
  const published = {
    keys: [
      { ...jwk, kid: 'key-1', endorsements: ['msteams'] },
      { ...jwk, kid: 'key-of-web-chat', endorsements: ['webchat'] },
    ],
  };

  const server = createServer({ cert, key }, async (request, response) => {
    const host = request.headers.host ?? '';
    const path = request.url ?? '';
    if (host === connectorHost) return connector(request, response);
    if (path.endsWith('/openidconfiguration') || path.endsWith('/openid-configuration')) {
      if (state.keysDown) return json(response, 500, {});
      const issuer = `https://${host}`;
      return json(response, 200, {
        issuer,
        jwks_uri: `${issuer}/keys`,
        token_endpoint: `${issuer}${path.split('/').slice(0, 2).join('/')}/oauth2/v2.0/token`,
        authorization_endpoint: `${issuer}/authorize`,
      });
    }
    if (path === '/keys') return json(response, 200, published);
    if (host === signIn && path.includes('/oauth2/v2.0/token')) {
      let body = '';
      for await (const chunk of request) body += chunk;
      tokenRequests.push({ path, form: new URLSearchParams(body) });
      return state.refuseSecret
        ? json(response, 401, { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' })
        : json(response, 200, { token_type: 'Bearer', expires_in: 3599, access_token: state.accessToken });
    }
    json(response, 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const original: unknown = Reflect.get(Agent.prototype, 'createConnection');
  Reflect.set(Agent.prototype, 'createConnection', (options: { host?: string }) => {
    if (options.host === undefined || !hosts.includes(options.host))
      throw new Error(`no way to ${options.host} from here`);
    return connect({ host: '127.0.0.1', port, servername: options.host, ca: cert });
  });

  return {
    state,
    tokenRequests,
    /** A token as the Bot Connector sends it with a request, good for `appId` unless parts say otherwise. */
    token(appId: string, parts: TokenParts = {}): string {
      const nowS = Math.floor(Date.now() / 1000);
      const header = { typ: 'JWT', alg: 'RS256', kid: 'key-1', ...parts.header };
      const claims = {
        iss: 'https://api.botframework.com',
        aud: appId,
        serviceurl: `https://${connectorHost}/emea/`,
        nbf: nowS - 60,
        exp: nowS + 3600,
        ...parts.claims,
      };
      const head = `${base64url(header)}.${base64url(claims)}`;
      switch (parts.key ?? 'published') {
        case 'published':
          return `${head}.${sign(head, keys.privateKey)}`;
        case 'other':
          return `${head}.${sign(head, others.privateKey)}`;
        case 'hmac': {
          const pem = keys.publicKey.export({ format: 'pem', type: 'spki' });
          return `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
        }
        case 'none':
          return `${head}.`;
      }
    },
    async close(): Promise<void> {
      Reflect.set(Agent.prototype, 'createConnection', original);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string, key: KeyObject): string {
  return createSign('RSA-SHA256').update(text).sign(key, 'base64url');
}

function selfSigned(): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(String(publicKey.export({ format: 'pem', type: 'spki' })));
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
  const name = [{ name: 'commonName', value: 'Microsoft of this test' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }]);
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs1' }));
  certificate.sign(forge.pki.privateKeyFromPem(pem), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: pem };
}
