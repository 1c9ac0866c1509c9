import { Contract, ZeroAddress, type AddressLike, type ContractTransactionResponse } from "ethers";
import { holdId, type Hold } from "../../../sdk/eip712/ledger.js";
import { carryHeaderOf, type FoundEvent } from "../../../sdk/interop/events.js";
import { proveExchangeEvent } from "../../../sdk/interop/exchange.js";
import { refusalOf } from "../../../sdk/operations/refusal.js";
import type { IDigitalCurrency } from "../../../types/ethers-contracts/index.js";
import { ref } from "../../support/chain.js";
import { setRoom, type ExchangePair, type ExchangeSide, type ExchangeUnderTest } from "../../support/exchange.js";
import type { ActionName, HoldStand, State } from "./ExchangeModel.js";

/** What of the model's state the two ledgers can tell. */
export type Observed = Omit<State, (typeof HIDDEN)[number]>;

const HIDDEN = ["relayerAlive", "armedUnderWay", "decisionUnderWay", "deciderLost", "deadlinePassed"] as const;

/** The part of a state that the two ledgers can tell. */
export function observable(state: State): Partial<State> {
  const hidden: readonly string[] = HIDDEN;
  return Object.fromEntries(Object.entries(state).filter(([field]) => !hidden.includes(field)));
}

const STANDINGS = ["unarmed", "armed", "captured", "released"] as const;
const DECISIONS = ["open", "captured", "released"] as const;
const TEN_YEARS = 10 * 366 * 86_400;

/** One exchange on the two ledgers, acted on by the names of the model's actions. */
export class ExchangeOnChain {
  /** What somebody has read on one ledger and not yet brought to the other. */
  #armed: FoundEvent | undefined;
  #decided: FoundEvent | undefined;
  readonly #errors: Contract;
  readonly #acts: Readonly<Record<ActionName, () => Promise<unknown>>>;

  private constructor(
    readonly pair: ExchangePair,
    readonly exchange: ExchangeUnderTest,
    private readonly before: Readonly<Record<"decider" | "follower", bigint>>,
  ) {
    const { mainland, hongkong } = pair;
    const { money, exchange: contract, foreignLedger } = mainland;
    const fragments = [money, contract, foreignLedger].flatMap(({ interface: { fragments: own } }) => [...own]);
    this.#errors = new Contract(
      ZeroAddress,
      fragments.filter(({ type }) => type === "error"),
    );
    this.#acts = {
      "place the follower's hold": () => exchange.placeFollower(),
      "arm the follower's hold": () => exchange.arm(),
      "place the decider's hold": () => exchange.placeDecider(),
      "withdraw the follower's hold": () => this.#withdraw(hongkong, hongkong.treasury, exchange.holds.follower),
      "withdraw the decider's hold": () => this.#withdraw(mainland, mainland.company, exchange.holds.decider),
      "carry the proof of arming": async () => {
        this.#armed = await proveExchangeEvent(hongkong, "Armed", exchange.terms);
      },
      "decide: captured": () => this.#deliver(this.#armed, mainland, (proof) => exchange.decide(proof)),
      "decide: released": () => mainland.exchange.connect(mainland.company).callOff(exchange.terms),
      "free the decider's expired hold": () => free(mainland, exchange.holds.decider),
      "free the follower's hold by time": () => free(hongkong, exchange.holds.follower),
      "carry the proof of the decision": async () => {
        this.#decided = await proveExchangeEvent(mainland, "Decided", exchange.terms);
      },
      "follow the decision": () => this.#deliver(this.#decided, hongkong, (proof) => exchange.follow(proof)),
      "complete the payment": () => hongkong.exchange.connect(hongkong.carrier).complete(exchange.terms),
      "rule for the lost ledger": () => this.#rule(),
      "the relayer restarts": nothing,
      "the deadline passes": () => exchange.passDeadline(),
      // a relayer keeps nothing: what dies with it is a message that was not sent, which the model counts as lost
      "the relayer dies": nothing,
      "the proof of arming is lost": () => Promise.resolve((this.#armed = undefined)),
      "the proof of the decision is lost": () => Promise.resolve((this.#decided = undefined)),
      "the decider's ledger is halted": () => money.connect(mainland.at.officers.halter).haltAll(),
      "the follower's ledger is halted": () => hongkong.money.connect(hongkong.at.officers.halter).haltAll(),
      "the decider's payer is frozen": () => freeze(mainland, mainland.company),
      "the follower's payer is frozen": () => freeze(hongkong, hongkong.treasury),
      "the decider's payee is frozen": () => freeze(mainland, mainland.treasury),
      "the follower's payee is frozen": () => freeze(hongkong, hongkong.company),
      "the decider's payee is full": () => setRoom(mainland, "government", false),
      "the follower's payee is full": () => setRoom(hongkong, "corporate", false),
      "the decider's ledger is lost": nothing,
      "the decider's ledger is resumed": () => money.connect(mainland.at.officers.resumer).resumeAll(),
      "the follower's ledger is resumed": () => hongkong.money.connect(hongkong.at.officers.resumer).resumeAll(),
      "the decider's payer is unfrozen": () => unfreeze(mainland, mainland.company),
      "the follower's payer is unfrozen": () => unfreeze(hongkong, hongkong.treasury),
      "the decider's payee is unfrozen": () => unfreeze(mainland, mainland.treasury),
      "the follower's payee is unfrozen": () => unfreeze(hongkong, hongkong.company),
      "the decider's payee makes room": () => setRoom(mainland, "government", true),
      "the follower's payee makes room": () => setRoom(hongkong, "corporate", true),
    };
  }

  static async open(pair: ExchangePair, exchange: ExchangeUnderTest): Promise<ExchangeOnChain> {
    const { mainland, hongkong } = pair;
    return new ExchangeOnChain(pair, exchange, {
      decider: await mainland.money.balanceOf(mainland.treasury),
      follower: await hongkong.money.balanceOf(hongkong.company),
    });
  }

  /** Name of the error that the act is refused with; "none" if it is done. */
  perform(name: ActionName): Promise<string> {
    return refusalOf(this.#errors, this.#acts[name]());
  }

  /** Lets the follower's clock run far ahead of the decider's. */
  async delayFollower(): Promise<void> {
    await this.pair.hongkong.chain.networkHelpers.time.increase(TEN_YEARS);
  }

  async observe(): Promise<Observed> {
    const { mainland, hongkong } = this.pair;
    const { holds, terms, id } = this.exchange;
    return {
      deciderHold: await this.#standOf(mainland, holds.decider, mainland.treasury, this.before.decider),
      decision: DECISIONS[Number(await mainland.exchange.decisionOf(id))] ?? "open",
      deciderHalted: (await mainland.money.haltState(0)).allHalted,
      deciderPayerFrozen: await mainland.money.isFrozen(mainland.company),
      deciderPayee: await payeeOf(mainland, mainland.treasury, 7),
      followerHold: await this.#standOf(hongkong, holds.follower, hongkong.company, this.before.follower),
      standing: STANDINGS[Number(await hongkong.exchange.standingOf(terms))] ?? "unarmed",
      followerHalted: (await hongkong.money.haltState(0)).allHalted,
      followerPayerFrozen: await hongkong.money.isFrozen(hongkong.treasury),
      followerPayee: await payeeOf(hongkong, hongkong.company, 5),
    };
  }

  async #standOf({ money }: ExchangeSide, hold: Hold, taker: AddressLike, before: bigint): Promise<HoldStand> {
    const { remaining, used } = await money.holdState(holdId(hold));
    if (!used) return "none";
    if (remaining !== 0n) return "held";
    return (await money.balanceOf(taker)) - before === hold.amount ? "paid" : "back";
  }

  async #deliver(
    found: FoundEvent | undefined,
    to: ExchangeSide,
    use: (proof: FoundEvent["proof"]) => Promise<unknown>,
  ): Promise<void> {
    if (found === undefined) throw new RangeError("nothing is under way");
    await carryHeaderOf(to.foreignLedger, to.carrier, found, this.pair.votes);
    await use(found.proof);
  }

  #withdraw({ exchange, money }: ExchangeSide, payer: ExchangeSide["company"], hold: Hold): Promise<unknown> {
    return exchange.connect(payer).withdraw(money, hold);
  }

  /** Both central banks read the decision in the last record of the lost ledger. */
  async #rule(): Promise<void> {
    const { mainland, hongkong } = this.pair;
    const { terms, id } = this.exchange;
    const captured = (await mainland.exchange.decisionOf(id)) === 1n;
    for (const { authority, officers } of [hongkong.hongkong, hongkong.mainland]) {
      await hongkong.exchange
        .connect(officers.governor)
        .endorse(authority, terms, captured, ref("order on the lost ledger"));
    }
    await hongkong.chain.networkHelpers.time.increase(31n * 86_400n);
    await hongkong.exchange.connect(hongkong.carrier).rule(terms);
  }
}

async function nothing(): Promise<void> {}

function free({ money, stranger }: ExchangeSide, hold: Hold): Promise<ContractTransactionResponse> {
  return money.connect(stranger).releaseHold(hold);
}

function freeze({ money, at }: ExchangeSide, account: AddressLike): Promise<ContractTransactionResponse> {
  return money.connect(at.officers.enforcer).freeze(account, ref("order"));
}

function unfreeze({ money, at }: ExchangeSide, account: AddressLike): Promise<ContractTransactionResponse> {
  return money.connect(at.officers.enforcer).unfreeze(account, ref("order lifted"));
}

async function payeeOf(
  { money }: { readonly money: IDigitalCurrency },
  account: AddressLike,
  walletClass: number,
): Promise<State["deciderPayee"]> {
  if (await money.isFrozen(account)) return "frozen";
  return (await money.classLimits(walletClass)).balance === 0n ? "full" : "able";
}
