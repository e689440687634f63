import { fields, text, type Operations } from './openapi-operation.js';

/** The part of the document about exchange keys. */
export const KEY_OPERATIONS: Operations = {
  '/api/keys': {
    get: {
      summary: 'Stored exchange keys, without secrets: all for an admin, else those of who asks.',
      ok: [200, '{master, locked, keys: [{id, label, venue, owner, lastFour, permissions, bots, …}]}'],
      errors: [503],
    },
    post: {
      summary: 'Stores a key once the venue has said what it may do; one that may withdraw is refused.',
      body: fields(
        {
          id: text,
          label: text,
          venue: { enum: ['binance-testnet', 'binance'] },
          key: text,
          secret: text,
          passphrase: { type: 'string', description: 'With the first key: lock all with it.' },
        },
        ['id', 'venue', 'key', 'secret'],
      ),
      ok: [201, '{key, warnings}'],
      errors: [403, 409, 415, 422, 502, 503],
    },
  },
  '/api/keys/{key}': {
    put: {
      summary: 'Puts other credentials behind the name.',
      body: fields({ key: text, secret: text }, ['key', 'secret']),
      ok: [200, '{key, warnings}'],
      errors: [403, 404, 409, 415, 422, 502, 503],
    },
    delete: { summary: 'Forgets a key that no bot uses.', ok: [204, 'It is gone.'], errors: [403, 404, 409] },
  },
  '/api/keys/{key}/check': {
    post: {
      summary: 'Asks the venue again what it may do.',
      ok: [200, '{key, warnings}'],
      errors: [404, 409, 502],
    },
  },
  '/api/keys/unlock': {
    post: {
      summary: 'Gives the key agent the passphrase.',
      body: fields({ passphrase: text }, ['passphrase']),
      ok: [200, '{locked}'],
      errors: [404, 422, 502],
    },
  },
  '/api/keys/lock': { post: { summary: 'The agent forgets it.', ok: [200, '{locked}'], errors: [403, 404] } },
};
