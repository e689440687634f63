import type { Fleet } from './fleet/fleet.js';

/** What the routes ask of the fleet. Every failure a user can cause is a `FlotillaError`. */
export type FleetActions = Pick<
  Fleet,
  | 'create'
  | 'edit'
  | 'previewEdit'
  | 'clone'
  | 'start'
  | 'preflight'
  | 'stop'
  | 'restart'
  | 'delete'
  | 'command'
  | 'foresee'
  | 'worstCase'
  | 'warnings'
  | 'halt'
  | 'resume'
  | 'halted'
  | 'caps'
  | 'accounts'
  | 'setCaps'
  | 'release'
>;
