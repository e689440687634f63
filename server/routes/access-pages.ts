/** `/bots/:id/access`: who owns a bot, and who may look at it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accessPage } from '../../views/access.js';
import { BotAccess, type Access } from '../access.js';
import { FlotillaError } from '../fleet/errors.js';
import type { PageKit } from '../page-kit.js';
import { botId } from '../web/check.js';
import { fieldsOf } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { existing } from './api-bots.js';
import { sendHtml } from './pages.js';

export function accessPages(app: FastifyInstance, { deps, models }: PageKit): void {
  const { auth, owners } = deps;
  const access = new BotAccess(owners, auth.users, auth.audit);

  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    problem?: string,
  ): Promise<FastifyReply> => {
    const { id, name } = await existing(deps, botId(request.params));
    const said = problem === undefined ? {} : { problem };
    const page = accessPage({ ...models.page(), bot: { id, name }, access: access.of(id), ...said });
    return sendHtml(reply, page, problem === undefined ? 200 : 422);
  };

  app.get('/bots/:id/access', needs('trader', 'bot'), async (request, reply) => show(request, reply));

  app.post('/bots/:id/access', needs('trader', 'bot'), async (request, reply) => {
    const { id } = await existing(deps, botId(request.params));
    const { act = '', user = '' } = fieldsOf(request);
    try {
      await done(id, act, user.trim(), request.who?.role === 'admin');
      return await reply.redirect(`/bots/${id}/access`, 303);
    } catch (error) {
      if (error instanceof FlotillaError && error.httpStatus < 500)
        return show(request, reply, error.message);
      throw error;
    }
  });

  const done = async (id: string, act: string, user: string, isAdmin: boolean): Promise<Access> => {
    if (act === 'share' || act === 'unshare') return access[act](id, user);
    if (act !== 'give') throw new FlotillaError('USAGE', 'Say what to do: share, unshare or give.');
    if (!isAdmin) throw new FlotillaError('OWNER_REFUSED', 'Only an admin gives a bot to another user.');
    return access.change(id, { owner: user === '' ? null : user });
  };
}
