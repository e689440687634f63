import type { Command } from 'commander';
import { BotAccess, type Access } from '../../server/access.js';
import { AuditLog } from '../../server/audit/log.js';
import { Owners } from '../../server/auth/owners.js';
import { Passwords } from '../../server/auth/passwords.js';
import { Users } from '../../server/auth/users.js';
import { define } from '../command.js';

/** `flotilla bot share|unshare <id> <user>`: who may look at a bot besides its owner and the admins. */
export function shareCommands(bot: Command): void {
  const verbs = {
    share: 'lets a user look at a bot; "everyone": all who can sign in',
    unshare: 'takes that back; "everyone": from all',
  } as const;
  for (const verb of ['share', 'unshare'] as const)
    define(
      bot.command(`${verb} <id> <user>`).description(verbs[verb]),
      async ({ data, fleet, output }, _options, [id = '', user = '']) => {
        await fleet().show(id);
        const access = new BotAccess(new Owners(data), new Users(data, new Passwords()), new AuditLog(data));
        const now = await access[verb](id, user);
        output.result({ id, ...now }, words(id, now));
      },
    );
}

function words(id: string, { owner, shared }: Access): string {
  const whose = `${id} belongs to ${owner ?? 'the admins'}`;
  if (shared === 'everyone') return `${whose}; everyone who can sign in may look at it.`;
  return `${whose}; ${shared.length === 0 ? 'it is shared with nobody' : `${shared.join(', ')} may look at it`}.`;
}
