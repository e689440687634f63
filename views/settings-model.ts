/** What the page of settings is made of. */
import type { PageModel } from './model.js';

export interface VenueSetting {
  readonly name: string;
  /** Where it is reached over REST; null where that is not known, with the reason. */
  readonly rest: string | null;
  readonly problem: string | null;
  /** `venues.json` names other addresses than the venue's own. */
  readonly redirected: boolean;
}

export interface FileSize {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

export interface SettingsView {
  readonly versions: Readonly<Record<'flotilla' | 'node' | 'pm2', string>>;
  readonly venues: readonly VenueSetting[];
  /** What the bots' processes run; a restart brings the newest. */
  readonly bundles: {
    readonly newest: string | null;
    readonly running: readonly {
      readonly bundle: string;
      readonly newest: boolean;
      readonly bots: readonly string[];
    }[];
  };
  /** Of the data folder; only admins are told. */
  readonly data: { readonly folder: string; readonly parts: readonly FileSize[] } | null;
}

export interface SettingsModel extends PageModel, SettingsView {}
