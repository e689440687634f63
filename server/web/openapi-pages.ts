/** Routes behind the pages Why, Account, Trades and Settings. */
import type { Operation } from './openapi.js';

export const PAGE_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/why': {
    get: {
      summary:
        'Why each bot is not trading, or not selling: since when, by which figures, and where that is decided. Those that need their user come first.',
      query: {
        show: { type: 'string', enum: ['all', 'act', 'held', 'calm'] },
        search: { type: 'string', maxLength: 60 },
      },
      ok: [
        200,
        '{counts: {act, held, calm}, bots: [{id, name, venue, symbol, weight, findings: [{code, weight, since, atLeast, sentence, numbers: [{name, value}], link: {href, text}}]}]}',
      ],
      errors: [400],
    },
  },
  '/api/bots/{id}/why': {
    get: { summary: 'The same of one bot.', ok: [200, 'One of `bots` of /api/why.'], errors: [404] },
  },
};
