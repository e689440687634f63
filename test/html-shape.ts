/** What a page is made of, whatever its texts are: enough of HTML's own rules to see what a browser would make of it. */

/** Each tag with its attributes' names, in order; a text that gets out of its place changes it. */
export function shapeOf(page: string): string[] {
  return tagsOf(page).map(({ name, attributes }) => [name, ...attributes.keys()].join(' '));
}

/** What a browser would run, or load from elsewhere; none of it is in any page of ours. */
export function dangersIn(page: string): string[] {
  return tagsOf(page).flatMap(({ name, attributes }) => {
    const found: string[] = [];
    if (/^(iframe|object|embed|base|img|frame|applet|marquee|audio|video)$/.test(name)) found.push(name);
    if (name === 'script' && !/^\/(public|vendor)\//.test(attributes.get('src') ?? '')) found.push('script');
    for (const [attribute, value] of attributes) {
      if (/^(on|hx-on|hx-vars|hx-vals|hx-headers|srcdoc|style|xlink:)/.test(attribute))
        found.push(`${name} ${attribute}`);
      if (
        ADDRESSES.test(attribute) &&
        !/^([/?#.](?![/\\])|[\w-]+$|$|https:\/\/www\.(binance|tradingview)\.com\/)/.test(value.trim())
      )
        found.push(`${name} ${attribute}=${value}`);
    }
    return found;
  });
}

const ADDRESSES =
  /^(href|src|action|formaction|data|cite|poster|hx-(get|post|put|patch|delete|push-url|replace-url|boost))$/;

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** In these everything up to their own end tag is text. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'noscript', 'xmp', 'iframe']);

function tagsOf(page: string): Tag[] {
  const tags: Tag[] = [];
  let at = 0;
  while ((at = page.indexOf('<', at)) >= 0) {
    if (page.startsWith('<!--', at)) {
      tags.push({ name: '!--', attributes: new Map() });
      const end = page.indexOf('-->', at);
      at = end < 0 ? page.length : end + 3;
      continue;
    }
    const opened = /^<([/!?]?[a-zA-Z][^\s/>]*)/.exec(page.slice(at, at + 100));
    if (opened === null) {
      at += 1;
      continue;
    }
    const name = opened[1]!.toLowerCase();
    const { attributes, end } = attributesFrom(page, at + opened[0].length);
    tags.push({ name, attributes });
    at = end;
    if (!RAW.has(name)) continue;
    const close = page.toLowerCase().indexOf(`</${name}`, at);
    at = close < 0 ? page.length : close;
  }
  return tags;
}

const ATTRIBUTE = /[\s/]*(?:([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?|(>)|$)/y;

function attributesFrom(page: string, from: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  ATTRIBUTE.lastIndex = from;
  for (;;) {
    const at = ATTRIBUTE.lastIndex;
    const found = ATTRIBUTE.exec(page);
    if (found === null) return { attributes, end: Math.max(at, from) + 1 };
    const [, name, double, single, bare, closed] = found;
    if (closed !== undefined || name === undefined) return { attributes, end: ATTRIBUTE.lastIndex };
    attributes.set(name.toLowerCase(), double ?? single ?? bare ?? '');
  }
}
