import type { BotState } from './state.js';

/** One object for all: it is copied with every change of a state. */
export const noneParked: Readonly<Record<string, BotState>> = {};
