// The sandbox as a client sees it: its ready line is in the environment, and Node trusts its authority
// (NODE_EXTRA_CA_CERTS).

import assert from 'node:assert/strict';

export const ready = JSON.parse(process.env.SANDBOX);

// Fills in the page as a person does, and returns the page that answers.
async function fillIn(page, { user, password }) {
  const shown = await fetch(page);
  assert.equal(shown.status, 200);
  const form = new URLSearchParams(hidden(await shown.text()));
  form.set('user', user);
  form.set('password', password);
  form.set('decision', 'allow');
  return fetch(page, { method: 'POST', body: form, redirect: 'manual' });
}

// What the browser brings back in the address.
export async function signIn(page, person) {
  const { headers } = await fillIn(page, person);
  return new URL(headers.get('location')).searchParams;
}

// The browser posts what it brings back, as the page tells it to.
export async function signInByPost(page, person) {
  const told = await (await fillIn(page, person)).text();
  const [, to] = told.match(/<form method="post" action="([^"]*)">/);
  await fetch(plain(to), { method: 'POST', body: new URLSearchParams(hidden(told)) });
}

function hidden(html) {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return [...inputs].map(([, name, value]) => [name, plain(value)]);
}

function plain(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

// Has the control API do something.
export async function order(body) {
  const answer = await fetch(ready.control, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}
