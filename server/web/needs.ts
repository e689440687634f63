import type { FastifyInstance, RouteOptions, RouteShorthandOptions } from 'fastify';

/** Who may take a route: anybody who reaches the server, or a signed-in user of at least this role. */
export type Needs = 'nobody' | 'viewer' | 'trader' | 'admin';

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: Needs;
    /**
     * The route is about the bot `:id`: a reader (`viewer`) must see it, being its owner or one it is shared with, who
     * changes it (`trader`) must own it. To everybody else it does not exist (404).
     */
    bot?: boolean;
    /** It asks for the password again where that was not given within the last minutes. */
    sure?: boolean;
  }
}

/** What a route asks of its user: `app.post('/bots/:id/start', needs('trader', 'bot'), …)`. Every route says it. */
export function needs(role: Needs, ...about: ('bot' | 'sure')[]): Pick<RouteShorthandOptions, 'config'> {
  const [bot, sure] = [about.includes('bot'), about.includes('sure')];
  return { config: { needs: role, ...(bot ? { bot } : {}), ...(sure ? { sure } : {}) } };
}

/** What a plugin serves in this scope (files), declared around it. */
export function declareAll(app: FastifyInstance, role: Needs): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, needs: role };
  });
}

/** Refuses to start with a route that does not say who may take it: it would be open, or closed, by mistake. */
export function refuseUndeclared(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    const undeclared = routes.filter(
      ({ url, config }) => config?.needs === undefined || (url.includes('/bots/:id') && config.bot !== true),
    );
    if (undeclared.length === 0) return;
    const names = undeclared.map(({ method, url }) => `${String(method)} ${url}`).join(', ');
    throw new Error(
      `These routes do not say who may take them (needs(…), and 'bot' where one is meant): ${names}`,
    );
  });
}
