// A real OAuth provider (oidc-provider) over https on this machine, for the tests of tokens.
//
//   node provider.mjs CONFIG.json
//
// The tests write the configuration: port, issuer, TLS files, key set, clients, what each client's tokens claim, and the
// audience of each resource. It says "ready" when it listens.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import Provider from 'oidc-provider';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const provider = new Provider(config.issuer, {
  jwks: config.jwks,
  clients: config.clients,
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['ES256'], dPoPSigningAlgValues: ['ES256'] },
  scopes: ['oocd'],
  cookies: { keys: ['only-for-pages-that-these-tests-never-open'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate(),
    },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        scope: 'oocd',
        audience: config.audiences[resource],
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  extraTokenClaims: (ctx, token) => config.claims[token.clientId],
});

const tls = {
  key: readFileSync(config.tls.key),
  cert: readFileSync(config.tls.cert),
  requestCert: true,
  rejectUnauthorized: false, // a client's own certificate is known by its thumbprint
};
createServer(tls, provider.callback()).listen(config.port, '127.0.0.1', () => console.log('ready'));
