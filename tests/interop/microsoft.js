// Microsoft's own client libraries and the sandbox's Microsoft.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import {
  BatchRequestContent, BatchResponseContent, Client, GraphError, PageIterator,
} from '@microsoft/microsoft-graph-client';
import { order, ready, signIn, signInByPost } from './sandbox.js';

const line = ready.microsoft;
const { origin, host, hostname } = new URL(line.authority);
const SCOPES = ['Calendars.ReadWrite'];
const REDIRECT = 'http://localhost:1/';
const WARD = 'AAMkCalendar-klinik=';
const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z';
const EVENTS = `/me/calendars/${WARD}/events`;
const VIEW = `/me/calendars/${WARD}/calendarView/delta?${WINDOW}`;
const BERLIN = 'W. Europe Standard Time';

const registered = { auth: { clientId: line.client_id, authority: line.authority, knownAuthorities: [host] } };
const person = new PublicClientApplication(registered);
let account;

const refresh = () => person.acquireTokenSilent({ account, scopes: SCOPES, forceRefresh: true });
const refreshToken = () => Object.values(JSON.parse(person.getTokenCache().serialize()).RefreshToken)[0].secret;

const graph = Client.init({
  baseUrl: `${origin}/`,
  customHosts: new Set([hostname]),
  authProvider: (done) => person.acquireTokenSilent({ account, scopes: SCOPES })
    .then(({ accessToken }) => done(null, accessToken), (error) => done(error, null)),
});

const wishing = (...wishes) => ({ Prefer: ['IdType="ImmutableId"', ...wishes].join(', ') });
const api = (path) => graph.api(path).headers(wishing());
const says = (status) => (error) => error instanceof GraphError && error.statusCode === status;
const at = (dateTime) => ({ dateTime, timeZone: BERLIN });
const visit = { subject: 'Visit', start: at('2026-12-01T09:00:00'), end: at('2026-12-01T09:30:00') };

let link;

// Every entry of a round; the next one begins where it ends.
async function round(path, headers = wishing()) {
  const entries = [];
  const first = await graph.api(path).headers(headers).get();
  const pages = new PageIterator(graph, first, (entry) => entries.push(entry) > 0, { headers });
  await pages.iterate();
  link = pages.getDeltaLink();
  return entries;
}

const changes = () => round(link);

test('a code and its verifier become tokens, once', async () => {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const page = await person.getAuthCodeUrl({
    scopes: SCOPES, redirectUri: REDIRECT, responseMode: 'query', state: 'a state', nonce: 'a nonce',
    codeChallenge: challenge, codeChallengeMethod: 'S256',
  });
  const brought = await signIn(page, line);
  assert.equal(brought.get('state'), 'a state');
  const request = {
    code: brought.get('code'), codeVerifier: verifier, nonce: 'a nonce', redirectUri: REDIRECT, scopes: SCOPES,
  };
  const granted = await person.acquireTokenByCode(request);
  assert.equal(granted.account.username, line.user);
  assert.equal(granted.idTokenClaims.aud, line.client_id);
  const { homeAccountId, localAccountId, tenantId } = granted.account;
  assert.equal(homeAccountId, `${localAccountId}.${tenantId}`);
  await assert.rejects(person.acquireTokenByCode(request), { errorCode: 'invalid_grant' });
});

test('a program on a desktop signs in by itself', async () => {
  const granted = await person.acquireTokenInteractive({ scopes: SCOPES, openBrowser: (page) => signInByPost(page, line) });
  account = granted.account;
  assert.equal(account.username, line.user);
});

test('each refresh gives a new refresh token, and the older ones work until they end', async () => {
  const first = refreshToken();
  const seen = new Set([first]);
  for (const _ of [1, 2]) {
    const { accessToken } = await refresh();
    assert.ok(accessToken);
    seen.add(refreshToken());
  }
  assert.equal(seen.size, 3);
  assert.ok(await person.acquireTokenByRefreshToken({ refreshToken: first, scopes: SCOPES }));
});

test('calendars come in pages', async () => {
  const { value: whole } = await api('/me/calendars').get();
  const paged = await round('/me/calendars?$top=2');
  assert.ok(whole.length > 2);
  assert.deepEqual(paged.map(({ id }) => id), whole.map(({ id }) => id));
  assert.equal(whole.filter((one) => one.isDefaultCalendar).length, 1);
  assert.ok(whole.find((one) => one.id === WARD).canEdit);
});

test('pages make up the whole window, and nothing has changed since', async () => {
  const whole = await round(VIEW);
  const paged = await round(VIEW, wishing('odata.maxpagesize=2'));
  const ids = (entries) => entries.map(({ id }) => id).sort();
  assert.ok(whole.length > 2);
  assert.deepEqual(ids(paged), ids(whole));
  assert.deepEqual(await changes(), []);
});

test('a transaction makes one event, however often it is sent', async () => {
  const event = { ...visit, transactionId: 'interop-1' };
  const first = await api(EVENTS).post(event);
  const again = await api(EVENTS).post(event);
  assert.equal(again.id, first.id);
  const changed = await changes();
  assert.deepEqual(changed.map(({ id, subject }) => [id, subject]), [[first.id, 'Visit']]);
});

test('only the present version can be changed, and what is deleted is told', async () => {
  const made = await api(EVENTS).post(visit);
  const one = (etag) => api(`/me/events/${made.id}`).header('If-Match', etag);
  const patched = await one(made['@odata.etag']).patch({ subject: 'Later visit' });
  assert.equal(patched.subject, 'Later visit');
  assert.notEqual(patched['@odata.etag'], made['@odata.etag']);
  await assert.rejects(one(made['@odata.etag']).patch({ subject: 'Lost' }), says(412));
  await assert.rejects(one(made['@odata.etag']).delete(), says(412));
  assert.deepEqual((await changes()).map(({ subject }) => subject), ['Later visit']);

  await one(patched['@odata.etag']).delete();
  assert.deepEqual(await changes(), [{ id: made.id, '@removed': { reason: 'deleted' } }]);
  await assert.rejects(api(`${EVENTS}/${made.id}`).get(), says(404));
  await assert.rejects(api(`/me/events/${made.id}`).delete(), says(404));
});

test('each part of a batch has an answer of its own', async () => {
  const made = await api(EVENTS).post(visit);
  const part = (id, path, { headers, ...how } = {}) => ({
    id, request: new Request(`${origin}/me/${path}`, { ...how, headers: { ...wishing(), ...headers } }),
  });
  const change = (etag, subject) => ({
    method: 'PATCH', headers: { 'Content-Type': 'application/json', 'If-Match': etag }, body: JSON.stringify({ subject }),
  });
  const batch = new BatchRequestContent([
    part('list', 'calendars'),
    part('stale', `events/${made.id}`, change('W/"old"', 'Lost')),
    part('change', `events/${made.id}`, change(made['@odata.etag'], 'Batched')),
    part('missing', 'events/nobody', { method: 'DELETE' }),
  ]);
  const answers = new BatchResponseContent(await graph.api('/$batch').post(await batch.getContent()));
  const statuses = ['list', 'stale', 'change', 'missing'].map((id) => answers.getResponseById(id).status);
  assert.deepEqual(statuses, [200, 412, 200, 404]);
  assert.equal((await answers.getResponseById('change').json()).subject, 'Batched');
  assert.deepEqual((await changes()).map(({ subject }) => subject), ['Batched']);
});

test('occurrences of a series move and are cancelled', async () => {
  const recurrence = {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate: '2026-12-01', numberOfOccurrences: 4, recurrenceTimeZone: BERLIN },
  };
  const series = await api(EVENTS).post({ ...visit, subject: 'Round', recurrence });
  const instances = async () => {
    const { value } = await api(`/me/events/${series.id}/instances?${WINDOW}`).get();
    return value.sort((one, other) => one.start.dateTime.localeCompare(other.start.dateTime));
  };
  const starts = (all) => all.map(({ start }) => start.dateTime.slice(8, 13));
  const [, second, third] = await instances();
  await api(`/me/events/${second.id}`).patch({ start: at('2026-12-08T11:00:00'), end: at('2026-12-08T11:30:00') });
  await api(`/me/events/${third.id}`).delete();
  assert.deepEqual(starts(await instances()), ['01T08', '08T10', '22T08']);
  const told = (await changes()).filter((one) => one.seriesMasterId === series.id || one.id === series.id);
  assert.deepEqual(told.map(({ type }) => type).sort(), ['exception', 'occurrence', 'occurrence', 'seriesMaster']);

  await api(`/me/events/${series.id}`).delete();
  assert.ok((await changes()).some((one) => one.id === series.id && one['@removed']));
});

test('a client that is asked to wait comes back', async () => {
  await order({ do: 'microsoft', order: { do: 'throttle', seconds: 1 } });
  assert.ok((await api('/me/calendars').get()).value.length);
});

test('a window whose token is no longer good begins anew', async () => {
  await order({ do: 'microsoft', order: { do: 'reset-tokens', calendar: WARD } });
  await assert.rejects(changes(), says(410));
  await round(VIEW);
  assert.deepEqual(await changes(), []);
});

test('an access token that has ended is refused, and the next one is not', async () => {
  await order({ do: 'advance', seconds: 3700 });
  await assert.rejects(api('/me/calendars').get(), says(401));
  await refresh();
  assert.ok((await api('/me/calendars').get()).value.length);
});

test('a grant that the person takes back is worth nothing', async () => {
  await order({ do: 'withdraw', service: 'microsoft' });
  await assert.rejects(refresh(), { errorCode: 'invalid_grant' });
  await assert.rejects(api('/me/calendars').get(), says(401));
});
