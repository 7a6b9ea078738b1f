// npm's oidc-provider on loopback: `node provider.mjs PORT STACK SECRET`. Whoever types a login is
// that person, whatever the password; it says "ready" when it serves.
import Provider from 'oidc-provider';

const [port, stack, secret] = process.argv.slice(2);

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'gatehouse',
      client_secret: secret,
      redirect_uris: [`${stack}/sign-in/callback/openid`],
      post_logout_redirect_uris: [`${stack}/account`],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  pkce: { required: () => true },
  cookies: { keys: ['a key of the tests'] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  ttl: { AccessToken: 60, Grant: 3600, IdToken: 60, Interaction: 600, Session: 3600 },
  findAccount: (_, login) => ({
    accountId: login,
    claims: () => ({
      sub: login,
      email: `${login}@people.example`,
      email_verified: login !== 'unverified',
      name: login,
      groups: ['staff'],
    }),
  }),
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
