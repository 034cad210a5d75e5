// An OpenID Connect provider where a person says yes or no: discovery, keys, and
// tokens with real signatures for a code drawn with a PKCE challenge.

import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export const clientSecret = 's3cret';

const base64 = (v: unknown) => Buffer.from(typeof v === 'string' ? v : JSON.stringify(v)).toString('base64url');

export class Provider {
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** What each code was asked with. */
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly server: Server;
  /** Who signs on next. */
  person: Readonly<Record<string, unknown>> = { sub: '42', preferred_username: 'wangwu', name: '王五', groups: ['重大办'] };

  private constructor() {
    this.server = createServer((request, answer) => void this.serve(request, answer).catch(() => answer.destroy()));
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((listening) => provider.server.listen(0, '127.0.0.1', listening));
    return provider;
  }

  get issuer(): string {
    const address = this.server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  stop(): void {
    this.server.close();
  }

  private async serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.issuer);
    const json = (v: unknown, status = 200) => answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(v));
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return void json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return void json({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] });
      case '/authorize':
        return this.ask(searchParams, answer);
      case '/token': {
        const token = this.redeem(request.headers.authorization ?? '', new URLSearchParams(await bodyOf(request)));
        return void (token === null ? json({ error: 'invalid_grant' }, 400) : json({ access_token: 'a', token_type: 'Bearer', id_token: token }));
      }
    }
    answer.writeHead(404).end();
  }

  /** The page on which a person agrees or not. */
  private ask(asked: URLSearchParams, answer: ServerResponse): void {
    const code = randomUUID();
    this.codes.set(code, asked);
    const back = (what: Readonly<Record<string, string>>) => `${asked.get('redirect_uri')}?${new URLSearchParams({ ...what, state: asked.get('state') ?? '' }).toString().replaceAll('&', '&amp;')}`;
    answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    answer.end(`<!doctype html><title>统一身份认证</title><a id="yes" href="${back({ code })}">同意</a> <a id="no" href="${back({ error: 'access_denied' })}">拒绝</a>`);
  }

  private redeem(authorization: string, given: URLSearchParams): string | null {
    const code = given.get('code') ?? '';
    const asked = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256').update(given.get('code_verifier') ?? '').digest('base64url');
    const client = `Basic ${Buffer.from(`yiping:${clientSecret}`).toString('base64')}`;
    if (!asked || authorization !== client || asked.get('code_challenge') !== challenge || asked.get('redirect_uri') !== given.get('redirect_uri')) return null;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: 'yiping', iat: now, exp: now + 60, nonce: asked.get('nonce'), ...this.person };
    const text = `${base64({ alg: 'RS256', kid: 'k1' })}.${base64(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), this.keys.privateKey).toString('base64url')}`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
