import { NEVER, type Hold } from "./ledger.js";
import { structHashOf, type Types } from "./typedData.js";

/** One ledger's half of an exchange. See `ILedgerExchange`. */
export interface ExchangeLeg {
  readonly chainId: bigint;
  /** The `LedgerExchange` of that ledger. */
  readonly exchange: string;
  readonly token: string;
  readonly giver: string;
  readonly taker: string;
  /** Minor units, or units of an asset. */
  readonly amount: bigint;
}

/** The terms of an exchange across two ledgers. */
export interface ExchangeTerms {
  /** The half whose ledger decides. */
  readonly decider: ExchangeLeg;
  /** The half whose ledger does what was decided. */
  readonly follower: ExchangeLeg;
  /** Unix seconds by the decider's clock. */
  readonly deadline: bigint;
  /** 32 bytes. */
  readonly salt: string;
}

const EXCHANGE_TYPES: Types = {
  ExchangeTerms: [
    { name: "decider", type: "ExchangeLeg" },
    { name: "follower", type: "ExchangeLeg" },
    { name: "deadline", type: "uint256" },
    { name: "salt", type: "bytes32" },
  ],
  ExchangeLeg: [
    { name: "chainId", type: "uint256" },
    { name: "exchange", type: "address" },
    { name: "token", type: "address" },
    { name: "giver", type: "address" },
    { name: "taker", type: "address" },
    { name: "amount", type: "uint256" },
  ],
};

/** Id of an exchange: the struct hash of its terms, the same on both ledgers. */
export function exchangeId(terms: ExchangeTerms): string {
  return structHashOf({ primaryType: "ExchangeTerms", types: EXCHANGE_TYPES, message: terms });
}

/** The hold that each giver places on its ledger: the decider's ends by the deadline, the follower's by proof alone. */
export function exchangeHolds(terms: ExchangeTerms): { readonly decider: Hold; readonly follower: Hold } {
  const businessRef = exchangeId(terms);
  const hold = ({ giver, taker, exchange, amount }: ExchangeLeg, expiry: bigint): Hold => ({
    ...{ payer: giver, payee: taker, executor: exchange },
    ...{ amount, expiry, businessRef },
  });
  return { decider: hold(terms.decider, terms.deadline), follower: hold(terms.follower, NEVER) };
}
