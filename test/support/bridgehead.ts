import type { ContractTransactionResponse } from "ethers";
import { assignBetween, nextAddress } from "../../sdk/deploy/between.js";
import {
  homecomingHold,
  homecomingId,
  passageHold,
  passageId,
  type Homecoming,
  type Passage,
} from "../../sdk/eip712/bridgehead.js";
import { carryHeaderOf, proveEvent } from "../../sdk/interop/events.js";
import type { LogProof } from "../../sdk/interop/proofs.js";
import { minor } from "../../sdk/money.js";
import type { AbroadBridgehead, HomeBridgehead } from "../../types/ethers-contracts/index.js";
import { CHAIN_ID } from "../interop/fixture.js";
import { ref, type Chain, type ChainName } from "./chain.js";
import { POWER, fund, type Jurisdiction } from "./currency.js";
import { deployExchangePair, votesOf, type ExchangeSide } from "./exchange.js";

/** Most that may be abroad. */
export const CAP = minor("1000.00");
/** Seconds that a passage has. */
export const DAY = 86_400n;

/** One end of the passage with its ledger; `money` is the e-CNY there. */
export interface End<Bridgehead> extends Omit<ExchangeSide, "exchange"> {
  readonly bridgehead: Bridgehead;
}

/** The e-CNY at home on the mainland's ledger and abroad on Hong Kong's. */
export interface BridgeheadPair {
  readonly home: End<HomeBridgehead>;
  readonly abroad: End<AbroadBridgehead>;
}

/** Both bridgeheads, their caps open; nothing is abroad. At home the mainland's banks have money. */
export async function deployBridgeheads(chains: Readonly<Record<ChainName, Chain>>): Promise<BridgeheadPair> {
  const { mainland, hongkong } = await deployExchangePair(chains);
  // what is the e-CNY on the other ledger is under the same central bank's authority there
  const abroadAt = hongkong.mainland;
  const money = abroadAt.currency;
  const expected = {
    home: await nextAddress(mainland),
    abroad: await nextAddress(hongkong),
  };
  const home = await chains.mainland.ethers.deployContract("HomeBridgehead", [
    mainland.money,
    mainland.foreignLedger,
    expected.abroad,
    mainland.at.authority,
  ]);
  const abroad = await chains.hongkong.ethers.deployContract("AbroadBridgehead", [
    money,
    hongkong.foreignLedger,
    expected.home,
    abroadAt.authority,
  ]);
  await assignOffices(mainland.at, home);
  await assignOffices(abroadAt, abroad);
  const { governor, issuer } = abroadAt.officers;
  await money.connect(governor).appoint(abroad, POWER.issuer, ref("issuance abroad"));
  await money.connect(governor).dismiss(issuer, POWER.issuer);
  await fund(mainland.at, mainland.icbc, 10n * CAP);
  await fund(mainland.at, mainland.boc, 10n * CAP);
  return {
    home: { ...mainland, bridgehead: home },
    abroad: { ...hongkong, at: abroadAt, money, bridgehead: abroad },
  };
}

/** What the tests do again and again with one passage. */
export class PassageUnderTest {
  readonly id: string;

  constructor(
    readonly pair: BridgeheadPair,
    readonly terms: Passage,
  ) {
    this.id = passageId(terms);
  }

  /** From the first bank at home to a Hong Kong bank's wallet abroad. */
  static async open(pair: BridgeheadPair, changed: Partial<Passage> = {}): Promise<PassageUnderTest> {
    const { home, abroad } = pair;
    return new PassageUnderTest(pair, {
      home: { chainId: CHAIN_ID.mainland, bridgehead: await home.bridgehead.getAddress() },
      abroad: { chainId: CHAIN_ID.hongkong, bridgehead: await abroad.bridgehead.getAddress() },
      payer: home.icbc.address,
      to: abroad.hsbc.address,
      amount: minor("400.00"),
      deadline: BigInt(await abroad.chain.networkHelpers.time.latest()) + DAY,
      salt: ref("first passage"),
      ...changed,
    });
  }

  place(): Promise<ContractTransactionResponse> {
    const { home } = this.pair;
    return home.money.connect(home.icbc).placeHold(passageHold(this.terms));
  }

  lock(): Promise<ContractTransactionResponse> {
    const { home } = this.pair;
    return home.bridgehead.connect(home.carrier).lock(this.terms);
  }

  /** Placed and locked; the proof of it is abroad. */
  async locked(): Promise<LogProof> {
    await this.place();
    await this.lock();
    return this.proveLocked();
  }

  mint(proof: LogProof): Promise<ContractTransactionResponse> {
    const { abroad } = this.pair;
    return abroad.bridgehead.connect(abroad.carrier).mint(this.terms, proof);
  }

  async minted(): Promise<void> {
    await this.mint(await this.locked());
  }

  /** Past the deadline without having been minted; the proof of it is at home. */
  async declined(): Promise<LogProof> {
    const { abroad } = this.pair;
    await abroad.chain.networkHelpers.time.increaseTo(this.terms.deadline);
    await abroad.bridgehead.connect(abroad.carrier).decline(this.terms);
    return proofOf(abroad, this.pair.home, "Declined", this.id);
  }

  release(proof: LogProof): Promise<ContractTransactionResponse> {
    const { home } = this.pair;
    return home.bridgehead.connect(home.carrier).release(this.terms, proof);
  }

  proveLocked(): Promise<LogProof> {
    return proofOf(this.pair.home, this.pair.abroad, "Locked", this.id);
  }

  /** From the Hong Kong bank abroad to the second bank at home. */
  homecoming(changed: Partial<Homecoming> = {}): Homecoming {
    const { home, abroad } = this.pair;
    return {
      passage: this.id,
      holder: abroad.hsbc.address,
      payee: home.boc.address,
      amount: minor("150.25"),
      salt: ref("first homecoming"),
      ...changed,
    };
  }

  async placeHomecoming(homecoming: Homecoming): Promise<ContractTransactionResponse> {
    const { abroad } = this.pair;
    const hold = homecomingHold(homecoming, await abroad.bridgehead.getAddress());
    return abroad.money.connect(abroad.hsbc).placeHold(hold);
  }

  burn(homecoming: Homecoming): Promise<ContractTransactionResponse> {
    const { abroad } = this.pair;
    return abroad.bridgehead.connect(abroad.carrier).burn(this.terms, homecoming);
  }

  /** Burned abroad; the proof of it is at home. */
  async burned(homecoming: Homecoming): Promise<LogProof> {
    await this.placeHomecoming(homecoming);
    await this.burn(homecoming);
    return proofOf(this.pair.abroad, this.pair.home, "Burned", homecomingId(homecoming));
  }

  pay(homecoming: Homecoming, proof: LogProof): Promise<ContractTransactionResponse> {
    const { home } = this.pair;
    return home.bridgehead.connect(home.carrier).pay(this.terms, homecoming, proof);
  }
}

/** The proof of an event of one bridgehead, its header carried to the other. */
export async function proofOf(
  from: End<HomeBridgehead | AbroadBridgehead>,
  to: End<HomeBridgehead | AbroadBridgehead>,
  event: "Locked" | "Declined" | "Burned",
  id: string,
): Promise<LogProof> {
  const found = await proveEvent({ endpoint: from.endpoint, contract: from.bridgehead }, event, id);
  await carryHeaderOf(to.foreignLedger, to.carrier, found, votesOf);
  return found.proof;
}

async function assignOffices(
  { authority, officers }: Jurisdiction,
  bridgehead: HomeBridgehead | AbroadBridgehead,
): Promise<void> {
  await assignBetween({ authority, admin: officers.admin }, bridgehead, "bridgehead");
  await bridgehead.connect(officers.governor).setCap(CAP);
}
