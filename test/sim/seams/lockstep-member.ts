/** Put in place of the bot's lock step: virtual time needs no holds. */
export class LockstepMember {
  async join(): Promise<void> {}
  settled(): void {}
  leave(): void {}
}
