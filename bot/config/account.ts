/**
 * The exchange account that a bot trades on, as a name: bots with the same one share its money. Two keys may open one
 * account, which no exchange tells; whoever stores both knows.
 */
export function accountOf({ venue, key }: { readonly venue: string; readonly key?: string }): string {
  return key === undefined ? venue : `${venue}/${key}`;
}
