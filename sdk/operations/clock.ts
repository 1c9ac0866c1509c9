import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY, parseDate, startOfDay } from "../calendar.js";
import { UserError } from "../errors.js";

/** The Gregorian calendar repeats every 28 years within 1901–2099, weekdays and leap days included. */
const CYCLE_YEARS = 28;
const CYCLE = BigInt(10_227 * SECONDS_PER_DAY);

/**
 * Maps published dates to a chain's clock, which cannot go back: every date is moved by the same number of 28-year
 * cycles, so that day counts, leap days and year ends stay what they are. The move depends on the first date alone,
 * so that runs on different chains see the same times.
 */
export class ScenarioClock {
  private constructor(
    private readonly connection: NetworkConnection<"l1">,
    /** Seconds added to every date. */
    readonly shift: bigint,
  ) {}

  /**
   * @param first date (`YYYY-MM-DD`, UTC+8) of the scenario's first event.
   * @throws UserError when the network's clock cannot be set.
   */
  static async open(connection: NetworkConnection<"l1">, first: string): Promise<ScenarioClock> {
    const begin = BigInt(parseDate(first));
    const today = BigInt(Math.floor(Date.now() / 1000));
    const behind = today > begin ? today - begin : 0n;
    const clock = new ScenarioClock(connection, ((behind + CYCLE - 1n) / CYCLE) * CYCLE);
    const latest = await clock.now();
    if (latest > begin + clock.shift) {
      throw new UserError(
        `The chain's clock is past ${first} (moved by ${clock.years} years): start the node anew, clocks only go forward.`,
      );
    }
    return clock;
  }

  /** Years added to every date. */
  get years(): number {
    return Number(this.shift / CYCLE) * CYCLE_YEARS;
  }

  /** Unix seconds on the chain's clock of an hour (UTC+8) of a published date. */
  at(date: string, hour = 0): bigint {
    return BigInt(parseDate(date) + hour * 3_600) + this.shift;
  }

  /** The published time that a time of the chain stands for. */
  published(time: bigint): bigint {
    return time - this.shift;
  }

  /** Time of the latest block. */
  async now(): Promise<bigint> {
    const block = await this.connection.ethers.provider.getBlock("latest");
    if (block === null) throw new UserError("The network has no block yet: check that the node is running.");
    return BigInt(block.timestamp);
  }

  /**
   * The end of tomorrow, UTC+8: until when what is asked for today stays open. It does not depend on the second, which
   * nodes count differently.
   */
  async deadline(): Promise<bigint> {
    return BigInt(startOfDay(await this.now()) + 2 * SECONDS_PER_DAY);
  }

  /** Moves the chain to an hour of a published date; a time that has passed already stays. */
  async moveTo(date: string, hour: number): Promise<void> {
    await this.moveToTime(this.at(date, hour));
  }

  /** Moves the chain to a time on its own clock, Unix seconds; one that has passed already stays. */
  async moveToTime(time: bigint): Promise<void> {
    if ((await this.now()) >= time) return;
    try {
      await this.connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [Number(time)] });
      await this.connection.provider.request({ method: "evm_mine", params: [] });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new UserError(
        `The clock of the network ${this.connection.networkName} cannot be set (${cause}): use a development node.`,
      );
    }
  }
}
