import { ZeroAddress, ZeroHash, toBeHex, type AddressLike } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { assignBetween } from "../../../sdk/deploy/between.js";
import {
  USE_CASE,
  corridorPayment,
  corridorQuoteId,
  corridorQuoteTypedData,
  useCaseBits,
  verdictTypedData,
} from "../../../sdk/eip712/corridor.js";
import { exchangeHolds } from "../../../sdk/eip712/exchange.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { COMPLIANCE_ROLE } from "../../../sdk/interop/roles.js";
import { RATE_SCALE } from "../../../sdk/rates.js";
import type { BilateralCorridor } from "../../../types/ethers-contracts/index.js";
import { CHAIN_ID } from "../../interop/fixture.js";
import { ref } from "../chain.js";
import type { CORRIDOR_ROWS } from "./bilateralTable.js";
import { BetweenLedgers, PEER } from "./exchangeStage.js";
import type { Calls } from "./prepared.js";
import { exchangeCallsOf, type Side } from "./protocolCalls.js";
import type { Scene } from "./stage.js";

const AMOUNT = 1_000n;
const DAY = 86_400n;
const LIMITS = { payment: AMOUNT, day: AMOUNT, window: AMOUNT };

/** The corridor on the stage's chain; `engine`: settlement takes place here. */
export async function corridorOf(
  f: Scene,
  { between, engine = f.suite.engine }: { between?: BetweenLedgers; engine?: AddressLike } = {},
): Promise<BilateralCorridor> {
  const { side, who, suite, chain } = f;
  const { ledger } = between ?? (await BetweenLedgers.open(f));
  const setup = {
    ...{ currency: side.currency, foreignCurrency: PEER, agent: who.operating, foreignAgent: who.participating },
    ...{ engine, windowLength: DAY },
  };
  const args = [ledger, PEER, side.authority, suite.mainland.authority, setup] as const;
  const corridor = await chain.ethers.deployContract("BilateralCorridor", [...args]);
  const bank = { authority: side.authority, admin: side.offices.admin };
  for (const kind of ["exchange", "corridor"] as const) await assignBetween(bank, corridor, kind);
  const { selector } = corridor.getFunction("recordVerdict").fragment;
  const authority = side.authority.connect(side.offices.admin);
  await authority.setTargetFunctionRole(corridor, [selector], COMPLIANCE_ROLE);
  await authority.grantRole(COMPLIANCE_ROLE, who.operating, 0n);
  await corridor.connect(who.governor).setLimits(USE_CASE.trade, LIMITS);
  return corridor;
}

/** A payment whose payer (decider) or payee (follower) is here, its hold in place. */
async function placed(f: Scene, here: Side) {
  const { side, who } = f;
  const between = await BetweenLedgers.open(f);
  const corridor = await corridorOf(f, { between });
  const [to, token] = [await corridor.getAddress(), await side.currency.getAddress()];
  const own = { chainId: between.chainId, corridor: to, currency: token, agent: who.operating.address };
  const other = { chainId: CHAIN_ID.mainland, corridor: PEER, currency: PEER, agent: PEER };
  const decides = here === "decider";
  const quote = {
    payer: decides ? who.holder.address : PEER,
    ...{ base: decides ? PEER : token, counter: decides ? token : PEER, rate: RATE_SCALE },
    ...{ minimum: AMOUNT, maximum: AMOUNT, notAfter: between.now + DAY, nonce: 0n },
  };
  const domain = await domainOf(corridor);
  const payment = corridorPayment({
    ...{ from: decides ? own : other, to: decides ? other : own, quote, quoteId: corridorQuoteId(domain, quote) },
    payee: decides ? PEER : who.holder.address,
    ...{ amount: AMOUNT, useCase: "trade", purpose: "TRAD", travelRule: ref("travel rule"), deadline: quote.notAfter },
  });
  const giver = decides ? who.holder : who.operating;
  await side.currency.connect(giver).placeHold(exchangeHolds(payment.terms)[here]);
  const { terms, order, id } = payment;
  const signature = await sign(who.operating, corridorQuoteTypedData(domain, quote));
  const verdict = { id, approved: true, sanctionsList: ref("list"), notAfter: quote.notAfter };
  const judged = async (officer: HardhatEthersSigner) =>
    [terms, order, verdict, officer.address, await sign(officer, verdictTypedData(domain, verdict))] as const;
  return { between, contract: corridor, to, terms, order, id, quote, signature, judged };
}

/** The same, accepted if it is to be, and approved. */
async function approved(f: Scene, here: Side) {
  const it = await placed(f, here);
  if (here === "decider") await it.contract.accept(it.terms, it.order, it.quote, it.signature);
  await it.contract.recordVerdict(...(await it.judged(f.who.operating)));
  return it;
}

/** A corridor whose first window is over. */
async function due(f: Scene) {
  const corridor = await corridorOf(f);
  await f.chain.networkHelpers.time.increase(DAY);
  return { corridor, to: await corridor.getAddress() };
}

export const corridorCalls: Calls<typeof CORRIDOR_ROWS> = {
  ...exchangeCallsOf({ placed, agreed: approved, payee: "holder", withdrawn: "decider" }),
  setLimits: async (f) => ({ to: await (await corridorOf(f)).getAddress(), args: [USE_CASE.trade, LIMITS] }),
  suspend: async (f) => ({ to: await (await corridorOf(f)).getAddress(), args: [useCaseBits("trade")] }),
  resume: async (f) => ({ to: await (await corridorOf(f)).getAddress(), args: [useCaseBits("trade")] }),
  setAuthority: async (f) => {
    const corridor = await corridorOf(f);
    return { to: await corridor.getAddress(), args: [await f.side.authority.getAddress()] };
  },
  accept: async (f) => {
    const { to, terms, order, quote, signature } = await placed(f, "decider");
    return { to, args: [terms, order, quote, signature] };
  },
  recordVerdict: async (f) => {
    const { to, judged } = await placed(f, "follower");
    return { to, args: await judged(f.who.operating) };
  },
  "recordVerdict: signed by the caller": async (f) => {
    const { to, judged } = await placed(f, "follower");
    return { to, args: judged };
  },
  settleWindow: async (f) => {
    const { to } = await due(f);
    return { to, args: [] };
  },
  reportWindow: async (f) => {
    const between = await BetweenLedgers.open(f);
    const corridor = await corridorOf(f, { between, engine: ZeroAddress });
    const proof = await between.told(
      "WindowSettled(uint256,uint256,uint256,uint256,bytes32)",
      toBeHex(0n, 32),
      ["uint256", "uint256", "uint256", "bytes32"],
      [0n, 0n, 0n, ZeroHash],
    );
    return { to: await corridor.getAddress(), args: [proof] };
  },
  restateSettlement: async (f) => {
    const { corridor, to } = await due(f);
    await corridor.settleWindow();
    return { to, args: [] };
  },
};
