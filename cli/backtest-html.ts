import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BacktestChart } from '../bot/backtest/chart.js';
import type { BacktestExcerpt } from '../bot/backtest/excerpt.js';
import { findAssets } from '../server/web/assets.js';
import { reportPage } from '../views/backtest/report-page.js';

const LIBRARY = '/vendor/lightweight-charts.js';
const LIBRARY_FILE = 'lightweight-charts/dist/lightweight-charts.standalone.production.js';
const STYLES = ['base.css', 'bar.css', 'bot.css', 'backtests.css'];

/** A backtest as one page for `--html`: styles, chart library and data are inside, and nothing is fetched. */
export async function backtestHtml(report: BacktestExcerpt, chart: BacktestChart): Promise<string> {
  const { publicFolder, vendor } = findAssets({ [LIBRARY]: LIBRARY_FILE });
  const library = vendor.get(LIBRARY);
  if (library === undefined) throw new Error(`${LIBRARY_FILE} is missing. Build with npm run build.`);
  const text = (name: string): Promise<string> => readFile(join(publicFolder, name), 'utf8');
  const style = (await Promise.all(STYLES.map(text))).join('\n');
  const own = ['chart-kit.js', 'backtest-chart.js'].map(text);
  const scripts = await Promise.all([readFile(library, 'utf8'), ...own]);
  return String(reportPage({ report, chart, style, scripts, policy: policyOf(style, scripts) }));
}

/** Only these texts act, and nothing reaches out: what a config or a kline file says stays text. */
function policyOf(style: string, scripts: readonly string[]): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hash).join(' ')}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
