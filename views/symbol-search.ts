/** The symbol of a form: an input that suggests where scripts run, and a plain one with a list where they do not. */
import { html, NOTHING, type Html } from './html.js';
import type { SymbolOption } from './model.js';
import { compact, decimalsOf, fixed } from './number.js';
import { absent } from './parts.js';

/** `symbol-search.js` makes a combobox of it (WAI-ARIA 1.2, list autocomplete); `attributes` are the field's. */
export function symbolInput(attributes: Html, value: string, symbols: readonly SymbolOption[]): Html {
  return html`<div class="combobox" data-symbols="/symbols">
    <input
      ${attributes}
      value="${value}"
      required
      list="symbols"
      autocomplete="off"
      autocapitalize="characters"
      spellcheck="false"
      placeholder="BTCUSDT"
    /><datalist id="symbols">
      ${symbols.map(({ symbol, base, quote }) => html`<option value="${symbol}">${base} / ${quote}</option>`)}
    </datalist>
    <div class="suggestions" hidden>
      <p class="heads" aria-hidden="true">
        <span>symbol</span><span>price</span><span>24 h volume</span><span>least order</span>
      </p>
      <ul id="symbol-list" role="listbox" aria-label="Symbols"></ul>
    </div>
  </div>`;
}

/** What the search offers: the options of that list. `followed`: it is of those whose live prices paper follows. */
export function symbolRows(symbols: readonly SymbolOption[], followed = false): Html {
  if (symbols.length === 0)
    return html`<li class="none" role="option" aria-disabled="true" aria-selected="false">
      ${followed ? 'No such symbol is followed yet. flotilla up --live --symbols NAME adds one, when the server is started anew.' : 'No symbol of that name.'}
    </li>`;
  return html`${symbols.map(
    (one) =>
      html`<li role="option" id="symbol-${one.symbol}" data-value="${one.symbol}" aria-selected="false">
        <span class="name"><b>${one.symbol}</b> <small>${one.base} / ${one.quote}</small></span>
        <span class="num">${one.price === null ? absent : plainPrice(one.price)}</span>
        <span class="num"
          >${one.quoteVolume === null ? absent : html`${compact(one.quoteVolume)} <i class="unit">${one.quote}</i>`}</span
        >
        <span class="num">${plainPrice(one.minNotional)} <i class="unit">${one.quote}</i></span>
      </li>`,
  )}`;
}

/** The same of the symbol that is chosen, below its field. Target `#symbol-facts`. */
export function symbolFacts(one: SymbolOption | null): Html {
  if (one === null) return NOTHING;
  const { base, quote, price, quoteVolume, minNotional } = one;
  return html`<b>${base} / ${quote}</b>
    ${price === null ? NOTHING : html`<span>price <span class="num">${plainPrice(price)}</span></span>`}
    ${quoteVolume === null ? NOTHING : html`<span>24 h volume <span class="num">${compact(quoteVolume)} ${quote}</span></span>`}
    <span>least order <span class="num">${plainPrice(minNotional)} ${quote}</span></span>`;
}

/** With the digits that it has. */
function plainPrice(value: string): string {
  return fixed(value, decimalsOf(value));
}
