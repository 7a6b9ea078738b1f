// A real EventSource at the stream: `node eventsource.mjs SSE_URL ACCESS_TOKEN cut|ended`. It posts a
// message, waits until the stream is cut off or has come to its end, and posts another before it lets
// the EventSource open the next one, and a third thereafter. It prints what it received, and after
// which event each stream was asked to begin.

import { once } from 'node:events';
import { EventSource } from 'eventsource';
import { newLine } from './line.mjs';
import { tell } from './person.mjs';

const [url, accessToken, how] = process.argv.slice(2);
const authorization = { Authorization: `Bearer ${accessToken}` };
const line = newLine(url);
const asked = [], endpoints = [], received = [];
let postedMeanwhile;

async function open(input, init) {
  await postedMeanwhile;
  asked.push(init.headers['Last-Event-ID'] ?? null);
  return line.fetch(input, { ...init, headers: { ...init.headers, ...authorization } });
}

const source = new EventSource(url, { fetch: open });
source.addEventListener('endpoint', ({ data }) => endpoints.push(data));
source.addEventListener('message', ({ data, lastEventId }) => received.push({ id: JSON.parse(data).id, lastEventId }));

async function post(id) {
  const headers = { 'Content-Type': 'application/json', ...authorization };
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });
  const { status } = await fetch(new URL(endpoints[0], url), { method: 'POST', headers, body });
  if (status !== 202) throw new Error(`the post of ${id} was answered by ${status}`);
}

async function arrived(id) {
  while (!received.some((message) => message.id === id)) await once(source, 'message');
}

await once(source, 'endpoint');
await post('seen');
await arrived('seen');
const over = once(source, 'error');
if (how === 'cut') line.cut();
await over;
const before = asked.length;
postedMeanwhile = post('missed');
await arrived('missed');
await post('new');
await arrived('new');
source.close();
tell({ said: { received, endpoints, first: asked[0], resumed: asked[before] } });
process.exit();
