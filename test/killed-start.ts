/** A command line that is killed (SIGKILL) while it starts a bot, for `reservations.test.ts`: once its money is set aside. */
import { Fleet } from '../server/fleet/fleet.js';
import { memorySupervisor } from '../server/fleet/memory.js';

const [data = '', script = '', id = ''] = process.argv.slice(2);
const supervisor = memorySupervisor({
  onStart: () => {
    process.kill(process.pid, 'SIGKILL');
  },
});
await new Fleet({ data, supervisor, scripts: { bot: script, paper: script } }).start(id);
