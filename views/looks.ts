import { html, type Html } from './html.js';

/** A choice of looks: the menu of every page and the settings draw it each in their way. */
type Choice = (name: string, value: string, text: string) => Html;

/** What a reader chooses of how these pages look; `data-display` of each choice is heard by small.js. */
export function looks(choice: Choice, system: string): Html {
  return html`<fieldset>
      <legend>Theme</legend>
      ${choice('theme', 'system', system)}${choice('theme', 'light', 'Light')}${choice('theme', 'dark', 'Dark')}
    </fieldset>
    <fieldset>
      <legend>Gain and loss</legend>
      ${choice('palette', 'classic', 'Green and red')}${choice('palette', 'blind-safe', 'Blue and orange')}
    </fieldset>`;
}
