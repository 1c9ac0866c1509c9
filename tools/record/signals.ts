/** What one process saw: 4-byte selectors in revert data, and first topics of logs. */
export class SignalLog {
  private readonly _errors = new Set<string>();
  private readonly _topics = new Set<string>();

  /** Takes the revert data out of a provider's error, however deep the provider put it. */
  addError(error: unknown): void {
    for (let level: unknown = error, depth = 0; depth < 5; depth++) {
      if (typeof level === "string") {
        this._addSelectors(level);
        return;
      }
      if (typeof level !== "object" || level === null || !("data" in level)) return;
      level = level.data;
    }
  }

  addReceipt(receipt: unknown): void {
    if (typeof receipt !== "object" || receipt === null || !("logs" in receipt)) return;
    for (const log of Array.isArray(receipt.logs) ? (receipt.logs as { topics?: unknown[]; data?: unknown }[]) : []) {
      const topic = log.topics?.[0];
      if (typeof topic === "string") this._topics.add(topic);
      // A batch that goes on after a failure reports the revert data in an event.
      if (typeof log.data === "string") this._addWords(log.data.slice(2));
    }
  }

  toJSON(): { errors: string[]; topics: string[] } {
    return { errors: [...this._errors].sort(), topics: [...this._topics].sort() };
  }

  private _addSelectors(data: string): void {
    if (!/^0x[0-9a-f]{8}/i.test(data)) return;
    this._errors.add(data.slice(0, 10).toLowerCase());
    // One error can carry another as `bytes`: its selector then begins a word.
    this._addWords(data.slice(10));
  }

  private _addWords(hex: string): void {
    for (let at = 0; at + 8 <= hex.length; at += 64) {
      const selector = hex.slice(at, at + 8).toLowerCase();
      if (selector !== "00000000" && selector !== "ffffffff") this._errors.add(`0x${selector}`);
    }
  }
}
