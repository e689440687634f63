/** The JSON API as a page that a person reads, made of the same document that programs get. */
import { html, NOTHING, type Html } from './html.js';
import { layout } from './layout.js';
import type { PageModel } from './model.js';

export interface ApiOperation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Names of the parameters in the address after `?`. */
  readonly query: readonly string[];
  /** JSON Schema of the body; null where there is none. */
  readonly body: object | null;
  readonly success: { readonly status: number; readonly description: string };
  readonly errors: readonly number[];
}

export interface ApiDocsModel extends PageModel {
  readonly operations: readonly ApiOperation[];
}

export function apiDocsPage({ operations, ...page }: ApiDocsModel): Html {
  const groups = new Map<string, ApiOperation[]>();
  for (const operation of operations) {
    const name = /^\/(?:api\/)?([\w.-]*)/.exec(operation.path)?.[1] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), operation]);
  }
  const names = [...groups.keys()].sort();
  return layout({
    title: 'API',
    active: 'settings',
    now: page.now,
    health: page.health,
    user: page.user,
    body: html`<div class="panels api-docs">
      <h1>The API</h1>
      <p>
        All that these pages do, for programs. Money is decimal text, times are UTC milliseconds, absent is
        null; an error is
        <code>{"error": {"code", "message", "field"}}</code>. Send <code>Authorization: Bearer TOKEN</code>;
        tokens are made at <a href="/me">Your sign-in</a>. The same as an OpenAPI document:
        <a href="/api/openapi.json">/api/openapi.json</a>.
      </p>
      <nav aria-label="Parts of the API">${names.map((name) => html`<a href="#${name}">${name}</a> `)}</nav>
      ${names.map((name) => group(name, groups.get(name)!))}
    </div>`,
  });
}

function group(name: string, operations: readonly ApiOperation[]): Html {
  return html`<section class="panel" id="${name}" aria-labelledby="${name}-title">
    <h2 id="${name}-title">${name}</h2>
    <dl class="operations">${operations.map(described)}</dl>
  </section>`;
}

function described({ method, path, summary, query, body, success, errors }: ApiOperation): Html {
  return html`<dt>
      <code><b>${method.toUpperCase()}</b> ${path}</code>
    </dt>
    <dd>
      <p>${summary}</p>
      ${query.length === 0 ? NOTHING : html`<p>In the address: ${query.map((each, at) => html`${at === 0 ? NOTHING : ', '}<code>${each}</code>`)}</p>`}
      ${
        body === null
          ? NOTHING
          : html`<details>
              <summary>Body</summary>
              <pre>${JSON.stringify(body, null, 2)}</pre>
            </details>`
      }
      <p class="muted">
        ${success.status}:
        ${success.description}${errors.length === 0 ? NOTHING : html` Errors: ${errors.join(', ')}.`}
      </p>
    </dd>`;
}
