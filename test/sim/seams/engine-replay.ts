/** Put in place of the core where a journal is replayed. */
export { step } from '../mutant.js';
