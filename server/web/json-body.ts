/** A body that is no JSON is refused with the place where it stops being that. */
import type { FastifyInstance } from 'fastify';
import { parseTree, type ParseError } from 'jsonc-parser';
import { placed } from '../../bot/config/problems.js';
import { syntaxFinding } from '../../bot/config/syntax.js';
import { RequestError } from './errors.js';

/** Reads bodies as before; one with names that reach into the machinery (`__proto__`) is refused too. Errors: JSON_INVALID. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    void parse(request, text, (error, value) => {
      const isEmpty = text.trim() === '';
      done(
        error === null || isEmpty ? error : new RequestError(400, 'JSON_INVALID', jsonProblem(text)),
        value,
      );
    });
  });
}

/** What keeps a text from being JSON, as a sentence with line and column. */
export function jsonProblem(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    return 'The body is not valid JSON: it is nested too deep.';
  }
  const [first] = errors;
  if (first === undefined) return 'The body has a name that is not taken, such as __proto__: leave it out.';
  const { line, column, message } = placed(text, 'body', syntaxFinding(text, first));
  const what = message.replace(/^the file/, 'it');
  return `The body is not valid JSON at line ${line}, column ${column}: ${what}.`;
}
