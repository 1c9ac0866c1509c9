import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type BaseContract } from "ethers";
import { openBridge, type BridgeBank, type BridgeMember, type OpenBridge } from "../../sdk/deploy/bridge.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { issueOnBridge } from "../../sdk/bridge/operations.js";
import { collectConsents, payment } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import type { GateVenueMock, IBridgeCurrency } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";

/** Class of each jurisdiction's banks in the other currencies. */
export const CORRIDOR = { CNY: 8, HKD: 9, THB: 10, AED: 11, SAR: 12 } as const;
/** A time that no test reaches, Unix seconds. */
export const FAR = 2n ** 40n;
/** What icbc and boc have of CNY, and hsbc and bochk of HKD, at the beginning. */
export const OPENING = minor("60000000");

/** The shared ledger with money issued to two banks of the mainland and two of Hong Kong. */
export interface Corridors extends OpenBridge {
  readonly cny: BridgeMember;
  readonly hkd: BridgeMember;
  readonly icbc: BridgeBank;
  readonly boc: BridgeBank;
  readonly hsbc: BridgeBank;
  readonly bochk: BridgeBank;
  readonly bangkok: BridgeBank;
  /** Takes no part. */
  readonly outsider: HardhatEthersSigner;
  /** Moves whatever its engine is told to, across any border of CNY and HKD. */
  readonly venue: GateVenueMock;
}

/** Call it inside a fixture: `async function deploy() { return deployCorridors(chain); }`. */
export async function deployCorridors(chain: Chain): Promise<Corridors> {
  const bridge = await openBridge(chain);
  const { CNY: cny, HKD: hkd } = bridge.members;
  const banks = {
    icbc: bridge.bank("TICBCNT0"),
    boc: bridge.bank("TBOCCNT0"),
    hsbc: bridge.bank("THSBHKT0"),
    bochk: bridge.bank("TBHKHKT0"),
    bangkok: bridge.bank("TBBLTHT0"),
  };
  const venue = await chain.ethers.deployContract("GateVenueMock", [bridge.gate, bridge.engine]);
  for (const { offices, currency } of [cny, hkd])
    await bridge.gate.connect(offices.governor).admitVenue(currency, venue);
  for (const bank of [banks.icbc, banks.boc]) await issueOnBridge(cny, bank, OPENING, `opening ${bank.bic}`, FAR);
  for (const bank of [banks.hsbc, banks.bochk]) await issueOnBridge(hkd, bank, OPENING, `opening ${bank.bic}`, FAR);
  const [outsider] = bridge.outsiders;
  if (outsider === undefined) throw new RangeError("the parameters leave no account to an outsider");
  return { ...bridge, cny, hkd, ...banks, venue, outsider };
}

let references = 0;

/** A payment through the test venue and the engine, by the payer's signature. */
export async function cross(
  f: Corridors,
  currency: IBridgeCurrency,
  from: BridgeBank,
  to: { readonly account: string },
  amount: string,
) {
  const token = await currency.getAddress();
  const side = { token, from: from.account, amount: minor(amount) };
  const instruction = payment({ businessRef: ref(`crossing ${++references}`) }, side, to.account);
  const consents = await collectConsents(await domainOf(f.engine), instruction, [from.signer]);
  return f.venue.run(f.engine, f.engine.interface.encodeFunctionData("settle", [instruction, consents, []]));
}

/** A hold of `amount` for the venue's test. */
export function holdOf(payer: BridgeBank, executor: string, amount: bigint, payee = ZeroAddress): Hold {
  return { payer: payer.account, payee, executor, amount, expiry: FAR, businessRef: ref(`hold ${++references}`) };
}

/** The role of an office calls a contract: by default the governor's. */
export function governing<C extends BaseContract>(contract: C, { offices }: BridgeMember): C {
  return contract.connect(offices.governor) as C;
}
