// The official TypeScript client, from nothing to a tool result: `node client.mjs MCP_URL REDIRECT_URI`.
// It prints one JSON object a line: the authorization URL, whereupon it reads the URL that the browser
// came back to from standard input, and what it found out with its first and with a renewed token.

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { callbackCode, newAuthProvider, stored, tell } from './person.mjs';

const [url, redirectUrl] = process.argv.slice(2);
const authProvider = newAuthProvider(redirectUrl);

async function connect() {
  // The client does not wait for the GET that it sends after `initialize`, so this does
  const streamAnswered = Promise.withResolvers();
  const watched = async (input, init) => {
    const answer = await fetch(input, init);
    if (init?.method === 'GET' && String(input) === url) streamAnswered.resolve(answer.status);
    return answer;
  };
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider, fetch: watched });
  const client = new Client({ name: 'test', version: '1' });
  const errors = [];
  client.onerror = (error) => errors.push(String(error));
  await client.connect(transport);
  return { client, transport, errors, streamStatus: await streamAnswered.promise };
}

async function signIn() {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider });
  try {
    await new Client({ name: 'test', version: '1' }).connect(transport);
    throw new Error('it connected without a token');
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
  }
  await transport.finishAuth(await callbackCode(url));
}

async function findOut() {
  const { client, transport, errors, streamStatus } = await connect();
  const { tools } = await client.listTools();
  const whoami = await client.callTool({ name: 'whoami', arguments: {} });
  const unknownMethod = await client.request({ method: 'no/such' }, { parse: (it) => it }).catch((error) => error.code);
  await client.close();
  return {
    protocolVersion: transport.protocolVersion,
    tools: tools.map((tool) => tool.name),
    whoami: whoami.structuredContent,
    unknownMethod,
    streamStatus,
    errors,
    clientId: stored.registration.client_id,
    refreshToken: stored.tokens.refresh_token,
  };
}

await signIn();
tell({ first: await findOut() });
stored.tokens = { ...stored.tokens, access_token: 'expired' };
tell({ renewed: await findOut() });
process.exit();
