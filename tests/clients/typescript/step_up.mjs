// The official TypeScript client meets a tool that needs more: `node step_up.mjs MCP_URL REDIRECT_URI
// GRANT_TYPE...`. It says what the call came to, and who it is afterwards.

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { callbackCode, newAuthProvider, stored, tell } from './person.mjs';

const [url, redirectUrl, ...grantTypes] = process.argv.slice(2);
const authProvider = newAuthProvider(redirectUrl, { grant_types: grantTypes });

async function connect() {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  return { client, transport };
}

async function signedIn(attempt, transport) {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(await callbackCode(url));
    return undefined;
  }
}

const first = new StreamableHTTPClientTransport(new URL(url), { authProvider });
await signedIn(() => new Client({ name: 'test', version: '1' }).connect(first), first);
const { client, transport } = await connect();
const write = () => client.callTool({ name: 'write_note', arguments: { text: 'a note' } });

const before = { scope: stored.tokens.scope, clientId: stored.registration.client_id };
let written, problem;
try {
  written = (await signedIn(write, transport)) ?? (await write());
} catch (error) {
  problem = String(error);
}
const whoami = (await client.callTool({ name: 'whoami', arguments: {} })).structuredContent;
tell({ before, written: written?.content[0].text, problem, after: { scope: stored.tokens.scope, clientId: stored.registration.client_id }, whoami });
process.exit();
