import { fields, type Json, type Operations } from './openapi-operation.js';

const body: Json = fields(
  {
    action: {
      type: 'string',
      enum: ['start', 'stop', 'pause', 'resume', 'tag', 'untag', 'clone', 'edit', 'delete'],
    },
    ids: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 1000 },
    tag: { type: 'string', maxLength: 40, description: 'Of tag and untag.' },
    changes: { type: 'object', description: 'Of edit: as in PATCH of one bot.' },
    symbols: {
      type: 'array',
      items: { type: 'string' },
      description: 'Of clone: one copy of each bot on each; on its own if left out.',
    },
    realMoney: {
      type: 'boolean',
      description: 'Of start: that bots may trade real money; counts from who gave the password just now.',
    },
    force: { type: 'boolean', description: 'Of delete: also bots that hold a position.' },
  },
  ['action', 'ids'],
);
const key: Json = fields({ key: { type: 'string' } }, ['key']);

/** The part of the document about several bots at once. */
export const BULK_OPERATIONS: Operations = {
  '/api/bulk': {
    post: {
      summary: 'Does one thing with several bots; one that fails keeps no other from its turn.',
      body,
      ok: [
        200,
        '{key, action, done, skipped, failed, undoable, results: [{id, outcome: done | skipped | failed, message, code, made}]}',
      ],
      errors: [400, 403, 415, 422],
    },
  },
  '/api/bulk/preview': {
    post: {
      summary: 'What that would do, in numbers and bot by bot; nothing is changed.',
      body,
      ok: [200, '{key, action, facts, bots: [{id, outcome: would | skipped | refused, message}]}'],
      errors: [400, 403, 415, 422],
    },
  },
  '/api/bulk/undo': {
    post: {
      summary:
        'Takes the edits and tags of such an action back, within an hour; not where a file was changed since.',
      body: key,
      ok: [200, '{key, results}'],
      errors: [400, 403, 404, 409, 415, 422],
    },
  },
};
