import type { ContractRunner, ContractTransactionResponse } from "ethers";
import { IHoldLedger__factory, type ForeignLedger, type LedgerExchange } from "../../types/ethers-contracts/index.js";
import { exchangeHolds, exchangeId, type ExchangeTerms } from "../eip712/exchange.js";
import { holdId } from "../eip712/ledger.js";
import { carryHeaderOf, isCarriable, proveEvent, type FoundEvent } from "./events.js";
import { revertData } from "../operations/refusal.js";
import type { Votes } from "./relayer.js";
import type { Endpoint } from "./rpc.js";

/** One ledger as whoever carries proofs sees it. */
export interface ExchangeLedger {
  readonly endpoint: Endpoint;
  readonly exchange: LedgerExchange;
  /** What this ledger knows of the other. */
  readonly foreignLedger: ForeignLedger;
  /** Sends the transactions; needs no right and no trust. */
  readonly carrier: ContractRunner;
}

/**
 * What one step of a relayer came to; `refused`: a taker cannot be paid now; `said again`: an event whose transaction
 * logged too much to be proven.
 */
export type Step =
  "armed" | "said again" | "captured" | "called off" | "followed" | "completed" | "refused" | "waiting" | "ended";

const STANDING = { none: 0n, armed: 1n, captured: 2n } as const;
const DECISION = { open: 0n, captured: 1n } as const;

/**
 * Carries an exchange to its end. It keeps nothing: every step is chosen by what the two ledgers say, so one that is
 * killed is replaced by another.
 */
export class ExchangeRelayer {
  constructor(
    private readonly decider: ExchangeLedger,
    private readonly follower: ExchangeLedger,
    private readonly votes: Votes,
  ) {}

  /**
   * The next step of an exchange, if there is one that anybody may take.
   * @param sent is told every transaction, in order.
   */
  async advance(
    terms: ExchangeTerms,
    sent: (transaction: ContractTransactionResponse) => Promise<void>,
  ): Promise<Step> {
    const { decider, follower } = this;
    const standing = await follower.exchange.standingOf(terms);
    const decision = await decider.exchange.decisionOf(exchangeId(terms));
    const left = await this.#left(terms);
    if (standing === STANDING.captured) {
      if (left.follower === 0n) return "ended";
      const exchange = follower.exchange.connect(follower.carrier);
      if (await isRefused(exchange.complete.staticCall(terms))) return "refused";
      await sent(await exchange.complete(terms));
      return "completed";
    }
    if (standing === STANDING.none) {
      if (decision !== DECISION.open || left.follower !== terms.follower.amount) return "waiting";
      await sent(await follower.exchange.connect(follower.carrier).arm(terms));
      return "armed";
    }
    if (standing !== STANDING.armed) return "ended";
    if (decision !== DECISION.open) {
      const proof = await this.#carry(decider, follower, "Decided", terms, sent);
      if (proof === undefined) {
        await sent(await decider.exchange.connect(decider.carrier).restateDecision(exchangeId(terms)));
        return "said again";
      }
      await sent(await follower.exchange.connect(follower.carrier).follow(terms, proof));
      return "followed";
    }
    if (await this.#isDue(terms)) {
      await sent(await decider.exchange.connect(decider.carrier).callOff(terms));
      return "called off";
    }
    if (left.decider === 0n) return "waiting";
    const proof = await this.#carry(follower, decider, "Armed", terms, sent);
    if (proof === undefined) {
      await sent(await follower.exchange.connect(follower.carrier).restateArming(terms));
      return "said again";
    }
    const exchange = decider.exchange.connect(decider.carrier);
    if (await isRefused(exchange.decide.staticCall(terms, proof))) return "refused";
    await sent(await exchange.decide(terms, proof));
    return "captured";
  }

  /** Brings the proof of what happened on one ledger to the other, unless it is too long. */
  async #carry(
    from: ExchangeLedger,
    to: ExchangeLedger,
    event: "Armed" | "Decided",
    terms: ExchangeTerms,
    sent: (transaction: ContractTransactionResponse) => Promise<void>,
  ): Promise<FoundEvent["proof"] | undefined> {
    const found = await proveExchangeEvent(from, event, terms);
    if (!isCarriable(found)) return undefined;
    const header = await carryHeaderOf(to.foreignLedger, to.carrier, found, this.votes);
    if (header !== undefined) await sent(header);
    return found.proof;
  }

  async #left(terms: ExchangeTerms): Promise<{ readonly decider: bigint; readonly follower: bigint }> {
    const holds = exchangeHolds(terms);
    return {
      decider: await remaining(this.decider, terms.decider.token, holdId(holds.decider)),
      follower: await remaining(this.follower, terms.follower.token, holdId(holds.follower)),
    };
  }

  async #isDue({ deadline }: ExchangeTerms): Promise<boolean> {
    const block = await this.decider.carrier.provider?.getBlock("latest");
    return BigInt(block?.timestamp ?? 0) >= deadline;
  }
}

/**
 * The proof that an exchange was armed or decided.
 * @throws UserError if it was not.
 */
export function proveExchangeEvent(
  { endpoint, exchange }: Pick<ExchangeLedger, "endpoint" | "exchange">,
  event: "Armed" | "Decided",
  terms: ExchangeTerms,
): Promise<FoundEvent> {
  return proveEvent({ endpoint, contract: exchange }, event, exchangeId(terms));
}

async function remaining({ carrier }: ExchangeLedger, token: string, id: string): Promise<bigint> {
  return (await IHoldLedger__factory.connect(token, carrier).holdState(id)).remaining;
}

async function isRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (revertData(error) === undefined) throw error;
    return true;
  }
}
