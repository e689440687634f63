import type { Compared } from './compare.js';

/** `1 order differs, 3 are equal and 2 equal but for their time`. */
export function countWords({ equal, equalButTime, differences }: Compared): string {
  const other = differences.length - equalButTime;
  const differ =
    other === 0 ? 'no order differs' : other === 1 ? '1 order differs' : `${other} orders differ`;
  const same = equal === 1 ? '1 is equal' : `${equal} are equal`;
  if (equalButTime === 0) return `${differ}, ${same}`;
  return `${differ}, ${same} and ${equalButTime} equal but for ${equalButTime === 1 ? 'its' : 'their'} time`;
}
