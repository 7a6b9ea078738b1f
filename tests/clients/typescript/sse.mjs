// The official TypeScript client by HTTP+SSE: `node sse.mjs SSE_URL REDIRECT_URI`. It prints one JSON
// object a line: the authorization URL, whereupon it reads the URL that the browser came back to from
// standard input, and what it found out before and after its stream was cut off.

import { once } from 'node:events';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { newLine } from './line.mjs';
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

await signIn();
const line = newLine(url);
const transport = new SSEClientTransport(new URL(url), { authProvider, fetch: line.fetch });
const client = new Client({ name: 'test', version: '1' });
await client.connect(transport);
const { tools } = await client.listTools();
const whoami = async () => (await client.callTool({ name: 'whoami', arguments: {} })).structuredContent;
const before = await whoami();
const session = transport._endpoint.href;
// the client opens another by itself, and tells nobody that it has
const back = once(transport._eventSource, 'endpoint');
line.cut();
await back;
const sameSession = transport._endpoint.href === session;
const after = await whoami();
await client.close();
tell({ said: { tools: tools.map((tool) => tool.name), before, after, sameSession, streams: line.opened } });
process.exit();
