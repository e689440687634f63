import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onBehalfOf } from '../auth/context.js';
import { errorFragment, errorPage } from '../../views/error.js';
import type { PageModel } from '../../views/model.js';
import { errorBody, told, type Told } from './errors.js';
import { isHtmx } from './forms.js';

const HINTS: Readonly<Record<string, string>> = {
  BOT_NOT_FOUND: 'It may have been deleted, or its id is spelled otherwise.',
  NOT_FOUND: 'The address may be misspelled.',
};

/** Programs get JSON, htmx a fragment for the dialog's place, browsers a page; nobody gets a stack trace. */
export function answerErrors(
  app: FastifyInstance,
  page: () => PageModel,
  { log, keep }: { log: (error: unknown) => void; keep: (request: FastifyRequest) => string | null },
): void {
  /** Who sent a form is sent to give the password, and the form waits. */
  const ask = (request: FastifyRequest, reply: FastifyReply, address: string): FastifyReply =>
    isHtmx(request)
      ? reply.status(200).header('hx-redirect', address).send('')
      : reply.redirect(address, 303);
  const answer = (request: FastifyRequest, reply: FastifyReply, fault: Told): FastifyReply => {
    void reply.status(fault.status);
    if (wantsJson(request)) return reply.type('application/json; charset=utf-8').send(errorBody(fault));
    void reply.type('text/html; charset=utf-8');
    if (isHtmx(request)) {
      return reply
        .headers({ 'hx-retarget': '#dialog', 'hx-reswap': 'innerHTML' })
        .send(String(errorFragment(fault.message)));
    }
    const hint = HINTS[fault.code];
    const model = {
      ...onBehalfOf(request.who ?? null, page),
      status: fault.status,
      message: fault.message,
      ...(hint === undefined ? {} : { hint }),
    };
    return reply.send(String(errorPage(model)));
  };

  app.setErrorHandler((error: FastifyError, request, reply) => {
    let fault = told(error);
    if (fault.code === 'PASSWORD_REQUIRED') {
      try {
        const address = keep(request);
        if (address !== null) return ask(request, reply, address);
      } catch (forged) {
        fault = told(forged);
      }
    }
    if (fault.status >= 500 && fault.code === 'INTERNAL') log(error);
    return answer(request, reply, fault);
  });
  app.setNotFoundHandler((request, reply) => {
    const fault = {
      status: 404,
      code: 'NOT_FOUND',
      message: `There is nothing at ${request.url.split('?')[0]?.slice(0, 100)}.`,
      field: null,
    };
    return answer(request, reply, fault);
  });
}

/** The API always; elsewhere whoever does not ask for a page (curl, a health check). */
function wantsJson(request: FastifyRequest): boolean {
  if (request.url.startsWith('/api/') || request.url === '/healthz') return true;
  return !isHtmx(request) && !(request.headers.accept ?? '').includes('text/html');
}
