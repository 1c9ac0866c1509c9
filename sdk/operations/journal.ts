import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";
import { formatDay } from "../calendar.js";
import { dayNumber } from "../calendar.js";
import type { Checks } from "../report.js";
import { table } from "../table.js";
import type { ScenarioClock } from "./clock.js";

/** What a line of the timeline says beside time and gas. */
export interface Entry {
  /** What happened, as a banker would say it. */
  readonly event: string;
  /** What moved, leg by leg. */
  readonly legs?: readonly string[];
}

interface Line extends Entry {
  readonly time: bigint;
  readonly gas: bigint;
  readonly transactions: number;
}

/** Sends a scenario's transactions one after the other, adds them to its checks, and prints them as a timeline. */
export class Journal {
  readonly #lines: Line[] = [];

  constructor(
    private readonly checks: Checks,
    private readonly clock: ScenarioClock,
  ) {}

  /** Sends one transaction and notes it as an event. */
  async note(entry: Entry, send: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
    const [receipt] = await this.noteAll(entry, [() => send]);
    if (receipt === undefined) throw new RangeError("one transaction gives one receipt");
    return receipt;
  }

  /** Sends several transactions, in order, and notes them as one event. */
  async noteAll(
    entry: Entry,
    sends: readonly (() => Promise<ContractTransactionResponse>)[],
  ): Promise<ContractTransactionReceipt[]> {
    const receipts: ContractTransactionReceipt[] = [];
    for (const send of sends) {
      const sent = await send();
      const receipt = await sent.wait();
      if (receipt === null) throw new RangeError(`transaction ${sent.hash} has no receipt`);
      this.checks.transaction(receipt);
      receipts.push(receipt);
    }
    const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    this.#lines.push({ ...entry, time: await this.clock.now(), gas, transactions: receipts.length });
    return receipts;
  }

  /** The timeline, in published dates. */
  toTable(): string {
    const rows = this.#lines.map(({ time, event, legs, gas, transactions }) => [
      formatDay(dayNumber(this.clock.published(time))),
      event,
      (legs ?? []).join("\n"),
      transactions === 1 ? "final" : `final (${transactions} tx)`,
      gas.toLocaleString("en-US"),
    ]);
    return table(["date", "instruction", "legs", "status", "gas"], rows);
  }
}
