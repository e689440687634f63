/** Exchange keys: pages and `/api/keys`. Whoever trades stores own keys; administrators see all. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { keyFormPage, keysPage, removeKeyPage, type KeysModel } from '../../views/keys.js';
import { isRedirected } from '../../exchange/endpoints.js';
import type { MasterChoice } from '../../exchange/keys/vault.js';
import type { Who } from '../auth/context.js';
import type { ServerDeps } from '../deps.js';
import { FlotillaError } from '../fleet/errors.js';
import { warningsOf, type Keys, type NewKey } from '../keys/keys.js';
import { keysOf } from '../keys/visible.js';
import type { PageKit } from '../page-kit.js';
import { check, NO_QUERY } from '../web/check.js';
import { fieldsOf } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { sendHtml, texts } from './pages.js';

const VENUE = z.enum(['binance-testnet', 'binance']);
const SECRETS = { key: z.string().min(1).max(4_096), secret: z.string().min(1).max(4_096) };
const NEW = z.strictObject({
  id: z.string().max(40),
  label: z.string().max(80).optional(),
  venue: VENUE,
  ...SECRETS,
  passphrase: z.string().max(1_000).optional(),
});

/** A key that is another's does not exist. Errors: KEY_NOT_FOUND. */
async function own(keys: Keys, who: Who | null, params: unknown): Promise<string> {
  const { key } = params as { key: string };
  if ((await keysOf(keys, who, () => true)).keys.some(({ id }) => id === key)) return key;
  throw new FlotillaError('KEY_NOT_FOUND', `There is no key "${key.slice(0, 40)}".`, { field: 'key' });
}

/** The command line belongs to no user: what it stores is the administrators'. */
const ownerOf = (who: Who | null): string | null => (who?.via === 'run' ? null : (who?.id ?? null));

export function apiKeys(app: FastifyInstance, { keys, store }: ServerDeps): void {
  const sees = (bot: string): boolean => store.get(bot) !== undefined;
  const sure = needs('trader', 'sure');

  app.get('/keys', needs('trader'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return keysOf(keys, request.who, sees);
  });

  app.post('/keys', sure, async (request, reply) => {
    const { key, secret, passphrase, label, ...given } = check(NEW, request.body, 'body');
    const wanted: NewKey = {
      ...given,
      ...(label === undefined ? {} : { label }),
      owner: ownerOf(request.who),
      credentials: { key, secret },
    };
    const master: MasterChoice | undefined =
      passphrase === undefined ? undefined : { kind: 'passphrase', passphrase };
    return reply.status(201).send(await keys.add(wanted, master));
  });

  app.put('/keys/:key', sure, async (request) => {
    const id = await own(keys, request.who, request.params);
    return keys.replace(id, check(z.strictObject(SECRETS), request.body, 'body'));
  });

  app.delete('/keys/:key', sure, async (request, reply) => {
    await keys.remove(await own(keys, request.who, request.params), sees);
    return reply.status(204).send();
  });

  app.post('/keys/:key/check', needs('trader'), async (request) =>
    keys.check(await own(keys, request.who, request.params)),
  );

  app.post('/keys/unlock', needs('trader'), async (request) => {
    const { passphrase } = check(z.strictObject({ passphrase: z.string().max(1_000) }), request.body, 'body');
    await keys.unlock(passphrase);
    return { locked: false };
  });

  app.post('/keys/lock', needs('admin'), async () => {
    await keys.lock();
    return { locked: true };
  });
}

export function keyPages(app: FastifyInstance, { deps, models }: PageKit): void {
  const { keys, auth, data, store } = deps;
  const sees = (bot: string): boolean => store.get(bot) !== undefined;
  const sure = needs('trader', 'sure');

  const page = async (
    who: Who | null,
    outcome: { said?: string; problem?: string } = {},
  ): Promise<KeysModel> => {
    const view = await keysOf(keys, who, sees);
    return {
      ...models.page(),
      view,
      warnings: new Map(view.keys.map((key) => [key.id, warningsOf(key, isRedirected(data, key.venue))])),
      names: new Map(auth.users.all().map(({ id, name }) => [id, name])),
      ...outcome,
    };
  };

  app.get('/keys', needs('trader'), async (request, reply) => {
    const said = SAID[texts(request.query)['said'] ?? ''];
    return sendHtml(reply, keysPage(await page(request.who, said === undefined ? {} : { said })));
  });

  app.get('/keys/new', sure, async (_request, reply) => {
    const first = (await keys.view()).master === null;
    return sendHtml(reply, keyFormPage({ ...models.page(), values: {}, replaces: null, first }));
  });

  app.post('/keys/new', sure, async (request, reply) => {
    const { key = '', secret = '', passphrase = '', again = '', ...values } = fieldsOf(request);
    const first = (await keys.view()).master === null;
    try {
      const master = first && values['lock'] === 'passphrase' ? chosen(passphrase, again) : undefined;
      const wanted = { id: values['id'] ?? '', venue: check(VENUE, values['venue'], 'body') };
      await keys.add({ ...wanted, owner: ownerOf(request.who), credentials: { key, secret } }, master);
      return await reply.redirect('/keys?said=stored', 303);
    } catch (error) {
      const problem = problemOf(error);
      return sendHtml(reply, keyFormPage({ ...models.page(), values, replaces: null, first, problem }), 422);
    }
  });

  app.get('/keys/:key/replace', sure, async (request, reply) => {
    const replaces = await own(keys, request.who, request.params);
    return sendHtml(reply, keyFormPage({ ...models.page(), values: {}, replaces, first: false }));
  });

  app.post('/keys/:key/replace', sure, async (request, reply) => {
    const replaces = await own(keys, request.who, request.params);
    const { key = '', secret = '' } = fieldsOf(request);
    try {
      await keys.replace(replaces, { key, secret });
      return await reply.redirect('/keys?said=replaced', 303);
    } catch (error) {
      const model = { ...models.page(), values: {}, replaces, first: false, problem: problemOf(error) };
      return sendHtml(reply, keyFormPage(model), 422);
    }
  });

  app.get('/keys/:key/remove', sure, async (request, reply) => {
    const id = await own(keys, request.who, request.params);
    return sendHtml(reply, removeKeyPage({ ...models.page(), id }));
  });

  const outcome = async (
    who: Who | null,
    reply: FastifyReply,
    said: string,
    work: () => Promise<unknown>,
  ): Promise<FastifyReply> => {
    try {
      await work();
      return await reply.redirect(`/keys?said=${said}`, 303);
    } catch (error) {
      return sendHtml(reply, keysPage(await page(who, { problem: problemOf(error).message })), 409);
    }
  };

  app.post('/keys/:key/remove', sure, async (request, reply) => {
    const id = await own(keys, request.who, request.params);
    return outcome(request.who, reply, 'removed', () => keys.remove(id, sees));
  });

  app.post('/keys/:key/check', needs('trader'), async (request, reply) => {
    const id = await own(keys, request.who, request.params);
    return outcome(request.who, reply, 'checked', () => keys.check(id));
  });

  app.post('/keys/unlock', needs('trader'), async (request, reply) => {
    const { passphrase = '' } = fieldsOf(request);
    return outcome(request.who, reply, 'unlocked', () => keys.unlock(passphrase));
  });
}

/** What the page says after an action; the address carries only its name. */
const SAID: Readonly<Record<string, string>> = {
  stored: 'The key is stored.',
  replaced: 'The key is replaced. Bots that use it take it at their next start.',
  removed: 'The key is forgotten here. Delete it at the exchange too.',
  checked: 'The exchange has said what the key may do.',
  unlocked: 'Unlocked. Bots that wait for their key go on by themselves.',
};

function chosen(passphrase: string, again: string): MasterChoice {
  if (passphrase === again) return { kind: 'passphrase', passphrase };
  throw new FlotillaError('USAGE', 'The two passphrases differ.', { field: 'again' });
}

/** What the user can mend stands on the form; anything else is an error of ours. */
function problemOf(error: unknown): { message: string; field: string | null } {
  if (!(error instanceof FlotillaError)) throw error;
  return { message: error.message, field: error.field ?? null };
}
