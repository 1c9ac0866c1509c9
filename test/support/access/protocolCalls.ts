import { exchangeHolds, type ExchangeTerms } from "../../../sdk/eip712/exchange.js";
import type { BilateralCorridor, LedgerExchange } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { BetweenLedgers } from "./exchangeStage.js";
import type { Scene } from "./stage.js";

const MONTHS = 100n * 86_400n;

/** Which half of an exchange is here. */
export type Side = "decider" | "follower";

/** A scene with the contract and this side's half of an exchange. */
interface Half {
  readonly between: BetweenLedgers;
  readonly contract: LedgerExchange | BilateralCorridor;
  readonly terms: ExchangeTerms;
  readonly to: string;
  readonly id: string;
}

/** How a contract comes to an exchange. */
interface Halves {
  /** The hold is in place. */
  readonly placed: (f: Scene, here: Side) => Promise<Half>;
  /** And nothing else is missing. */
  readonly agreed: (f: Scene, here: Side) => Promise<Half>;
  /** Whom a follower's hold pays. */
  readonly payee: "operating" | "holder";
  /** Which hold is taken back. */
  readonly withdrawn: Side;
}

/** Calls of the protocol of an exchange between two ledgers, whatever it exchanges. */
export function exchangeCallsOf({ placed, agreed, payee, withdrawn }: Halves) {
  async function armed(f: Scene): Promise<Half> {
    const it = await agreed(f, "follower");
    await it.contract.arm(it.terms);
    return it;
  }

  /** Endorsed by both authorities. */
  async function endorsed(f: Scene): Promise<Half> {
    const it = await armed(f);
    const { mainland, hongkong } = f.suite;
    for (const [{ authority }, officer] of [
      [hongkong, hongkong.offices.governor],
      [mainland, mainland.offices.admin],
    ] as const) {
      await it.contract.connect(officer).endorse(authority, it.terms, true, ref("order"));
    }
    return it;
  }

  return {
    arm: async (f: Scene) => {
      const { to, terms } = await agreed(f, "follower");
      return { to, args: [terms] };
    },
    restateArming: async (f: Scene) => {
      const { to, terms } = await armed(f);
      return { to, args: [terms] };
    },
    decide: async (f: Scene) => {
      const { between, to, terms, id } = await agreed(f, "decider");
      return { to, args: [terms, await between.armedProof(id)] };
    },
    callOff: async (f: Scene) => {
      const { to, terms } = await placed(f, "decider");
      return { to, args: [terms] };
    },
    "callOff: from the deadline on": async (f: Scene) => {
      const { between, to, terms } = await placed(f, "decider");
      await between.passDeadline();
      return { to, args: [terms] };
    },
    restateDecision: async (f: Scene) => {
      const { contract, to, terms, id } = await placed(f, "decider");
      await contract.connect(f.who.holder).callOff(terms);
      return { to, args: [id] };
    },
    follow: async (f: Scene) => {
      const { between, to, terms, id } = await armed(f);
      return { to, args: [terms, await between.decidedProof(id, true)] };
    },
    complete: async (f: Scene) => {
      const { between, contract, to, terms, id } = await armed(f);
      const { currency, offices } = f.side;
      await currency.connect(offices.enforcer).freeze(f.who[payee], ref("order"));
      await contract.follow(terms, await between.decidedProof(id, true));
      await currency.connect(offices.enforcer).unfreeze(f.who[payee], ref("order lifted"));
      return { to, args: [terms] };
    },
    withdraw: async (f: Scene) => {
      const { to, terms } = await placed(f, withdrawn);
      return { to, args: [await f.side.currency.getAddress(), exchangeHolds(terms)[withdrawn]] };
    },
    endorse: async (f: Scene) => {
      const { to, terms } = await armed(f);
      return { to, args: [await f.side.authority.getAddress(), terms, true, ref("order")] };
    },
    "endorse: for the other authority": async (f: Scene) => {
      const { to, terms } = await armed(f);
      return { to, args: [await f.suite.mainland.authority.getAddress(), terms, true, ref("order")] };
    },
    retract: async (f: Scene) => {
      const { to, id } = await endorsed(f);
      return { to, args: [await f.side.authority.getAddress(), id] };
    },
    rule: async (f: Scene) => {
      const { to, terms } = await endorsed(f);
      await f.chain.networkHelpers.time.increase(MONTHS);
      return { to, args: [terms] };
    },
  };
}
