import { venueOfForm } from '../web/new-bot-form.js';
import type { FormFields } from '../web/forms.js';
import { requestFromForm } from '../backtests/settings.js';

/**
 * What tests a draft: the last klines of its own venue, with the standard commission. The testnet's klines are nobody's
 * market, so a bot for it is tested on Binance's. Errors: `ConfigError` for a parameter that cannot be read.
 */
export function draftRequest(fields: FormFields): Record<string, unknown> {
  const { name = '', venue = '' } = fields;
  const source = venueOfForm(venue) === 'paper' ? 'paper' : 'binance';
  const asked = requestFromForm({ ...fields, source, name: '', from: '', to: '', acceptGaps: 'yes' });
  return { ...asked, name: name.trim() === '' ? null : `Draft: ${name.trim()}`.slice(0, 60) };
}
