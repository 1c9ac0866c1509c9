import { AbiCoder, keccak256, toUtf8Bytes, type BaseContract } from "ethers";
import {
  homecomingHold,
  homecomingId,
  passageHold,
  passageId,
  type Homecoming,
  type Passage,
} from "../../../sdk/eip712/bridgehead.js";
import { assignBetween, type CentralBank } from "../../../sdk/deploy/between.js";
import { exchangeHolds, exchangeId, type ExchangeTerms } from "../../../sdk/eip712/exchange.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import type { LogProof } from "../../../sdk/interop/proofs.js";
import { signHeader } from "../../../sdk/interop/validators.js";
import type { ForeignLedger } from "../../../types/ethers-contracts/index.js";
import { fabricate, receiptOf } from "../../interop/fabricated.js";
import { CHAIN_ID, QUORUM, addressesOf, validatorsNamed } from "../../interop/fixture.js";
import { ref } from "../chain.js";
import { POWER } from "../currency.js";
import type { Scene } from "./stage.js";

const FOREIGN_CHAIN = CHAIN_ID.mainland;
const VALIDATORS = validatorsNamed("mainland");
/** Stands on the other ledger, of which only its signed headers are seen here. */
export const PEER = "0x00000000000000000000000000000000000BEE12";
const AMOUNT = 1_000n;
const CAP = 1_000_000n;
const DAY = 86_400n;

/** The suite's chain joined to another one. */
export class BetweenLedgers {
  private constructor(
    readonly f: Scene,
    readonly ledger: ForeignLedger,
    readonly chainId: bigint,
    readonly now: bigint,
  ) {}

  static async open(f: Scene): Promise<BetweenLedgers> {
    const { ethers, networkHelpers } = f.chain;
    const { chainId } = await ethers.provider.getNetwork();
    const args = [FOREIGN_CHAIN, f.side.authority, addressesOf(VALIDATORS), QUORUM] as const;
    const ledger = await ethers.deployContract("ForeignLedger", [...args]);
    return new BetweenLedgers(f, ledger, chainId, BigInt(await networkHelpers.time.latest()));
  }

  private get bank(): CentralBank {
    const { authority, offices } = this.f.side;
    return { authority, admin: offices.admin };
  }

  async exchange() {
    const { f, ledger } = this;
    const other = f.suite.mainland.authority;
    const args = [ledger, PEER, f.side.authority, other] as const;
    const contract = await f.chain.ethers.deployContract("LedgerExchange", [...args]);
    await assignBetween(this.bank, contract, "exchange");
    return contract;
  }

  async home() {
    const { f, ledger } = this;
    const args = [f.side.currency, ledger, PEER, f.side.authority] as const;
    const contract = await f.chain.ethers.deployContract("HomeBridgehead", [...args]);
    await assignBetween(this.bank, contract, "bridgehead");
    await contract.connect(f.who.governor).setCap(CAP);
    return contract;
  }

  async abroad() {
    const { f, ledger } = this;
    const args = [f.side.currency, ledger, PEER, f.side.authority] as const;
    const contract = await f.chain.ethers.deployContract("AbroadBridgehead", [...args]);
    await assignBetween(this.bank, contract, "bridgehead");
    await contract.connect(f.who.governor).setCap(CAP);
    await f.side.currency.connect(f.who.governor).appoint(contract, POWER.issuer, ref("issuance abroad"));
    return contract;
  }

  /** What the peer logged about `id`, proven here. */
  async told(event: string, id: string, types: readonly string[] = [], values: readonly unknown[] = []) {
    const { ledger } = this;
    const data = AbiCoder.defaultAbiCoder().encode(types, values);
    const log = [PEER, [keccak256(toUtf8Bytes(event)), id], data];
    const block = await fabricate([receiptOf([log])]);
    const vote = { chainId: FOREIGN_CHAIN, epoch: 1n, blockHash: block.hash };
    const signatures = await signHeader(await domainOf(ledger), VALIDATORS.slice(0, Number(QUORUM)), vote);
    await ledger.acceptHeader(block.rlp, 1n, signatures);
    return block.proof(0);
  }

  /** The holder gives here to the operating institution; this side decides or follows. */
  async terms(contract: BaseContract, here: "decider" | "follower"): Promise<ExchangeTerms> {
    const { f, chainId, now } = this;
    const [giver, taker] = [f.who.holder.address, f.who.operating.address];
    const own = {
      ...{ chainId, exchange: await contract.getAddress(), token: await f.side.currency.getAddress() },
      ...{ giver, taker, amount: AMOUNT },
    };
    const other = { chainId: FOREIGN_CHAIN, exchange: PEER, token: PEER, giver: taker, taker: giver, amount: AMOUNT };
    const halves = here === "decider" ? { decider: own, follower: other } : { decider: other, follower: own };
    return { ...halves, deadline: now + DAY, salt: ref("exchange") };
  }

  /** The holder's hold of an exchange, armed if it follows. */
  async placed(terms: ExchangeTerms, here: "decider" | "follower"): Promise<string> {
    const { f } = this;
    await f.side.currency.connect(f.who.holder).placeHold(exchangeHolds(terms)[here]);
    return exchangeId(terms);
  }

  armedProof(id: string): Promise<LogProof> {
    return this.told("Armed(bytes32,address,address,address,uint256,bytes32)", id);
  }

  decidedProof(id: string, captured: boolean): Promise<LogProof> {
    return this.told("Decided(bytes32,bool)", id, ["bool"], [captured]);
  }

  /** Money of the operating institution that leaves (from home) or arrives (abroad). */
  async passage(contract: BaseContract, here: "home" | "abroad"): Promise<Passage> {
    const { f, chainId, now } = this;
    const own = { chainId, bridgehead: await contract.getAddress() };
    const other = { chainId: FOREIGN_CHAIN, bridgehead: PEER };
    const places = here === "home" ? { home: own, abroad: other } : { home: other, abroad: own };
    const account = f.who.operating.address;
    return { ...places, payer: account, to: account, amount: AMOUNT, deadline: now + DAY, salt: ref("passage") };
  }

  async placedPassage(passage: Passage): Promise<string> {
    const { f } = this;
    await f.side.currency.connect(f.who.operating).placeHold(passageHold(passage));
    return passageId(passage);
  }

  lockedProof(id: string): Promise<LogProof> {
    const code = keccak256(toUtf8Bytes("HKD"));
    return this.told(
      "Locked(bytes32,address,uint256,uint8,bytes32,bytes32)",
      id,
      ["uint256", "uint8", "bytes32", "bytes32"],
      [AMOUNT, 2, code, ref("hold")],
    );
  }

  declinedProof(id: string): Promise<LogProof> {
    return this.told("Declined(bytes32)", id);
  }

  homecoming(passage: Passage): Homecoming {
    const { holder, operating } = this.f.who;
    return {
      passage: passageId(passage),
      holder: operating.address,
      payee: holder.address,
      amount: AMOUNT,
      salt: ref("home"),
    };
  }

  burnedProof(homecoming: Homecoming): Promise<LogProof> {
    return this.told("Burned(bytes32,bytes32,address,address,uint256)", homecomingId(homecoming));
  }

  async placedHomecoming(contract: BaseContract, homecoming: Homecoming): Promise<void> {
    const { f } = this;
    const hold = homecomingHold(homecoming, await contract.getAddress());
    await f.side.currency.connect(f.who.operating).placeHold(hold);
  }

  async passDeadline(): Promise<void> {
    await this.f.chain.networkHelpers.time.increaseTo(this.now + DAY);
  }
}
