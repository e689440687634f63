import { fields, limit, text, type Operations } from './openapi-operation.js';

/** The part of the document about users, their tokens and sessions, whose a bot is, and who did what. */
export const PEOPLE_OPERATIONS: Operations = {
  '/api/me': { get: { summary: 'Who asks.', ok: [200, '{id, name, role, via}'] } },
  '/api/me/codes': {
    get: { summary: 'Your one-time codes.', ok: [200, '{on, recoveryLeft}'] },
    post: {
      summary: 'Begins to set them up (asks for the password again).',
      ok: [201, '{secret, address}: for an authenticator app.'],
      errors: [403, 409],
    },
    put: {
      summary: 'Turns them on with a first code (asks for the password again).',
      body: fields({ code: text }, ['code']),
      ok: [200, '{recovery}: codes that are told this once.'],
      errors: [403, 409, 422],
    },
    delete: {
      summary: 'Turns them off (asks for the password again).',
      ok: [204, 'They are off.'],
      errors: [403],
    },
  },
  '/api/users': {
    get: { summary: 'The users (admins).', ok: [200, '{users}'], errors: [403] },
    post: {
      summary: 'Makes a user (admins; asks for the password again).',
      body: fields({ name: text, role: { enum: ['admin', 'trader', 'viewer'] }, password: text }, [
        'name',
        'role',
        'password',
      ]),
      ok: [201, 'The user.'],
      errors: [403, 409, 422],
    },
  },
  '/api/users/{user}': {
    patch: {
      summary: 'Changes role, password, or disables (admins; asks for the password again).',
      body: fields({ role: text, disabled: { type: 'boolean' }, password: text }),
      ok: [200, 'The user.'],
      errors: [403, 404, 409, 422],
    },
  },
  '/api/users/{user}/codes': {
    delete: {
      summary: 'Turns the one-time codes of a user off (admins; asks for the password again).',
      ok: [204, 'They are off.'],
      errors: [403, 404],
    },
  },
  '/api/tokens': {
    get: { summary: 'Your API tokens, without the tokens themselves.', ok: [200, '{tokens}'] },
    post: {
      summary: 'Makes one; it is told this once (asks for the password again).',
      body: fields(
        { name: text, scope: { enum: ['admin', 'trader', 'viewer'] }, days: { type: 'integer' } },
        ['name', 'scope', 'days'],
      ),
      ok: [201, '{token, …}'],
      errors: [403, 409, 422],
    },
  },
  '/api/tokens/{token}': { delete: { summary: 'Revokes one.', ok: [204, 'It is void.'], errors: [404] } },
  '/api/sessions': { get: { summary: 'Where you are signed in.', ok: [200, '{sessions}'] } },
  '/api/sessions/{session}': { delete: { summary: 'Ends one.', ok: [204, 'It is over.'], errors: [404] } },
  '/api/bots/{id}/access': {
    get: {
      summary: 'Whose it is, and who may look at it.',
      ok: [200, '{owner, shared}'],
      errors: [403, 404],
    },
    put: {
      summary: 'Shares it, or (admins) gives it to another user.',
      body: fields({
        owner: { type: ['string', 'null'] },
        shared: { description: 'Names, or "everyone".' },
      }),
      ok: [200, '{owner, shared}'],
      errors: [403, 404, 422],
    },
  },
  '/api/audit': {
    get: {
      summary:
        'Who did what, newest first, and the head of the chain (admins); from and to are UTC days (2026-03-07).',
      query: { user: text, action: text, about: text, from: text, to: text, limit: limit(1000) },
      ok: [200, '{head, entries: [{seq, time, user, via, action, about, outcome, details, words, …}]}'],
      errors: [400, 403],
    },
  },
  '/api/audit.csv': {
    get: {
      summary: 'The same as a table, whole and oldest first (admins).',
      query: { user: text, action: text, about: text, from: text, to: text },
      ok: [200, 'text/csv'],
      errors: [400, 403],
    },
  },
};
