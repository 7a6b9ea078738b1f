// The official TypeScript client by HTTP+SSE: `node sse.mjs SSE_URL REDIRECT_URI`. It prints one JSON
// object a line: the authorization URL, whereupon it reads the URL that the browser came back to from
// standard input, and what it found out before and after its stream was cut off.

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { callbackCode, newAuthProvider, tell } from './person.mjs';

const [url, redirectUrl] = process.argv.slice(2);
const authProvider = newAuthProvider(redirectUrl);
const newClient = () => new Client({ name: 'test', version: '1' });

async function signIn() {
  const transport = new SSEClientTransport(new URL(url), { authProvider });
  try {
    await newClient().connect(transport);
    throw new Error('it connected without a token');
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
  }
  await transport.finishAuth(await callbackCode(url));
}

let streams = 0, cut;

// Hands the stream on until it is cut, whereupon the client opens another by itself
async function watched(input, init) {
  const answer = await fetch(input, init);
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer;
  streams += 1;
  const reader = answer.body.getReader();
  const body = new ReadableStream({
    start: (controller) => {
      cut = () => (controller.close(), reader.cancel());
    },
    async pull(controller) {
      const { value } = await reader.read().catch(() => ({}));
      if (value) controller.enqueue(value);
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

await signIn();
const transport = new SSEClientTransport(new URL(url), { authProvider, fetch: watched });
const client = new Client({ name: 'test', version: '1' });
await client.connect(transport);
const { tools } = await client.listTools();
const whoami = async () => (await client.callTool({ name: 'whoami', arguments: {} })).structuredContent;
const before = await whoami();
const session = String(transport._endpoint);
cut();
// it tells nobody that it is back
while (String(transport._endpoint) === session) await new Promise((resolve) => setTimeout(resolve, 20));
const after = await whoami();
await client.close();
tell({ said: { tools: tools.map((tool) => tool.name), before, after, streams } });
process.exit();
