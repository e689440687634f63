/** Caps of all bots and what is set aside under them: the page and `/api/caps`. Everybody looks, admins change. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ConfigError } from '../../bot/config.js';
import { isCapKey, type CapChange } from '../../bot/config/caps.js';
import { capsPage, type CapsModel } from '../../views/caps.js';
import { accountsOf, type AccountsDeps } from '../account/seen.js';
import type { Who } from '../auth/context.js';
import type { ServerDeps } from '../deps.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { capsSeen } from '../web/caps-seen.js';
import { check, NO_QUERY } from '../web/check.js';
import { fieldsOf } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { sendHtml, texts } from './pages.js';

const AMOUNTS = z.record(
  z.string(),
  z.string('must be decimal text, or null to take the cap away').max(60).nullable(),
);
const PATCH = z.strictObject({
  symbols: AMOUNTS.optional(),
  accounts: z.record(z.string(), AMOUNTS).optional(),
  fleet: AMOUNTS.optional(),
});

/** A merge patch of the caps file as its changes. */
function changesOf({ symbols = {}, accounts = {}, fleet = {} }: z.output<typeof PATCH>): CapChange[] {
  const under = (section: string, amounts: z.output<typeof AMOUNTS>): CapChange[] =>
    Object.entries(amounts).map(([name, amount]) => ({
      key: `${section}.${name}`,
      amount: amount ?? undefined,
    }));
  return [
    ...under('symbols', symbols),
    ...Object.entries(accounts).flatMap(([account, amounts]) => under(`accounts.${account}`, amounts)),
    ...under('fleet', fleet),
  ];
}

/** The accounts of which who asks may see what is in them. */
async function openTo(who: Who | null, accounts: AccountsDeps): Promise<ReadonlySet<string>> {
  const known = await accountsOf(who, accounts);
  return new Set(known.filter(({ isOpen }) => isOpen).map(({ name }) => name));
}

export function apiCaps(app: FastifyInstance, { fleet, store }: ServerDeps, accounts: AccountsDeps): void {
  const seen = async ({ who }: FastifyRequest) =>
    capsSeen(fleet, who, { visible: store.all(), open: await openTo(who, accounts) });

  app.get('/caps', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return seen(request);
  });

  app.patch('/caps', needs('admin'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    await fleet.setCaps(changesOf(check(PATCH, request.body, 'body')));
    return seen(request);
  });

  app.delete('/caps/reservations/:bot', needs('admin'), async (request, reply) => {
    await fleet.release(String((request.params as { bot?: string }).bot));
    return reply.status(204).send();
  });
}

type Outcome = Pick<CapsModel, 'said' | 'problem' | 'values'>;

export function capsPages(app: FastifyInstance, { deps, models, accounts }: PageKit): void {
  const { fleet, store } = deps;

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: Partial<Outcome> = {},
    status = 200,
  ): Promise<FastifyReply> => {
    const bots = store.all();
    const names = new Map(bots.map(({ id, name }) => [id, name]));
    const page = { ...models.page(), names, values: {}, ...outcome };
    try {
      const open = await openTo(request.who, accounts);
      const seen = await capsSeen(fleet, request.who, { visible: bots, open });
      return sendHtml(reply, capsPage({ ...page, ...seen }), status);
    } catch (error) {
      const problem = problemOf(error);
      return sendHtml(reply, capsPage({ ...page, ...NOTHING_KNOWN, problem: { form: problem } }), 409);
    }
  };

  app.get('/caps', needs('viewer'), async (request, reply) => {
    const said = SAID[texts(request.query)['said'] ?? ''];
    return show(request, reply, said === undefined ? {} : { said });
  });

  app.post('/caps', needs('admin'), async (request, reply) => {
    const { key = '', amount = '', act } = fieldsOf(request);
    const values = { key: key.trim(), amount: amount.trim() };
    const removes = act === 'remove';
    try {
      await fleet.setCaps([{ key: values.key, amount: removes ? undefined : values.amount }]);
      return await reply.redirect(`/caps?said=${removes ? 'removed' : 'set'}`, 303);
    } catch (error) {
      return show(request, reply, { values, problem: atField(error, values.key) }, 422);
    }
  });

  app.post('/caps/release/:bot', needs('admin'), async (request, reply) => {
    try {
      await fleet.release(String((request.params as { bot?: string }).bot));
      return await reply.redirect('/caps?said=released', 303);
    } catch (error) {
      return show(request, reply, { problem: { form: problemOf(error) } }, 409);
    }
  });
}

const NOTHING_KNOWN = { caps: [], accounts: [], reservations: [] };

/** What the page says after an action; the address carries only its name. */
const SAID: Readonly<Record<string, string>> = {
  set: 'The cap is set. Bots that run are measured by it within seconds.',
  removed: 'The cap is taken away.',
  released: 'What was set aside is given back.',
};

/** What the user can mend is said on the page; anything else is an error of ours. */
function problemOf(error: unknown): string {
  if (error instanceof FlotillaError && error.httpStatus < 500) return error.message;
  throw error;
}

/** The sentence at the field it is about; what is wrong in the file itself belongs to none. */
function atField(error: unknown, key: string): CapsModel['problem'] {
  const message = problemOf(error);
  const [problem] = error instanceof Error && error.cause instanceof ConfigError ? error.cause.problems : [];
  if (problem === undefined || problem.line > 0) return { form: message };
  const sentence = `${problem.message.charAt(0).toUpperCase()}${problem.message.slice(1)}.`;
  return isCapKey(key) ? { amount: sentence } : { key: sentence };
}
