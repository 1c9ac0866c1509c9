import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroHash } from "ethers";
import { openDisclosure } from "../../sdk/deploy/disclosure.js";
import { disclosureId, type DisclosureRequest } from "../../sdk/eip712/disclosure.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { sealAnswer, type SealedAnswer } from "../../sdk/payments/disclosure.js";
import { identityCommitment, openFile, scopeOf, type IdentityFile } from "../../sdk/payments/identity.js";
import { readerKeys, type ReaderKeys } from "../../sdk/sealing.js";
import type { Disclosure } from "../../types/ethers-contracts/index.js";
import { actors, ref, type Chain } from "./chain.js";
import { CLASS, deployMoney, fund, type Money } from "./currency.js";

/** Seconds. */
export const DAY = 86_400n;
/** How far away a request's end may be; see `IDisclosure`. */
export const LONGEST_TERM = 90n * DAY;

/** What this run compiled, and under coverage instrumented. */
const { bytecode } = await artifacts.readArtifact("Disclosure");

/** The mainland's disclosure contract: eve is a customer of icbc's whose identity is asked for, finn one of boc's. */
export interface Disclosing extends Money {
  readonly chain: Chain;
  readonly disclosure: Disclosure;
  readonly money: Money["mainland"]["currency"];
  /** Holds the warrant role; has no wallet and no other right. */
  readonly court: HardhatEthersSigner;
  readonly courtKeys: ReaderKeys;
  readonly eve: HardhatEthersSigner;
  readonly finn: HardhatEthersSigner;
  readonly files: { readonly eve: IdentityFile; readonly finn: IdentityFile };
}

/** Both wallets are open with real commitments, eve has money. */
export async function deployDisclosure(chain: Chain): Promise<Disclosing> {
  const money = await deployMoney(chain);
  const { currency, authority, officers, banks } = money.mainland;
  // three beyond the cast of `deployMoney`
  const { court, eve, finn } = await spare(chain);
  const bank = { authority, admin: officers.admin };
  const disclosure = await openDisclosure({
    ...bank,
    ...{ deployer: money.deployer, currency, warranted: court, initCode: bytecode },
  });
  const files = {
    eve: openFile({
      name: "Eve Zhang",
      document: "110101199003070042",
      phone: "+8613800138000",
      address: "Chang'an 1",
    }),
    finn: openFile({ name: "Finn Liu", document: "310101198511230019", phone: "+8613900139000", address: "Bund 9" }),
  };
  await currency.connect(banks[0].account).openWallet(eve, CLASS.II, identityCommitment(files.eve));
  await currency.connect(banks[1].account).openWallet(finn, CLASS.II, identityCommitment(files.finn));
  await fund(money.mainland, eve, 100_000n);
  return { ...money, chain, disclosure, money: currency, court, courtKeys: readerKeys(), eve, finn, files };
}

async function spare(chain: Chain) {
  const names = Array.from({ length: 14 }, (_, index) => `cast ${index}` as const);
  const { court, eve, finn } = await actors(chain, ...names, "court", "eve", "finn");
  return { court, eve, finn };
}

/** A request of the court's about eve's wallet, for name and document, that ends in thirty days. */
export class RequestUnderTest {
  readonly id: string;

  private constructor(
    private readonly f: Disclosing,
    readonly terms: DisclosureRequest,
    domain: Awaited<ReturnType<typeof domainOf>>,
  ) {
    this.id = disclosureId(domain, terms);
  }

  /** Not made yet. */
  static async drafted(f: Disclosing, changed: Partial<DisclosureRequest> = {}): Promise<RequestUnderTest> {
    const terms: DisclosureRequest = {
      authority: f.court.address,
      institution: Number(f.mainland.banks[0].number),
      wallet: f.eve.address,
      identity: identityCommitment(f.files.eve),
      payment: ZeroHash,
      scope: scopeOf(["name", "document"]),
      legalBasis: ref("warrant"),
      readerKey: f.courtKeys.publicKey,
      expiry: BigInt(await f.chain.networkHelpers.time.latest()) + 30n * DAY,
      ...changed,
    };
    return new RequestUnderTest(f, terms, await domainOf(f.disclosure));
  }

  static async made(f: Disclosing, changed: Partial<DisclosureRequest> = {}): Promise<RequestUnderTest> {
    const request = await RequestUnderTest.drafted(f, changed);
    await request.request();
    return request;
  }

  static async approved(f: Disclosing, changed: Partial<DisclosureRequest> = {}): Promise<RequestUnderTest> {
    const request = await RequestUnderTest.made(f, changed);
    await request.approve();
    return request;
  }

  request(by: HardhatEthersSigner = this.f.court) {
    return this.f.disclosure.connect(by).request(this.terms);
  }

  approve(by: HardhatEthersSigner = this.f.icbc) {
    return this.f.disclosure.connect(by).approve(this.terms);
  }

  /** What the institution would answer with. */
  sealedAnswer(file: IdentityFile = this.f.files.eve): SealedAnswer {
    return sealAnswer(this.id, this.terms, file);
  }

  answer({ leaves, sealedHash }: Omit<SealedAnswer, "sealed"> = this.sealedAnswer(), by = this.f.icbc) {
    return this.f.disclosure.connect(by).answer(this.terms, [...leaves], sealedHash);
  }

  refuse(by: HardhatEthersSigner = this.f.icbc) {
    return this.f.disclosure.connect(by).refuse(this.terms, ref("reasons"));
  }

  withdraw(by: HardhatEthersSigner = this.f.court) {
    return this.f.disclosure.connect(by).withdraw(this.terms);
  }

  expire(by: HardhatEthersSigner = this.f.stranger) {
    return this.f.disclosure.connect(by).expire(this.terms);
  }

  /** The next transaction comes so many seconds after the request's last moment. */
  async at(secondsAfterExpiry: bigint): Promise<void> {
    await this.f.chain.networkHelpers.time.setNextBlockTimestamp(this.terms.expiry + secondsAfterExpiry);
  }

  async status(): Promise<bigint> {
    return (await this.f.disclosure.stateOf(this.id)).status;
  }
}
