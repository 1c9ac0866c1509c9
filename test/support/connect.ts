import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, ZeroHash, toUtf8Bytes, type TypedDataDomain } from "ethers";
import { openConnect } from "../../sdk/deploy/connect.js";
import {
  CONNECT_KIND,
  CONNECT_SIDE,
  PARTICIPANT_KIND,
  connectHold,
  connectPaymentId,
  connectQuoteId,
  connectReturn,
  type ConnectKind,
  type ConnectPayment,
  type ConnectQuote,
} from "../../sdk/eip712/connect.js";
import { instructionTypedData } from "../../sdk/eip712/settlement.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import {
  PUBLISHED_QUOTAS,
  countedAmount,
  payeeNameHash,
  personCommitment,
  proxyKey,
  signConnectPayment,
  signConnectQuote,
  type Proxy,
} from "../../sdk/payments/connect.js";
import { parseRate } from "../../sdk/rates.js";
import type { ConnectDirectory, IDigitalCurrency, PaymentConnect } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { CLASS, fund } from "./currency.js";
import { deploySettlement, type Settlement } from "./settlement.js";

export { CONNECT_KIND as KIND, CONNECT_SIDE as SIDE, CONNECT_STATUS as STATUS } from "../../sdk/eip712/connect.js";

/** What this run compiled, and under coverage instrumented. */
const CODE = {
  ConnectDirectory: (await artifacts.readArtifact("ConnectDirectory")).bytecode,
  PaymentConnect: (await artifacts.readArtifact("PaymentConnect")).bytecode,
};
/** Of registrars and of the addressing service. */
const SECRET = toUtf8Bytes("a secret of thirty-two bytes, known to nobody");

/** Hong Kong dollars, and US dollars, for a renminbi. */
export const RATE = { hkd: parseRate("1.0939"), usd: parseRate("0.1394") } as const;
/** Seconds from submission: until the payee's institution answers, until a time-out is resolved, until a return. */
export const TIMES = { answer: 60n, resolve: 86_400n, back: 7n * 86_400n } as const;
/** What every payer has at first of each currency it pays in. */
export const PURSE = minor("1000000.00");
/** What the quoting banks have. */
const TILL = minor("5000000.00");

/** Name of a customer, and of the name that its payers are shown. */
export const NAMES = { shop: "蓝湾书店", bob: "CHAN Tai Man", ann: "陈安", mei: "张小明" } as const;

/**
 * Both currencies on one ledger and the link over them. Residents of Hong Kong: ann (two e-HKD wallets at hsbc, `anns`,
 * one at bochk, an e-CNY wallet served by hsbc) and bob. Residents of the mainland: mei (e-CNY wallets at icbc and boc).
 * Payees: shop (e-CNY), bob (e-HKD), ann. All four banks take part and quote.
 */
export interface Connect extends Settlement {
  readonly chain: Chain;
  readonly directory: ConnectDirectory;
  readonly link: PaymentConnect;
  readonly domains: {
    readonly link: TypedDataDomain;
    readonly directory: TypedDataDomain;
    readonly engine: TypedDataDomain;
    readonly ecny: TypedDataDomain;
    readonly ehkd: TypedDataDomain;
  };
  /** ann's second e-HKD wallet at hsbc, and the one at bochk. */
  readonly anns: HardhatEthersSigner;
  readonly annAtBochk: HardhatEthersSigner;
  readonly mei: HardhatEthersSigner;
  readonly meiAtBoc: HardhatEthersSigner;
  readonly persons: Readonly<Record<"ann" | "bob" | "mei", string>>;
  readonly numbers: Readonly<Record<"icbc" | "boc" | "hsbc" | "bochk", bigint>>;
}

/** Everything is open; quotas are the published ones, both rates are today's. */
export async function deployConnect(chain: Chain): Promise<Connect> {
  const base = await deploySettlement(chain);
  const { mainland, hongkong, engine, icbc, boc, hsbc, bochk, ann, bob, shop } = base;
  const { directory, link } = await openConnect({
    ...{ deployer: base.deployer, mainlandCurrency: mainland.currency, hongKongCurrency: hongkong.currency, engine },
    mainland: { authority: mainland.authority, admin: mainland.officers.admin },
    hongKong: { authority: hongkong.authority, admin: hongkong.officers.admin },
    initCode: CODE,
  });
  const spare = (await chain.ethers.getSigners()).slice(20, 24);
  const [anns, annAtBochk, mei, meiAtBoc] = spare;
  if (anns === undefined || annAtBochk === undefined || mei === undefined || meiAtBoc === undefined) {
    throw new RangeError("there are too few accounts");
  }
  await hongkong.currency.connect(hsbc).openWallet(anns, CLASS.I, ref("ann again"));
  await hongkong.currency.connect(bochk).openWallet(annAtBochk, CLASS.I, ref("ann at bochk"));
  await mainland.currency.connect(icbc).openWallet(mei, CLASS.I, ref("mei"));
  await mainland.currency.connect(boc).openWallet(meiAtBoc, CLASS.I, ref("mei at boc"));
  const f: Connect = {
    ...base,
    ...{ chain, directory, link, anns, annAtBochk, mei, meiAtBoc },
    domains: {
      link: await domainOf(link),
      directory: await domainOf(directory),
      engine: base.domain,
      ecny: await domainOf(mainland.currency),
      ehkd: await domainOf(hongkong.currency),
    },
    persons: {
      ann: personCommitment(SECRET, { kind: "hkid", number: "A123456(3)" }),
      bob: personCommitment(SECRET, { kind: "hkid", number: "B765432(1)" }),
      mei: personCommitment(SECRET, { kind: "mainland-id", number: "110101199003070000" }),
    },
    numbers: {
      icbc: mainland.banks[0].number,
      boc: mainland.banks[1].number,
      hsbc: hongkong.banks[0].number,
      bochk: hongkong.banks[1].number,
    },
  };
  for (const number of [f.numbers.icbc, f.numbers.boc]) await admit(f, "mainland", number);
  for (const number of [f.numbers.hsbc, f.numbers.bochk]) await admit(f, "hongkong", number);
  for (const wallet of [ann, anns, annAtBochk]) await enrol(f, "hongkong", hongkong.currency, wallet, f.persons.ann);
  await enrol(f, "hongkong", mainland.currency, ann, f.persons.ann, f.numbers.hsbc);
  await enrol(f, "hongkong", hongkong.currency, bob, f.persons.bob);
  for (const wallet of [mei, meiAtBoc]) await enrol(f, "mainland", mainland.currency, wallet, f.persons.mei);
  await directory.connect(icbc).setPayeeName(mainland.currency, shop, payeeNameHash(NAMES.shop));
  await directory.connect(icbc).setPayeeName(mainland.currency, ann, payeeNameHash(NAMES.ann));
  await directory.connect(hsbc).setPayeeName(hongkong.currency, bob, payeeNameHash(NAMES.bob));
  for (const [kind, limits] of Object.entries(PUBLISHED_QUOTAS) as [keyof typeof PUBLISHED_QUOTAS, never][]) {
    const { officers } = kind === "southbound" ? mainland : hongkong;
    await link.connect(officers.governor).setQuota(CONNECT_KIND[kind], limits);
  }
  await publishRates(f);
  for (const payer of [ann, anns, annAtBochk]) await fund(hongkong, payer, PURSE);
  for (const payer of [ann, mei, meiAtBoc]) await fund(mainland, payer, PURSE);
  for (const bank of [hsbc, icbc]) {
    for (const jurisdiction of [mainland, hongkong]) await fund(jurisdiction, bank, TILL);
    await engine.connect(bank).authorizeAgent(link, true);
  }
  return f;
}

/** Today's rates of both sides. */
export async function publishRates({ link, mainland, hongkong }: Connect): Promise<void> {
  await link.connect(hongkong.officers.governor).publishRate(CONNECT_KIND.northbound, RATE.hkd);
  await link.connect(mainland.officers.governor).publishRate(CONNECT_KIND.southbound, RATE.usd);
}

/** The key of a proxy under this service's secret. */
export function keyOf(proxy: Proxy): string {
  return proxyKey(SECRET, proxy);
}

/** A bank takes part. */
export function admit(f: Connect, side: "mainland" | "hongkong", number: bigint) {
  const kind = PARTICIPANT_KIND.bank;
  return f.directory.connect(f[side].officers.registrar).admit(sideOf(side), number, kind, ZeroHash);
}

/** A side's registrar enrols the commitment of a wallet. */
export async function enrol(
  f: Connect,
  side: "mainland" | "hongkong",
  currency: IDigitalCurrency,
  wallet: HardhatEthersSigner,
  person: string,
  institution = 0n,
) {
  const identity = await currency.identityOf(wallet);
  return f.directory.connect(f[side].officers.registrar).enrol(sideOf(side), currency, identity, person, institution);
}

/** A payment to be, and everybody's part in it. What is not said is ordinary. */
export interface Wish {
  readonly kind?: ConnectKind;
  readonly payer?: HardhatEthersSigner;
  readonly payee?: HardhatEthersSigner;
  readonly sends?: "ecny" | "ehkd";
  readonly receives?: "ecny" | "ehkd";
  /** Decimal amounts; what is received follows from what is sent unless it is said. */
  readonly send?: string;
  readonly receive?: string;
  readonly bank?: HardhatEthersSigner;
  /** The payer's bank, and the payee's. */
  readonly from?: HardhatEthersSigner;
  readonly at?: HardhatEthersSigner;
  readonly payment?: Partial<ConnectPayment>;
  readonly quote?: Partial<ConnectQuote>;
}

let _nonce = 0;

/** A payment with its signatures. */
export class PaymentUnderTest {
  readonly id: string;
  readonly quoteId: string;

  private constructor(
    readonly f: Connect,
    readonly terms: ConnectPayment,
    private readonly cast: { readonly [role in "payer" | "payee" | "bank" | "from" | "at"]: HardhatEthersSigner },
    readonly quoteSignature: string,
    readonly holdSignature: string,
  ) {
    this.id = connectPaymentId(f.domains.link, terms);
    this.quoteId = connectQuoteId(f.domains.link, terms.quote);
  }

  /** HKD 1,000.00 of ann's to the shop, unless something else is wished; quoted, signed, not submitted. */
  static async offer(f: Connect, wish: Wish = {}): Promise<PaymentUnderTest> {
    const { kind = CONNECT_KIND.northbound } = wish;
    const south = kind === CONNECT_KIND.southbound;
    const { sends = south ? "ecny" : "ehkd", receives = south ? "ehkd" : "ecny" } = wish;
    const { payer = south ? f.mei : f.ann, payee = south ? f.bob : f.shop } = wish;
    const { bank = south ? f.icbc : f.hsbc, from = south ? f.icbc : f.hsbc, at = south ? f.hsbc : f.icbc } = wish;
    const sendAmount = minor(wish.send ?? "1000.00");
    const direct = sends === receives;
    const converted = receives === "ehkd" ? (sendAmount * RATE.hkd) / 10n ** 12n : (sendAmount * 10n ** 12n) / RATE.hkd;
    const receiveAmount = wish.receive === undefined ? (direct ? sendAmount : converted) : minor(wish.receive);
    const now = BigInt(await f.chain.networkHelpers.time.latest());
    const names = { shop: f.shop, bob: f.bob, ann: f.ann } as const;
    const named = (Object.keys(names) as (keyof typeof names)[]).find((key) => names[key].address === payee.address);
    const quote: ConnectQuote = {
      bank: direct ? ZeroAddress : bank.address,
      payer: payer.address,
      ...{ sends: f[sends], receives: f[receives], sendAmount, receiveAmount },
      ...{ notAfter: now + TIMES.answer, returnBy: now + TIMES.back, nonce: ref(`nonce ${++_nonce}`) },
      ...wish.quote,
    };
    const terms: ConnectPayment = {
      ...{ kind, payee: payee.address, proxy: ZeroHash, payeeName: payeeNameHash(NAMES[named ?? "shop"]) },
      ...{ purpose: "0x43425050", messageRef: ref(`message ${_nonce}`) },
      ...{ answerBy: now + TIMES.answer, resolveBy: now + TIMES.resolve },
      ...wish.payment,
      quote,
    };
    const domains = { link: f.domains.link, currency: f.domains[sends] };
    return new PaymentUnderTest(
      f,
      terms,
      { payer, payee, bank, from, at },
      await signConnectQuote(bank, f.domains.link, quote),
      await signConnectPayment(payer, domains, terms),
    );
  }

  static async submitted(f: Connect, wish: Wish = {}): Promise<PaymentUnderTest> {
    const payment = await PaymentUnderTest.offer(f, wish);
    await payment.submit();
    return payment;
  }

  static async completed(f: Connect, wish: Wish = {}): Promise<PaymentUnderTest> {
    const payment = await PaymentUnderTest.submitted(f, wish);
    await payment.complete();
    return payment;
  }

  submit(by = this.cast.from) {
    return this.f.link.connect(by).submit(this.terms, this.quoteSignature, this.holdSignature);
  }

  complete(by = this.cast.at) {
    return this.f.link.connect(by).complete(this.terms);
  }

  reject(by = this.cast.at, reason = REASON) {
    return this.f.link.connect(by).reject(this.terms, reason);
  }

  reportTimeout() {
    return this.f.link.connect(this.f.stranger).reportTimeout(this.terms);
  }

  lapse() {
    return this.f.link.connect(this.f.stranger).lapse(this.terms);
  }

  /** The payee allows the engine what it gives back, and signs. */
  async sendBack(by = this.cast.at, reason = REASON) {
    const { receives, receiveAmount } = this.terms.quote;
    const currency = receives === this.f.ecny ? this.f.mainland.currency : this.f.hongkong.currency;
    await currency.connect(this.cast.payee).approve(this.f.engine, receiveAmount);
    return this.back(by, reason);
  }

  /** The payee signs; it has allowed the engine enough before. */
  async back(by = this.cast.at, reason = REASON, signer = this.cast.payee) {
    const instruction = connectReturn(this.f.domains.link, this.terms);
    const consent = await sign(signer, instructionTypedData(this.f.domains.engine, instruction));
    return this.f.link.connect(by).returnPayment(this.terms, reason, consent);
  }

  /** What is counted for it at the rates of {@link RATE}. */
  get counted(): bigint {
    const { kind, quote } = this.terms;
    const rate = kind === CONNECT_KIND.southbound ? RATE.usd : RATE.hkd;
    return countedAmount(kind, quote, quote.sends === this.f.ecny ? rate : undefined);
  }

  get hold() {
    return connectHold(this.f.domains.link, this.terms);
  }

  /** What is still held of the payer's money. */
  async held(): Promise<bigint> {
    const { sends } = this.terms.quote;
    const currency = sends === this.f.ecny ? this.f.mainland.currency : this.f.hongkong.currency;
    return (await currency.holdState(await currency.holdId(this.hold))).remaining;
  }

  async status(): Promise<bigint> {
    return (await this.f.link.recordOf(this.id)).status;
  }
}

/** AC04, the account is closed. */
export const REASON = "0x41433034";
/** AB05, time-out at the payee's agent. */
export const TIMEOUT_REASON = "0x41423035";

/** What of ann's quota at hsbc, or of another's, is used today and this year. */
export async function used(
  f: Connect,
  kind: ConnectKind = CONNECT_KIND.northbound,
  person = kind === CONNECT_KIND.southbound ? f.persons.mei : f.persons.ann,
  institution = f.numbers.hsbc,
): Promise<readonly [day: bigint, year: bigint]> {
  const { day, year } = await f.link.usedOf(kind, institution, person);
  return [day, year];
}

/** All of a currency that people and banks have, for what moves. */
export async function purse(f: Connect, currency: "ecny" | "ehkd", who: HardhatEthersSigner): Promise<bigint> {
  return (currency === "ecny" ? f.mainland : f.hongkong).currency.balanceOf(who);
}

function sideOf(side: "mainland" | "hongkong") {
  return side === "mainland" ? CONNECT_SIDE.mainland : CONNECT_SIDE.hongKong;
}
