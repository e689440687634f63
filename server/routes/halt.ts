import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { haltDialog, haltOutcome, haltPage, haltQuestion, resumeQuestion } from '../../views/halt.js';
import type { ServerDeps } from '../deps.js';
import { haltWords } from '../fleet/halt-words.js';
import type { PageKit } from '../page-kit.js';
import { check, NO_QUERY } from '../web/check.js';
import { fieldsOf, isHtmx } from '../web/forms.js';
import { needs } from '../web/needs.js';
import { sendHtml } from './pages.js';

const HALT = z.strictObject({ flatten: z.boolean().optional() });

/** `/api/halt` and `/api/resume`: the fleet's kill switch. */
export function apiHalt(app: FastifyInstance, { fleet }: ServerDeps): void {
  app.get('/halt', needs('viewer'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    return { halt: fleet.halted() };
  });

  app.post('/halt', needs('admin'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    const { flatten = false } = check(HALT, request.body ?? {}, 'body');
    const halted = await fleet.halt({ flatten });
    return { ...halted, message: haltWords(halted).join(' ') };
  });

  app.post('/resume', needs('admin'), async (request) => {
    check(NO_QUERY, request.query, 'query');
    check(z.strictObject({}), request.body ?? {}, 'body');
    return { resumed: await fleet.resume(), halt: fleet.halted() };
  });
}

/** The same for the pages: asked first, with what is at stake. */
export function haltPages(app: FastifyInstance, kit: PageKit): void {
  const { deps, models } = kit;
  const { fleet, store } = deps;
  const questions = { halt: haltQuestion, resume: resumeQuestion };

  for (const name of ['halt', 'resume'] as const) {
    app.get(`/${name}`, needs('admin'), async (request, reply) => {
      const question = questions[name](store.all());
      if (isHtmx(request)) return sendHtml(reply, haltDialog(question, kit.token));
      return sendHtml(reply, haltPage(models.page(), question));
    });
  }

  app.post('/halt', needs('admin'), async (request, reply) => {
    const words = haltWords(await fleet.halt({ flatten: fieldsOf(request)['flatten'] === 'yes' }));
    if (!isHtmx(request)) return reply.redirect('/', 303);
    return sendHtml(reply, haltOutcome('The fleet is halted', words.slice(1), models.page()));
  });

  app.post('/resume', needs('admin'), async (request, reply) => {
    const resumed = await fleet.resume();
    if (!isHtmx(request)) return reply.redirect('/', 303);
    const words = resumed ? [] : ['It was not halted.'];
    return sendHtml(reply, haltOutcome('Bots may buy again', words, models.page()));
  });
}
