// A sign-on server as another body runs it: OpenID Connect, with a page of its own that asks who one is.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const page = (body) => `<!doctype html><html lang="zh-CN"><title>统一身份认证</title><main>${body}</main></html>`;
const form = page(`<form method="post"><input name="account"><input name="methods" value="pwd">
  <button name="do" value="enter">登录</button><button name="do" value="cancel">取消</button></form>`);

async function posted(request) {
  let body = '';
  for await (const bytes of request) body += bytes;
  return new URLSearchParams(body);
}

/**
 * Starts a server at which `client` is known; `asked` counts how often its page asked who one is. It is another site to
 * browsers than 127.0.0.1 is.
 */
export async function signOnServer({ client, secret, back }) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
  const issuer = `http://localhost:${server.address().port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [back] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: false } },
    pkce: { methods: ['S256'], required: () => true },
    claims: { openid: ['sub', 'amr'] },
    interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // What may be told is agreed between the two bodies: nobody is asked.
    async loadExistingGrant(context) {
      const { client: asking, session } = context.oidc;
      const grant = new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  const here = { issuer, asked: 0, stop: () => server.close() };
  const others = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/login/')) return others(request, response);
    if (request.method === 'GET') {
      here.asked += 1;
      return response.setHeader('content-type', 'text/html; charset=utf-8').end(form);
    }
    const typed = await posted(request);
    const login = { accountId: typed.get('account'), amr: typed.get('methods').split(' ') };
    const result = typed.get('do') === 'cancel' ? { error: 'access_denied' } : { login };
    return provider.interactionFinished(request, response, result);
  });
  return here;
}
