import type { FastifyReply } from 'fastify';

/** Ends when whoever asked has gone. */
export function whileWaiting(reply: FastifyReply): AbortSignal {
  const waiting = new AbortController();
  reply.raw.once('close', () => waiting.abort());
  return waiting.signal;
}
