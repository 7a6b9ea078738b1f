// What a host of the official TypeScript client keeps, and its way to the person at the browser: it
// prints one JSON object a line, the authorization URL among them, and reads the URL that the
// browser came back to from standard input.

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { discoverOAuthServerInfo } from '@modelcontextprotocol/sdk/client/auth.js';

export const tell = (line) => console.log(JSON.stringify(line));

const state = randomUUID();
export const stored = {};

export function newAuthProvider(redirectUrl, metadata = {}) {
  return {
    redirectUrl,
    clientMetadata: { client_name: 'The official TypeScript client', redirect_uris: [redirectUrl], ...metadata },
    state: () => state,
    clientInformation: () => stored.registration,
    saveClientInformation: (registration) => (stored.registration = registration),
    tokens: () => stored.tokens,
    saveTokens: (tokens) => (stored.tokens = tokens),
    codeVerifier: () => stored.codeVerifier,
    saveCodeVerifier: (codeVerifier) => (stored.codeVerifier = codeVerifier),
    redirectToAuthorization: (authorizationUrl) => tell({ authorizationUrl }),
  };
}

const lines = createInterface({ input: process.stdin });

export async function callbackCode(url) {
  const [line] = await once(lines, 'line');
  const returned = new URL(line).searchParams;
  // finishAuth takes the code only: these two are for the client to compare
  const { authorizationServerMetadata } = await discoverOAuthServerInfo(url);
  if (returned.get('state') !== state) throw new Error('the state is another one');
  if (returned.get('iss') !== authorizationServerMetadata.issuer) throw new Error('the issuer is another one');
  return returned.get('code');
}
