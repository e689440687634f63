/** What is in the accounts, and whose it is: the page and `/api/account`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountPage, accountRefresh } from '../../views/account.js';
import type { AccountModel } from '../../views/account-model.js';
import { accountsSeen, refreshAccounts, type AccountsDeps } from '../account/seen.js';
import type { PageKit } from '../page-kit.js';
import { check, NO_QUERY } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { sendHtml, texts } from './pages.js';

const REFRESH = z.strictObject({ account: z.string().max(80).optional() });

export function apiAccount(app: FastifyInstance, accounts: AccountsDeps): void {
  app.get('/account', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { accounts: await accountsSeen(request.who, accounts) };
  });

  app.post('/account/refresh', needs('trader'), async (request, reply) => {
    const { account } = check(REFRESH, request.body ?? {}, 'body');
    const wait = await refreshAccounts(request.who, account, accounts);
    if (wait === null) throw unknown(account ?? '');
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1_000);
      void reply.header('retry-after', String(seconds));
      throw new RequestError(429, 'TOO_MANY_REQUESTS', tooSoon(seconds));
    }
    return { accounts: await accountsSeen(request.who, accounts) };
  });
}

const tooSoon = (seconds: number): string =>
  `The exchange was asked a moment ago; ask again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;

const unknown = (name: string): RequestError =>
  new RequestError(404, 'ACCOUNT_NOT_FOUND', `You have no account "${name.slice(0, 60)}".`, 'account');

export function accountPages(app: FastifyInstance, { models, accounts }: PageKit): void {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Pick<AccountModel, 'said' | 'problem'> = {},
    status = 200,
  ): Promise<FastifyReply> => {
    const seen = await accountsSeen(request.who, accounts);
    const whole = texts(request.query)['show'] === 'all';
    const model: AccountModel = { ...models.page(), accounts: seen, whole, ...outcome };
    return sendHtml(reply, isHtmx(request) ? accountRefresh(model) : accountPage(model), status);
  };

  app.get('/account', needs('viewer'), async (request, reply) => show(request, reply));

  app.post('/account/refresh', needs('trader'), async (request, reply) => {
    const { account } = fieldsOf(request);
    const wait = await refreshAccounts(request.who, account, accounts);
    if (wait === null) throw unknown(account ?? '');
    if (wait > 0) return show(request, reply, { problem: tooSoon(Math.ceil(wait / 1_000)) }, 429);
    return show(request, reply, { said: 'Asked just now.' });
  });
}
