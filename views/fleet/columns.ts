/** What the table of bots shows, column by column: the one place that names them. */

export interface Column {
  /** Its cells have the class `c-KEY`; by it rows are ordered, too. */
  readonly key: string;
  readonly text: string;
  readonly help: string;
  readonly look?: 'r';
  /** Shown only to who chose it; remembered in the browser. */
  readonly further?: true;
}

export const COLUMNS: readonly Column[] = [
  { key: 'bot', text: 'bot', help: 'Its name, and the signal and plan it trades by' },
  { key: 'market', text: 'market', help: 'The symbol, and how long its klines are' },
  { key: 'state', text: 'state', help: 'What it does now' },
  { key: 'position', text: 'position', help: 'How much it holds, at which average price', look: 'r' },
  { key: 'price', text: 'price', help: 'The last price known, in the quote asset', look: 'r', further: true },
  {
    key: 'open',
    text: 'PnL open',
    help: 'Gain or loss of what it holds now, in the quote asset, before the exit fee',
    look: 'r',
  },
  {
    key: 'realized',
    text: 'PnL realized',
    help: 'Gain or loss of what it has sold, after fees, in the quote asset',
    look: 'r',
    further: true,
  },
  {
    key: 'total',
    text: 'PnL total',
    help: 'Open and realized together, after fees, in the quote asset',
    look: 'r',
  },
  {
    key: 'equity',
    text: 'equity',
    help: 'What it is worth now: its cash and what it holds at the last price, in the quote asset',
    look: 'r',
    further: true,
  },
  { key: 'trend', text: 'trend', help: 'Its gain over time: at its last sales, then kline by kline' },
  {
    key: 'win',
    text: 'won',
    help: 'Share of its closed cycles (of batches, where none has closed) that made a profit',
    look: 'r',
    further: true,
  },
  { key: 'fills', text: 'fills', help: 'Executions of its orders so far', look: 'r', further: true },
  {
    key: 'why',
    text: 'why',
    help: 'What it waits for, or why it did what it did last',
  },
  {
    key: 'next',
    text: 'next kline',
    help: 'Until its next kline closes, by the clock of its market; below, its last sign of life',
    look: 'r',
  },
  { key: 'errors', text: 'errors', help: 'Faults that it has now', look: 'r', further: true },
  {
    key: 'restarts',
    text: 'restarts',
    help: 'How often its process was started again',
    look: 'r',
    further: true,
  },
  { key: 'memory', text: 'memory', help: 'Of its process, in MB', look: 'r', further: true },
];
