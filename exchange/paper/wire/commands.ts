/** Everything a client can change, as data: performed when asked for, and performed again from the journal. */
import type { Account, Accounts } from './accounts.js';
import type {
  AmendResult,
  CancelReplace,
  CancelReplaceResult,
  Engine,
  ListResult,
  NewOco,
  NewOrder,
  NewOto,
  NewOtoco,
  OrderResult,
  SymbolInfo,
} from '../engine/types.js';

type Rights = Pick<Account, 'publicKey' | 'readOnly' | 'withdrawals' | 'addresses' | 'expires'>;

export type Command =
  | { readonly k: 'place'; readonly a: string; readonly order: NewOrder }
  | { readonly k: 'placeOco'; readonly a: string; readonly list: NewOco }
  | { readonly k: 'placeOto'; readonly a: string; readonly list: NewOto }
  | { readonly k: 'placeOtoco'; readonly a: string; readonly list: NewOtoco }
  | { readonly k: 'replace'; readonly a: string; readonly request: CancelReplace }
  | { readonly k: 'amend'; readonly a: string; readonly request: Parameters<Engine['amend']>[1] }
  | { readonly k: 'cancel'; readonly a: string; readonly which: Parameters<Engine['cancel']>[1] }
  | { readonly k: 'cancelList'; readonly a: string; readonly which: Parameters<Engine['cancelList']>[1] }
  | { readonly k: 'cancelAll'; readonly a: string; readonly symbol: string }
  | {
      readonly k: 'account';
      readonly a: string;
      readonly key: string;
      readonly secret: string;
      readonly rights?: Rights;
      readonly deposit: Readonly<Record<string, string>>;
    }
  | {
      readonly k: 'key';
      readonly a: string;
      readonly key: string;
      readonly secret: string;
      readonly rights: Rights;
    }
  | { readonly k: 'deposit'; readonly a: string; readonly asset: string; readonly amount: string }
  | { readonly k: 'commission'; readonly a: string; readonly maker: string; readonly taker: string }
  | { readonly k: 'bnbBurn'; readonly a: string; readonly on: boolean }
  | { readonly k: 'rules'; readonly info: SymbolInfo }
  | { readonly k: 'status'; readonly symbol: string; readonly status: SymbolInfo['status'] };

export interface CommandResults {
  place: OrderResult;
  placeOco: ListResult;
  placeOto: ListResult;
  placeOtoco: ListResult;
  replace: CancelReplaceResult;
  amend: AmendResult;
  cancel: OrderResult | ListResult;
  cancelList: ListResult;
  cancelAll: (OrderResult | ListResult)[];
  account: void;
  key: void;
  deposit: void;
  commission: void;
  bnbBurn: void;
  rules: void;
  status: void;
}

/** The symbol whose market it concerns; null for what happens to an account. */
export function symbolOf(command: Command): string | null {
  switch (command.k) {
    case 'place':
      return command.order.symbol;
    case 'replace':
      return command.request.order.symbol;
    case 'amend':
      return command.request.symbol;
    case 'placeOco':
    case 'placeOto':
    case 'placeOtoco':
      return command.list.symbol;
    case 'cancel':
    case 'cancelList':
      return command.which.symbol;
    case 'cancelAll':
      return command.symbol;
    default:
      return null;
  }
}

/** Errors: `PaperError`; then nothing has changed. */
export function perform<K extends Command['k']>(
  engine: Engine,
  accounts: Accounts,
  command: Extract<Command, { k: K }>,
  time: number,
): CommandResults[K];
export function perform(engine: Engine, accounts: Accounts, command: Command, time: number): unknown {
  switch (command.k) {
    case 'place':
      return engine.place(command.a, command.order, time);
    case 'placeOco':
      return engine.placeOco(command.a, command.list, time);
    case 'placeOto':
      return engine.placeOto(command.a, command.list, time);
    case 'placeOtoco':
      return engine.placeOtoco(command.a, command.list, time);
    case 'replace':
      return engine.cancelReplace(command.a, command.request, time);
    case 'amend':
      return engine.amend(command.a, command.request, time);
    case 'cancel':
      return engine.cancel(command.a, command.which, time);
    case 'cancelList':
      return engine.cancelList(command.a, command.which, time);
    case 'cancelAll':
      return engine.cancelAll(command.a, command.symbol, time);
    case 'account':
      return openAccount(engine, accounts, command, time);
    case 'key':
      return accounts.add({ id: command.a, key: command.key, secret: command.secret, ...command.rights });
    case 'deposit':
      return engine.deposit(command.a, command.asset, command.amount, time);
    case 'commission':
      return engine.setCommission(command.a, { maker: command.maker, taker: command.taker });
    case 'bnbBurn':
      return engine.setBnbBurn(command.a, command.on);
    case 'rules':
      return engine.setRules(command.info);
    case 'status':
      return engine.setStatus(command.symbol, command.status);
  }
}

/** An account comes with its money, in one record: a kill cannot leave one without the other. */
function openAccount(
  engine: Engine,
  accounts: Accounts,
  command: Extract<Command, { k: 'account' }>,
  time: number,
): void {
  engine.addAccount(command.a);
  accounts.add({ id: command.a, key: command.key, secret: command.secret, ...command.rights });
  for (const [asset, amount] of Object.entries(command.deposit))
    engine.deposit(command.a, asset, amount, time);
}
