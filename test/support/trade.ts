import { artifacts } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroHash, type TypedDataDomain } from "ethers";
import { openTrade, startTrade, type TradeContracts } from "../../sdk/deploy/trade.js";
import {
  CONSENT_SCOPE,
  DOCUMENT_KIND,
  financeId,
  type FinanceTerms,
  type ReceivableVerdict,
  type TradeConsent,
} from "../../sdk/eip712/trade.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { documentKey, signConfirmation, signRollOver, signVerdict } from "../../sdk/trade/receivables.js";
import { ref, type Chain } from "./chain.js";
import { fund } from "./currency.js";
import { deploySettlement, type Settlement } from "./settlement.js";

/** Seconds. */
export const DAY = 86_400n;
/** What the verification service knows and nobody else. */
export const SECRET = new TextEncoder().encode("the secret of the verification service");
/** Face of the receivable that most tests are about. */
export const FACE = minor("1000.00");
/** Basis points of the face. */
export const ADVANCE = { customsDeclaration: 8_000n, insurancePolicy: 9_000n, taxFiling: 5_000n } as const;
/** Most that all banks together may finance of it. */
export const CEILING = minor("800.00");
/** Days to the maturity of a finance. */
export const TENOR = 90n;

/** What this run compiled, and under coverage instrumented. */
const COMPILED = {
  ReceivableRegistry: (await artifacts.readArtifact("ReceivableRegistry")).bytecode,
  TradeFinance: (await artifacts.readArtifact("TradeFinance")).bytecode,
} as const;

/** icbc and boc finance, the company exports, the shop owes; the treasury attests, in the role of the customs. */
export interface Trade extends Settlement, TradeContracts {
  readonly chain: Chain;
  readonly money: Settlement["mainland"]["currency"];
  readonly domains: Readonly<Record<"receivables" | "finance", TypedDataDomain>>;
  readonly exporter: HardhatEthersSigner;
  readonly debtor: HardhatEthersSigner;
  readonly customs: HardhatEthersSigner;
  readonly numbers: Readonly<Record<"icbc" | "boc", bigint>>;
}

/** Attestors are named; everybody has money, allows the engine all of it, and has authorised the finance contract. */
export async function deployTrade(chain: Chain): Promise<Trade> {
  const base = await deploySettlement(chain);
  const { mainland, hongkong, engine, company: exporter, shop: debtor, treasury: customs } = base;
  const contracts = await openTrade({
    ...{ authority: mainland.authority, admin: mainland.officers.admin, deployer: base.deployer, engine },
    ...{ institutions: mainland.registry, currencies: [mainland.currency, hongkong.currency], initCode: COMPILED },
  });
  const { receivables, finance } = contracts;
  await startTrade(mainland.officers.governor, contracts, {
    customsDeclaration: { attestor: customs, advanceRate: ADVANCE.customsDeclaration },
    insurancePolicy: { attestor: base.hsbc, advanceRate: ADVANCE.insurancePolicy },
    taxFiling: { attestor: base.bochk, advanceRate: ADVANCE.taxFiling },
  });
  for (const party of [exporter, debtor]) {
    for (const side of [mainland, hongkong]) {
      await fund(side, party, minor("5000.00"));
      await side.currency.connect(party).approve(engine, MaxUint256);
    }
  }
  for (const party of [exporter, debtor, base.icbc, base.boc]) {
    await engine.connect(party).authorizeAgent(finance, true);
  }
  return {
    ...base,
    ...contracts,
    ...{ chain, money: mainland.currency, exporter, debtor, customs },
    domains: { receivables: await domainOf(receivables), finance: await domainOf(finance) },
    numbers: { icbc: mainland.banks[0].number, boc: mainland.banks[1].number },
  };
}

/** The key of a declaration by its last digits. */
export function declaration(tail: number): string {
  return documentKey(SECRET, "customsDeclaration", `53162026${String(tail).padStart(10, "0")}`);
}

/** Time of the last block. */
export async function latest({ chain }: Pick<Trade, "chain">): Promise<bigint> {
  return BigInt(await chain.networkHelpers.time.latest());
}

/** A consent of the exporter's to icbc, to everything with all of its documents, for a year. */
export async function consentOf(f: Trade, changed: Partial<TradeConsent> = {}): Promise<TradeConsent> {
  const notAfter = (await latest(f)) + 365n * DAY;
  return {
    ...{ exporter: f.exporter.address, bank: f.numbers.icbc, key: ZeroHash, scope: CONSENT_SCOPE.both, notAfter },
    ...{ nonce: ref("consent"), ...changed },
  };
}

/** Both banks may do everything for the exporter. */
export async function consentToBoth(f: Trade): Promise<void> {
  for (const bank of [f.numbers.icbc, f.numbers.boc]) {
    await f.receivables.connect(f.exporter).giveConsent(await consentOf(f, { bank }), "0x");
  }
}

/** A receivable, from its submission by icbc on. */
export class ReceivableUnderTest {
  private constructor(
    private readonly f: Trade,
    readonly verdict: ReceivableVerdict,
    private readonly attestor: HardhatEthersSigner,
  ) {}

  get key(): string {
    return this.verdict.key;
  }

  /** Consents are given, nothing is registered. */
  static async offered(
    f: Trade,
    changed: Partial<ReceivableVerdict> = {},
    attestor = f.customs,
  ): Promise<ReceivableUnderTest> {
    const now = await latest(f);
    const verdict: ReceivableVerdict = {
      ...{ key: declaration(1), kind: DOCUMENT_KIND.customsDeclaration, documents: ref("contract and invoice") },
      ...{ verified: true, exporter: f.exporter.address, debtor: f.debtor.address },
      ...{ currency: await f.money.getAddress(), value: FACE, dueDate: now + 100n * DAY, notAfter: now + 60n * DAY },
      ...{ underlying: ZeroHash, ...changed },
    };
    const receivable = new ReceivableUnderTest(f, verdict, attestor);
    if ((await f.receivables.consentOf(f.exporter, f.numbers.icbc, verdict.key)) === 0n) await consentToBoth(f);
    return receivable;
  }

  /** The document is submitted, and nobody has said anything of it. */
  static async submitted(
    ...[f, changed, attestor]: Parameters<typeof ReceivableUnderTest.offered>
  ): Promise<ReceivableUnderTest> {
    const receivable = await ReceivableUnderTest.offered(f, changed, attestor);
    await receivable.submit();
    return receivable;
  }

  /** Its verdict is on record. */
  static async verified(
    ...[f, changed, attestor]: Parameters<typeof ReceivableUnderTest.offered>
  ): Promise<ReceivableUnderTest> {
    const receivable = await ReceivableUnderTest.submitted(f, changed, attestor);
    await receivable.judge();
    return receivable;
  }

  submit(by: HardhatEthersSigner = this.f.icbc) {
    const { key, kind, documents } = this.verdict;
    return this.f.receivables.connect(by).submit(key, kind, this.f.exporter, documents);
  }

  async judge(changed: Partial<ReceivableVerdict> = {}, by: HardhatEthersSigner = this.attestor) {
    const verdict = { ...this.verdict, ...changed };
    const signature = await signVerdict(by, this.f.domains.receivables, verdict);
    return this.f.receivables.connect(this.f.carrier).recordVerdict(verdict, signature);
  }

  /** The debtor's signature over this receivable. */
  promise(by: HardhatEthersSigner = this.f.debtor): Promise<string> {
    const { key, currency, value, dueDate } = this.verdict;
    return signConfirmation(by, this.f.domains.receivables, { key, debtor: by.address, currency, value, dueDate });
  }

  async confirm() {
    return this.f.receivables.connect(this.f.carrier).confirm(this.key, await this.promise());
  }

  dispute() {
    return this.f.receivables.connect(this.f.debtor).dispute(this.key, ref("short delivery"));
  }

  withdrawDispute() {
    return this.f.receivables.connect(this.f.debtor).withdrawDispute(this.key);
  }

  remaining(): Promise<bigint> {
    return this.f.receivables.remainingOf(this.key);
  }

  status(): Promise<bigint> {
    return this.f.receivables.statusOf(this.key);
  }

  async record() {
    return this.f.receivables.receivableOf(this.key);
  }
}

/** A finance of icbc's or another's against the first claim of a receivable. */
export class FinanceUnderTest {
  readonly id: string;

  private constructor(
    private readonly f: Trade,
    readonly terms: FinanceTerms,
    readonly bank: HardhatEthersSigner,
  ) {
    this.id = financeId(f.domains.finance, terms);
  }

  /** Not applied for: 500.00 against 700.00 of face, fee 1.00, 4.5 % and 9 %, ninety days, with recourse. */
  static async offer(
    f: Trade,
    receivable: Pick<ReceivableUnderTest, "key">,
    changed: Partial<FinanceTerms> = {},
    bank: HardhatEthersSigner = f.icbc,
  ): Promise<FinanceUnderTest> {
    const terms: FinanceTerms = {
      ...{ key: receivable.key, claim: await f.receivables.claims(), exporter: f.exporter.address },
      ...{ bankAccount: bank.address, face: minor("700.00"), principal: minor("500.00"), fee: minor("1.00") },
      ...{ rate: 45_000n, overdueRate: 90_000n, maturity: (await latest(f)) + TENOR * DAY, recourse: true },
      ...{ salt: ref("finance"), ...changed },
    };
    return new FinanceUnderTest(f, terms, bank);
  }

  static async applied(...args: Parameters<typeof FinanceUnderTest.offer>): Promise<FinanceUnderTest> {
    const finance = await FinanceUnderTest.offer(...args);
    await finance.apply();
    return finance;
  }

  static async approved(...args: Parameters<typeof FinanceUnderTest.offer>): Promise<FinanceUnderTest> {
    const finance = await FinanceUnderTest.applied(...args);
    await finance.approve();
    return finance;
  }

  static async disbursed(...args: Parameters<typeof FinanceUnderTest.offer>): Promise<FinanceUnderTest> {
    const finance = await FinanceUnderTest.approved(...args);
    await finance.disburse();
    return finance;
  }

  static async overdue(...args: Parameters<typeof FinanceUnderTest.offer>): Promise<FinanceUnderTest> {
    const finance = await FinanceUnderTest.disbursed(...args);
    await args[0].chain.networkHelpers.time.increaseTo(finance.terms.maturity + DAY);
    await finance.reportOverdue();
    return finance;
  }

  apply() {
    return this.f.finance.connect(this.f.exporter).applyFor(this.terms, "0x");
  }

  approve(by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).approve(this.terms);
  }

  cancel(by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).cancel(this.terms);
  }

  disburse(by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).disburse(this.terms);
  }

  collect(amount: bigint, by: HardhatEthersSigner = this.f.debtor) {
    return this.f.finance.connect(by).collect(this.terms, amount);
  }

  repay(amount: bigint, by: HardhatEthersSigner = this.f.exporter) {
    return this.f.finance.connect(by).repay(this.terms, amount);
  }

  takeRecourse(amount: bigint, by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).takeRecourse(this.terms, amount);
  }

  reportOverdue() {
    return this.f.finance.connect(this.f.carrier).reportOverdue(this.terms);
  }

  async rollOver(maturity: bigint, by: HardhatEthersSigner = this.bank, signer: HardhatEthersSigner = this.f.exporter) {
    const { maturity: previous } = await this.state();
    const signature = await signRollOver(signer, this.f.domains.finance, { finance: this.id, previous, maturity });
    return this.f.finance.connect(by).rollOver(this.terms, maturity, signature);
  }

  release(by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).release(this.terms);
  }

  writeOff(by: HardhatEthersSigner = this.bank) {
    return this.f.finance.connect(by).writeOff(this.terms, ref("decision"));
  }

  state() {
    return this.f.finance.financeOf(this.id);
  }

  /** Fee, interest and principal, minor units. */
  async due(): Promise<bigint> {
    const { fee, interest, principal } = await this.f.finance.dueOf(this.terms);
    return fee + interest + principal;
  }

  /** The claim that is pledged. */
  async claim() {
    return this.f.receivables.claimOf((await this.state()).claim);
  }
}
