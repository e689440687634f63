/** A bot's config: what it may say, how it is read, checked, written and edited. */
export { configJsonSchema, configText, editConfig, pathProblem, type ConfigChange } from './config/edit.js';
export { ID_RULE, isBotId } from './config/id.js';
export { configOf, parseConfig } from './config/parse.js';
export { ConfigError, problemLine, placedAsItStands, type ConfigProblem } from './config/problems.js';
export { accountOf } from './config/account.js';
export {
  VENUES,
  type BotConfig,
  type ConfigInput,
  type StrategyChoice,
  type Venue,
} from './config/schema.js';
export { parseSet, settingType, type SettingTree, type SettingType } from './config/set.js';
export { readChanges, toldChanges, type ToldChanges } from './config/set-changes.js';
export { suggestion } from './config/suggest.js';
export { withSettings } from './config/with-settings.js';
