import type { BridgeCode } from "../../../sdk/deploy/bridgeParameters.js";
import { UserError } from "../../../sdk/errors.js";
import { crossRate, formatRate, parseRate, RATE_SCALE } from "../../../sdk/rates.js";
import { mulDiv } from "../../../sdk/rounding.js";
import type { PilotInput } from "./input.js";

/** Reference rates of one day. */
export class DayRates {
  constructor(
    private readonly day: PilotInput["rates"][number],
    private readonly aedPerUsd: string,
  ) {}

  /** Minor units of `counter` for one of `base`, times 10^12. */
  cross(base: BridgeCode, counter: BridgeCode): bigint {
    return crossRate(this.perEuro(base), this.perEuro(counter));
  }

  /** Worth in US cents, rounded half up. */
  usd(code: BridgeCode, amount: bigint): bigint {
    return mulDiv(amount, crossRate(this.perEuro(code), this.day.USD), RATE_SCALE, "half-up");
  }

  /** What US cents come to, rounded down to hundreds. */
  fromUsd(code: BridgeCode, cents: bigint): bigint {
    const exact = mulDiv(cents, crossRate(this.day.USD, this.perEuro(code)), RATE_SCALE, "floor");
    return exact - (exact % 10_000n);
  }

  private perEuro(code: BridgeCode): string {
    if (code === "SAR") throw new UserError("The pilot had no riyal; name another currency.");
    if (code !== "AED") return this.day[code];
    // a peg to the dollar: no rate of its own to the euro is published
    return formatRate(mulDiv(parseRate(this.day.USD), parseRate(this.aedPerUsd), RATE_SCALE, "half-up"));
  }
}
