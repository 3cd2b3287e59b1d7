// Google's own client library and the sandbox's Google.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auth, calendar } from '@googleapis/calendar';
import { order, ready, signIn } from './sandbox.js';

const line = ready.google;
const SCOPES = ['openid', 'email', 'https://www.googleapis.com/auth/calendar'];
const WARD = 'klinik@group.calendar.google.com';
const BERLIN = 'Europe/Berlin';

const client = new auth.OAuth2({
  clientId: line.client_id,
  clientSecret: line.client_secret,
  redirectUri: 'http://127.0.0.1:1/',
  endpoints: { oauth2AuthBaseUrl: line.auth_uri, oauth2TokenUrl: line.token_uri, oauth2RevokeUrl: line.revoke_uri },
  forceRefreshOnFailure: true,
});
const { calendarList, events } = calendar({ version: 'v3', auth: client, rootUrl: new URL('/', line.api).href });

const says = (status) => (error) => error.status === status;
const ifMatch = (etag) => ({ headers: { 'If-Match': etag } });
const at = (dateTime) => ({ dateTime, timeZone: BERLIN });

// Every event and the token for what changes from then on.
async function everything(maxResults) {
  const items = [];
  for (let pageToken; ;) {
    const { data } = await events.list({ calendarId: WARD, maxResults, pageToken });
    items.push(...data.items);
    if (data.nextSyncToken) return { items, token: data.nextSyncToken };
    pageToken = data.nextPageToken;
  }
}

let token;

// What changed since the last time.
async function changes() {
  const { data } = await events.list({ calendarId: WARD, syncToken: token });
  token = data.nextSyncToken;
  return data.items;
}

test('a code and its verifier become tokens, once', async () => {
  const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
  const page = client.generateAuthUrl({
    access_type: 'offline', prompt: 'consent', scope: SCOPES, state: 'a state',
    code_challenge: codeChallenge, code_challenge_method: 'S256',
  });
  const brought = await signIn(page, line);
  assert.equal(brought.get('state'), 'a state');
  const { tokens } = await client.getToken({ code: brought.get('code'), codeVerifier });
  assert.ok(tokens.refresh_token && tokens.id_token && tokens.expiry_date > Date.now());
  client.setCredentials(tokens);
  await assert.rejects(client.getToken({ code: brought.get('code'), codeVerifier }), says(400));
  const other = await signIn(page, line);
  await assert.rejects(client.getToken({ code: other.get('code'), codeVerifier: `${codeVerifier}x` }), says(400));
});

test('an access token that has ended is replaced', async () => {
  const { access_token: ended, refresh_token: kept } = client.credentials;
  await order({ do: 'advance', seconds: 3700 });
  const { data } = await calendarList.list();
  const primary = data.items.find((one) => one.primary);
  assert.equal(primary.id, line.user);
  assert.ok(data.items.some((one) => one.id === WARD && one.accessRole === 'owner'));
  assert.notEqual(client.credentials.access_token, ended);
  assert.equal(client.credentials.refresh_token, kept);
});

test('pages make up the whole, and nothing has changed since', async () => {
  const whole = await everything(2500);
  const paged = await everything(2);
  const ids = ({ items }) => items.map((one) => one.id).sort();
  assert.ok(whole.items.length > 2);
  assert.deepEqual(ids(paged), ids(whole));
  token = paged.token;
  assert.deepEqual(await changes(), []);
});

test('a new event has the id that the client made', async () => {
  const event = { id: 'interop1', summary: 'Visit', start: at('2026-12-01T09:00:00'), end: at('2026-12-01T09:30:00') };
  const { data } = await events.insert({ calendarId: WARD, requestBody: event });
  assert.equal(data.id, 'interop1');
  assert.equal(data.status, 'confirmed');
  await assert.rejects(events.insert({ calendarId: WARD, requestBody: event }), says(409));
  const [changed, ...others] = await changes();
  assert.deepEqual(others, []);
  assert.equal(changed.etag, data.etag);
});

test('only the present version can be changed', async () => {
  const where = { calendarId: WARD, eventId: 'interop1' };
  const { data: before } = await events.get(where);
  const { data: patched } = await events.patch({ ...where, requestBody: { summary: 'Later visit' } }, ifMatch(before.etag));
  assert.equal(patched.summary, 'Later visit');
  assert.notEqual(patched.etag, before.etag);
  const stale = ifMatch(before.etag);
  await assert.rejects(events.patch({ ...where, requestBody: { summary: 'Lost' } }, stale), says(412));
  await assert.rejects(events.update({ ...where, requestBody: before }, stale), says(412));
  await assert.rejects(events.delete(where, stale), says(412));
  const put = { ...patched, location: 'Room 12' };
  const { data: updated } = await events.update({ ...where, requestBody: put }, ifMatch(patched.etag));
  assert.equal(updated.location, 'Room 12');
  assert.deepEqual((await changes()).map((one) => one.location), ['Room 12']);
});

test('what is deleted leaves a tombstone', async () => {
  const where = { calendarId: WARD, eventId: 'interop1' };
  const { data: before } = await events.get(where);
  await events.delete(where, ifMatch(before.etag));
  const [{ id, status }] = await changes();
  assert.deepEqual([id, status], ['interop1', 'cancelled']);
  assert.ok((await everything()).items.every((one) => one.id !== 'interop1'));
  assert.equal((await events.get(where)).data.status, 'cancelled');
  await assert.rejects(events.delete(where), says(410));
});

test('occurrences of a series move, are cancelled, and are told as exceptions', async () => {
  const series = {
    id: 'interop2', summary: 'Round', recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'],
    start: at('2026-12-01T07:30:00'), end: at('2026-12-01T08:00:00'),
  };
  await events.insert({ calendarId: WARD, requestBody: series });
  const instances = async () => {
    const { data } = await events.instances({ calendarId: WARD, eventId: 'interop2' });
    return data.items.map((one) => new Date(one.start.dateTime).toISOString());
  };
  assert.deepEqual(await instances(), [1, 8, 15, 22].map((day) => `2026-12-${String(day).padStart(2, '0')}T06:30:00.000Z`));
  await changes();

  const second = { calendarId: WARD, eventId: 'interop2_20261208T063000Z' };
  const moved = { start: at('2026-12-08T10:00:00'), end: at('2026-12-08T10:30:00') };
  await events.patch({ ...second, requestBody: moved });
  await events.delete({ calendarId: WARD, eventId: 'interop2_20261215T063000Z' });
  assert.deepEqual((await instances()).map((start) => start.slice(8, 13)), ['01T06', '08T09', '22T06']);
  const told = (await changes()).filter((one) => one.recurringEventId === 'interop2');
  assert.deepEqual(told.map((one) => one.status).sort(), ['cancelled', 'confirmed']);
  assert.ok(told.every((one) => one.originalStartTime));

  await events.delete({ calendarId: WARD, eventId: 'interop2' });
  const gone = (await changes()).find((one) => one.id === 'interop2');
  assert.equal(gone.status, 'cancelled');
});

test('a token that is no longer good asks for everything', async () => {
  await order({ do: 'google', order: { do: 'reset-tokens', calendar: WARD } });
  await assert.rejects(changes(), says(410));
  token = (await everything()).token;
  assert.deepEqual(await changes(), []);
});

test('a revoked grant is worth nothing', async () => {
  const { refresh_token: revoked } = client.credentials;
  await client.revokeToken(revoked);
  await assert.rejects(calendarList.list());
});
