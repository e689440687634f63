/** Put in place of the clock, timers and dice of all production code when the simulation is bundled. */
import { world, type Scheduled } from '../world.js';

interface Timer {
  scheduled: Scheduled | null;
  unref(): Timer;
  ref(): Timer;
}

function timer(): Timer {
  const made: Timer = { scheduled: null, unref: () => made, ref: () => made };
  return made;
}

export function setTimeout(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer {
  const made = timer();
  const owner = world().current;
  made.scheduled = world().after(Math.max(1, ms), () => run(...args), owner);
  return made;
}

export function setInterval(run: () => void, ms = 0): Timer {
  const made = timer();
  const owner = world().current;
  const again = () => {
    made.scheduled = world().after(
      Math.max(1, ms),
      () => {
        again();
        run();
      },
      owner,
    );
  };
  again();
  return made;
}

export function clearTimeout(made: Timer | null | undefined): void {
  if (made?.scheduled) made.scheduled.run = null;
}
export const clearInterval = clearTimeout;

export function simulatedNow(): number {
  return Math.round(world().now);
}

export function simulatedRandom(): number {
  return world().dice.roll();
}
