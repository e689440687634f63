import { InvalidArgumentError, type Command } from 'commander';
import type { LiveVenue } from '../exchange/endpoints.js';
import type { KeyInfo, MasterChoice } from '../exchange/keys/vault.js';
import { FlotillaError } from '../server/fleet/errors.js';
import type { Checked, Keys } from '../server/keys/keys.js';
import type { KeysView } from '../exchange/keys/shown.js';
import { define, type CommonOptions, type Context } from './command.js';
import { table } from './output.js';
import { readSecrets } from './password.js';

interface AddOptions extends CommonOptions {
  readonly venue: LiveVenue;
  readonly label?: string;
  readonly passphrase?: boolean;
}

const NEW_PASSPHRASE = ['New passphrase: ', 'The same once more: '];
const CREDENTIALS = ['API key: ', 'API secret: '];

/** `flotilla key …`: exchange keys, with the server up or down. Secrets are typed or piped in, never arguments. */
export function keyCommands(program: Command): void {
  const key = program.command('key').description('exchange keys, stored encrypted; paper needs none');
  const add = key
    .command('add <name>')
    .description('stores a key; API key and secret are asked for, or read as two lines of standard input')
    .requiredOption('--venue <venue>', 'binance-testnet or binance', liveVenue)
    .option('--label <text>', 'what people call it')
    .option(
      '--passphrase',
      'with the first key: lock all with a passphrase instead of a key file (asked for first)',
    );
  work<AddOptions>(add, addKey);
  work(key.command('list').description('what is stored, without secrets'), async (keys, { output }) => {
    const view = await keys.view();
    output.result(view, listWords(view));
  });
  work(
    key.command('check <name>').description('asks the venue again what the key may do'),
    async (keys, { output }, _options, [name = '']) => {
      const checked = await keys.check(name);
      output.result(checked, checkedWords(checked));
    },
  );
  work(
    key.command('replace <name>').description('puts another API key and secret behind the name'),
    async (keys, { output }, _options, [name = '']) => {
      const checked = await keys.replace(name, await credentials());
      output.result(checked, `${checkedWords(checked)}\nBots that use it take it at their next start.`);
    },
  );
  work(
    key.command('remove <name>').description('forgets a key that no bot uses'),
    async (keys, { output }, _options, [name = '']) => {
      await keys.remove(name);
      output.result({ removed: name }, `The key "${name}" is forgotten here. Delete it at the exchange too.`);
    },
  );
  lockCommands(key);
}

function lockCommands(key: Command): void {
  work(
    key.command('unlock').description('gives the key agent the passphrase: after a reboot bots wait for it'),
    async (keys, { output }) => {
      const [passphrase = ''] = await readSecrets(['Passphrase: ']);
      await keys.unlock(passphrase);
      output.result({ locked: false }, 'Unlocked. Bots that wait for their key go on by themselves.');
    },
  );
  work(key.command('lock').description('the agent forgets the passphrase'), async (keys, { output }) => {
    await keys.lock();
    output.result({ locked: true }, 'Locked. Bots that run keep their key; one that starts waits.');
  });
  const master = key
    .command('master')
    .description(
      'encrypts all keys anew: with a new key file, or with a passphrase (the present one is asked for first)',
    )
    .option('--passphrase', 'with a passphrase')
    .option('--key-file <path>', 'where the new key file is made (default: in your config folder)');
  work<CommonOptions & { passphrase?: boolean; keyFile?: string }>(master, rotate);
}

async function addKey(
  keys: Keys,
  { output }: Context,
  { venue, label, passphrase }: AddOptions,
  [name = '']: readonly string[],
): Promise<void> {
  const questions = [...(passphrase ? NEW_PASSPHRASE : []), ...CREDENTIALS];
  const said = await readSecrets(questions);
  const master: MasterChoice | undefined = passphrase ? chosen(said.splice(0, 2)) : undefined;
  const [apiKey = '', secret = ''] = said;
  const checked = await keys.add(
    {
      id: name,
      venue,
      owner: null,
      credentials: { key: apiKey, secret },
      ...(label === undefined ? {} : { label }),
    },
    master,
  );
  output.result(checked, [checkedWords(checked), ...masterWords(await keys.view())].join('\n'));
}

async function rotate(
  keys: Keys,
  { output }: Context,
  { passphrase, keyFile }: { passphrase?: boolean; keyFile?: string },
): Promise<void> {
  const { master } = await keys.view();
  const asksPresent = master?.kind === 'passphrase';
  const said = await readSecrets([
    ...(asksPresent ? ['Present passphrase: '] : []),
    ...(passphrase ? NEW_PASSPHRASE : []),
  ]);
  const present = asksPresent ? said.shift()! : null;
  const choice: MasterChoice = passphrase
    ? chosen(said)
    : { kind: 'file', ...(keyFile === undefined ? {} : { path: keyFile }) };
  await keys.rotateMaster(choice, present);
  const view = await keys.view();
  output.result({ master: view.master }, ['All keys are encrypted anew.', ...masterWords(view)].join('\n'));
}

function chosen([passphrase = '', again]: readonly string[]): MasterChoice {
  if (passphrase === again) return { kind: 'passphrase', passphrase };
  throw new FlotillaError('USAGE', 'The two passphrases differ. Nothing was changed; try again.');
}

async function credentials(): Promise<{ key: string; secret: string }> {
  const [key = '', secret = ''] = await readSecrets(CREDENTIALS);
  return { key, secret };
}

function checkedWords({ key, warnings }: Checked): string {
  return [`The key "${key.id}" of ${key.venue} (…${key.lastFour}) is stored encrypted.`, ...warnings].join(
    '\n',
  );
}

function masterWords({ master }: KeysView): string[] {
  if (master?.kind === 'file')
    return [
      `The master key is ${master.path}. Keep a copy of it elsewhere: without it the stored keys do not open.`,
    ];
  return ['The master key is your passphrase. After a reboot bots wait until flotilla key unlock.'];
}

function listWords({ master, locked, keys }: KeysView): string {
  if (keys.length === 0)
    return 'No keys are stored. Paper needs none; flotilla key add NAME --venue … stores one.';
  const rows = keys.map((key) => [
    key.id,
    key.venue,
    `…${key.lastFour}`,
    rights(key),
    key.bots.join(', ') || 'no bot',
  ]);
  const head =
    master?.kind === 'file'
      ? `Master key: ${master.path}`
      : `Behind a passphrase, ${locked ? 'locked' : 'unlocked'}`;
  return [table([['name', 'venue', 'key', 'may', 'used by'], ...rows]), head].join('\n');
}

function rights({ permissions }: KeyInfo): string {
  if (permissions === null) return 'unknown';
  const { reading, spotTrading, ipRestricted } = permissions;
  const may = [...(reading ? ['read'] : []), ...(spotTrading ? ['trade'] : [])].join(', ') || 'nothing';
  return ipRestricted === true ? `${may} (from certain addresses)` : may;
}

function work<Options extends CommonOptions = CommonOptions>(
  command: Command,
  deed: (keys: Keys, context: Context, options: Options, args: readonly string[]) => Promise<void>,
): void {
  define<Options>(command, (context, options, args) => deed(context.fleet().keys, context, options, args));
}

function liveVenue(text: string): LiveVenue {
  if (text === 'binance' || text === 'binance-testnet') return text;
  throw new InvalidArgumentError('It must be binance-testnet or binance; paper needs no key.');
}
