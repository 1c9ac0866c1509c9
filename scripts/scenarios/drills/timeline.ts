import type { BaseContract, ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { UserError } from "../../../sdk/errors.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import type { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";

interface Moment {
  readonly block: number;
  /** Unix seconds. */
  readonly time: number;
}

/** What happened in a drill, by block and second; what is to be refused is a check each. */
export class Timeline {
  readonly #rows: (readonly [Moment, event: string, outcome: string])[] = [];

  constructor(
    private readonly connection: NetworkConnection<"l1">,
    private readonly checks: Checks,
  ) {}

  /** Sends a transaction that has to go through. */
  async note(event: string, send: Promise<ContractTransactionResponse>): Promise<void> {
    const receipt = await (await send).wait();
    if (receipt === null) throw new RangeError(`"${event}" has no receipt`);
    this.checks.transaction(receipt);
    this.#rows.push([await this.#at(receipt.blockNumber), event, "done"]);
  }

  /**
   * Attempts what must be refused with this error.
   * @param errors whose ABI knows it.
   * @param call without sending.
   */
  async refused(event: string, expected: string, errors: BaseContract, call: Promise<unknown>): Promise<void> {
    const refusal = await refusalOf(errors, call);
    this.checks.equal(event, expected, refusal);
    this.#rows.push([await this.#at("latest"), event, refusal === "none" ? "NOT REFUSED" : `refused: ${refusal}`]);
  }

  /** One line a moment: block, seconds since the first line, what happened. */
  toTable(): string {
    const begin = this.#rows[0]?.[0].time ?? 0;
    const rows = this.#rows.map(([{ block, time }, event, outcome]) => [block, `+${time - begin} s`, event, outcome]);
    return table(["block", "seconds", "event", "outcome"], rows);
  }

  async #at(tag: number | "latest"): Promise<Moment> {
    const block = await this.connection.ethers.provider.getBlock(tag);
    if (block === null) throw new UserError("The network has no such block: check that the node is running.");
    return { block: block.number, time: block.timestamp };
  }
}
