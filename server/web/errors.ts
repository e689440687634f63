import { ConfigError } from '../../bot/config.js';

/** A mistake of the one who asked: a status, a stable code, one sentence, and the field it is about. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;

  constructor(status: number, code: string, message: string, field: string | null = null) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** What a client is told of a failure. */
export interface Told {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
}

interface Coded {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly httpStatus?: unknown;
  readonly field?: unknown;
  readonly kind?: unknown;
  readonly message?: unknown;
}

/** Fastify's own refusals, in words; anything of its that is not listed keeps its sentence. */
const FASTIFY: Readonly<Record<string, readonly [code: string, message: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['MEDIA_TYPE_REFUSED', 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is larger than 64 kB.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'JSON_INVALID',
    'The body is empty; send a JSON object or leave out the content type.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['JSON_INVALID', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'REQUEST_INVALID',
    'The body is not as long as its Content-Length says.',
  ],
  FST_ERR_BAD_URL: ['URL_INVALID', 'The address cannot be decoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['URL_INVALID', 'The address is too long.'],
};

/** What may be told of any failure: a user's mistake in its own words, the exchange's as such, a bug only by name. */
export function told(error: unknown): Told {
  if (error instanceof RequestError) return error;
  if (error instanceof ConfigError) {
    return { status: 422, code: error.code, message: error.message, field: error.problems[0]?.path || null };
  }
  const { code, statusCode, httpStatus, field, kind, message } = (error ?? {}) as Coded;
  const said = typeof message === 'string' ? message : '';
  const named = typeof field === 'string' ? field : null;
  if (typeof httpStatus === 'number' && typeof code === 'string') {
    return { status: httpStatus, code, message: said, field: named };
  }
  if (typeof kind === 'string') return exchangeFault(kind, said);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const [known, words] = FASTIFY[String(code)] ?? ['REQUEST_INVALID', said || 'The request is not valid.'];
    return { status: statusCode, code: known, message: words, field: null };
  }
  if (error instanceof SyntaxError)
    return { status: 400, code: 'JSON_INVALID', message: 'The body is not valid JSON.', field: null };
  return {
    status: 500,
    code: 'INTERNAL',
    message: 'Something went wrong here; the server log says what.',
    field: null,
  };
}

function exchangeFault(kind: string, message: string): Told {
  if (kind === 'invalid') return { status: 422, code: 'SYMBOL_UNKNOWN', message, field: 'symbol' };
  return {
    status: 503,
    code: 'EXCHANGE_UNAVAILABLE',
    message: `The exchange does not answer: ${message}`,
    field: null,
  };
}

/** The body of every failed API answer. */
export function errorBody(fault: Told): { error: { code: string; message: string; field: string | null } } {
  return { error: { code: fault.code, message: fault.message, field: fault.field } };
}
