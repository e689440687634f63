import { mkdir } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { Passwords } from '../server/auth/passwords.js';
import { isRole, refuseFirstNoAdmin, ROLES, type Role, type User, type Users } from '../server/auth/users.js';
import { RecordedUsers } from '../server/audit/recorded-users.js';
import { define, type CommonOptions, type Context } from './command.js';
import { table } from './output.js';
import { readPassword } from './password.js';

/** `flotilla user add|list|password|no-totp|role|disable|enable`: with the server up or down; files are their authority. */
export function userCommands(program: Command): void {
  const user = program.command('user').description('who may use the dashboard and the API');
  define<CommonOptions & { role?: Role }>(
    user
      .command('add <name>')
      .description('makes a user; the password is asked for, or read from the standard input')
      .option('--role <role>', 'admin, trader or viewer (default: viewer; admin for the first)', role),
    async (context, options, [name = '']) => {
      const users = await usersOf(context);
      const wanted = options.role ?? (users.all().length === 0 ? 'admin' : 'viewer');
      // Before a password is asked for in vain.
      refuseFirstNoAdmin(users.all(), wanted);
      const added = await users.add({ name, role: wanted, password: await readPassword(name) });
      context.output.result(shown(added), `Made the user ${added.name} (${added.role}).`);
    },
  );
  define(user.command('list').description('every user in one line'), async (context) => {
    const users = (await usersOf(context)).all().map(shown);
    const rows = users.map((each) => [each.name, each.role, each.state, each.totp ? 'one-time codes' : '']);
    const words = rows.length === 0 ? 'There is no user yet: flotilla user add NAME.' : table(rows);
    context.output.result(users, words);
  });
  change(
    user,
    'password',
    'sets a new password and ends all sessions of the user',
    async (users, { id, name }) => {
      await users.setPassword(id, await readPassword(name));
      return `${name} has a new password; all sessions and tokens of before are void.`;
    },
  );
  change(
    user,
    'no-totp',
    'turns one-time codes off, for who lost phone and recovery codes',
    async (users, { id, name, totp }) => {
      if (totp === null) return `${name} has set up no one-time codes.`;
      await users.setTotp(id, () => null);
      return `One-time codes of ${name} are off: name and password sign in. Set up new ones under "Your sign-in".`;
    },
  );
  change(user, 'disable', 'signs a user out and lets nobody in by that name', async (users, { id, name }) => {
    await users.setDisabled(id, true);
    return `${name} is disabled and signed out. The bots of ${name} go on.`;
  });
  change(user, 'enable', 'takes that back', async (users, { id, name }) => {
    await users.setDisabled(id, false);
    return `${name} may sign in again.`;
  });
  const named = user.command('role').description('admin, trader or viewer').argument('<name>');
  define(named.argument('<role>', ROLES.join(', '), role), async (context, _options, [name = '', wanted]) => {
    const users = await usersOf(context);
    const changed = await users.setRole(users.existing(name).id, wanted as Role);
    context.output.result(shown(changed), `${changed.name} is ${changed.role} now.`);
  });
}

function change(
  user: Command,
  verb: string,
  description: string,
  work: (users: Users, user: User) => Promise<string>,
): void {
  define(user.command(`${verb} <name>`).description(description), async (context, _options, [name = '']) => {
    const users = await usersOf(context);
    const words = await work(users, users.existing(name));
    context.output.result(shown(users.existing(name)), words);
  });
}

async function usersOf({ data }: Context): Promise<Users> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  return new RecordedUsers(data, new Passwords());
}

/** A user without anything secret. */
function shown({ id, name, role, disabled, totp, created }: User) {
  return { id, name, role, state: disabled ? 'disabled' : 'active', totp: totp !== null, created };
}

function role(text: string): Role {
  if (isRole(text)) return text;
  throw new InvalidArgumentError(`It must be one of ${ROLES.join(', ')}.`);
}
