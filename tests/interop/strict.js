// `oidc-provider` as a strict judge: native public clients, PKCE, refresh tokens that rotate and whose reuse ends the
// grant. It asks nobody: whoever has `denies` in the login hint denies, everybody else agrees.
//
// Prints one JSON line when ready and ends with its stdin.

import { createServer } from 'node:http';
import Provider, { interactionPolicy } from 'oidc-provider';

const SCOPES = [
  'openid', 'offline_access', 'email', 'profile',
  'https://www.googleapis.com/auth/calendar.calendarlist.readonly', 'https://www.googleapis.com/auth/calendar.events',
  'User.Read', 'Calendars.ReadWrite',
];

function policy() {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return policy;
}

function authority(issuer) {
  return new Provider(issuer, {
    clients: [{
      client_id: 'companion',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/', 'http://localhost/'],
    }],
    scopes: SCOPES,
    claims: { email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
    cookies: { keys: ['of a test'] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    interactions: { policy: policy(), url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    pkce: { methods: ['S256'], required: () => true },
    routes: { authorization: '/oauth2/v2.0/authorize', token: '/oauth2/v2.0/token', revocation: '/revoke', userinfo: '/me' },
    ttl: { AccessToken: 60 },
  });
}

async function decide(provider, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const results = {
    select_account: () => ({ select_account: {} }),
    login: () => ({ login: { accountId: params.login_hint } }),
    consent: () => consent(provider, params, session.accountId),
  };
  const result = params.login_hint.includes('denies') ? { error: 'access_denied' } : await results[prompt.name]();
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

async function consent(provider, params, accountId) {
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return { consent: { grantId: await grant.save() } };
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = authority(issuer);
  const others = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return others(request, response);
    decide(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  console.log(JSON.stringify({ ready: true, issuer }));
});
process.stdin.resume().on('end', () => process.exit());
