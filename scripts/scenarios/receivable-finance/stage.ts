import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, ZeroHash, type TypedDataDomain } from "ethers";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import { openTrade, startTrade, type TradeContracts } from "../../../sdk/deploy/trade.js";
import { CONSENT_SCOPE, DOCUMENT_KIND, type DocumentKind, type ReceivableVerdict } from "../../../sdk/eip712/trade.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import type { Checks } from "../../../sdk/report.js";
import { documentKey, signConsent, signVerdict } from "../../../sdk/trade/receivables.js";
import type { NetworkConnection } from "hardhat/types/network";
import type { TradeInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
export const MORNING = 10;
/** The verification service's secret; a real one is random and leaves the service never. */
const SECRET = new TextEncoder().encode("a secret of the scenario's own service");

/** What a run works with. */
export interface Stage extends MoneyDesk, TradeContracts {
  readonly connection: NetworkConnection<"l1">;
  readonly input: TradeInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly banks: Readonly<Record<"first" | "second", Bank>>;
  readonly exporter: HardhatEthersSigner;
  readonly buyer: HardhatEthersSigner;
  readonly customs: HardhatEthersSigner;
  readonly insurer: HardhatEthersSigner;
  readonly domains: Readonly<Record<"receivables" | "finance", TypedDataDomain>>;
  /** Money of everybody before the story. */
  readonly opening: ReadonlyMap<string, bigint>;
}

/** Opens the platform: attestors, wallets, money, authorisations at the engine, consents. */
export async function openStage(
  connection: NetworkConnection<"l1">,
  checks: Checks,
  clock: ScenarioClock,
  input: TradeInput,
): Promise<Stage> {
  const suite = await openSuite(connection);
  const jurisdiction = suite.mainland;
  const { currency, authority, offices, registry } = jurisdiction;
  const banks = { first: jurisdiction.bank(input.banks.first), second: jurisdiction.bank(input.banks.second) };
  const [exporter, buyer, customs, insurer] = suite.customers;
  if (!exporter || !buyer || !customs || !insurer) throw new RangeError("the suite leaves too few accounts");
  await clock.moveTo(input.opens, MORNING - 1);
  const contracts = await openTrade({
    ...{ deployer: suite.deployer, authority, admin: offices.admin, institutions: registry },
    ...{ currencies: [currency, suite.hongkong.currency], engine: suite.engine },
  });
  await startTrade(offices.governor, contracts, {
    customsDeclaration: { attestor: customs, advanceRate: BigInt(input.advanceRates.customsDeclaration) },
    insurancePolicy: { attestor: insurer, advanceRate: BigInt(input.advanceRates.insurancePolicy) },
  });
  const journal = new Journal(checks, clock);
  const desk = { jurisdiction, journal, clock };
  await openWallet(desk, banks.first, exporter, "corporate", input.exporter);
  await openWallet(desk, banks.second, buyer, "corporate", input.buyer);
  await issueMoney(desk, banks.first, minor("2000000.00"), "for the first bank's loans");
  await issueMoney(desk, banks.second, minor("2000000.00"), "for the second bank's loans and the buyer");
  const parties = [banks.first.signer, banks.second.signer, exporter, buyer];
  await journal.noteAll({ event: `${banks.second.name} pays out to ${input.buyer}` }, [
    () => currency.connect(banks.second.signer).transfer(buyer, minor("1500000.00")),
  ]);
  await journal.noteAll(
    { event: "banks, exporter and buyer let the finance contract settle what they agree to" },
    parties.flatMap((party) => [
      () => currency.connect(party).approve(suite.engine, MaxUint256),
      () => suite.engine.connect(party).authorizeAgent(contracts.finance, true),
    ]),
  );
  const opening = new Map<string, bigint>();
  for (const { address } of parties) opening.set(address, await currency.balanceOf(address));
  const { receivables, finance } = contracts;
  return {
    ...{ connection, jurisdiction, journal, clock, input, checks, suite, banks, exporter, buyer, customs, insurer },
    ...{ receivables, finance, opening },
    domains: { receivables: await domainOf(receivables), finance: await domainOf(finance) },
  };
}

/** The exporter signs what both banks may do, for a year; each bank carries its own. */
export async function giveConsents({ receivables, journal, banks, exporter, domains, clock, input }: Stage) {
  const notAfter = clock.at(input.opens, MORNING) + 365n * 86_400n;
  for (const [name, bank] of Object.entries(banks)) {
    const consent = {
      ...{ exporter: exporter.address, bank: BigInt(bank.number), key: ZeroHash, scope: CONSENT_SCOPE.both, notAfter },
      nonce: reference(`consent to the ${name} bank`),
    };
    const signature = await signConsent(exporter, domains.receivables, consent);
    await journal.note(
      { event: `${input.exporter} lets ${bank.name} verify and finance, for a year` },
      receivables.connect(bank.signer).giveConsent(consent, signature),
    );
  }
}

/** A document, with what its attestor is going to say of it. */
export async function documentOf(
  stage: Stage,
  kind: DocumentKind,
  { number, value, due }: { readonly number: string; readonly value: string; readonly due: string },
): Promise<ReceivableVerdict> {
  const { exporter, buyer, jurisdiction, clock } = stage;
  return {
    ...{
      key: documentKey(SECRET, kind, number),
      kind: DOCUMENT_KIND[kind],
      documents: reference(`papers of ${number}`),
    },
    ...{ verified: true, exporter: exporter.address, debtor: buyer.address, value: minor(value) },
    ...{ currency: await jurisdiction.currency.getAddress(), dueDate: clock.at(due, MORNING) },
    ...{ notAfter: clock.at(due, MORNING), underlying: ZeroHash },
  };
}

/** A bank submits a document, and its attestor says VERIFIED or FAILED. */
export async function verify(stage: Stage, bank: Bank, verdict: ReceivableVerdict, what: string): Promise<void> {
  const { receivables, journal, exporter, customs, insurer, domains, jurisdiction, suite } = stage;
  const attestor = verdict.kind === DOCUMENT_KIND.insurancePolicy ? insurer : customs;
  const signature = await signVerdict(attestor, domains.receivables, verdict);
  await journal.noteAll(
    {
      event: `${bank.name} submits ${what}, the verdict is ${verdict.verified ? "VERIFIED" : "FAILED"}`,
      legs: verdict.verified ? [`${describe(jurisdiction, verdict.value)} verified`] : ["never financed"],
    },
    [
      () => receivables.connect(bank.signer).submit(verdict.key, verdict.kind, exporter, verdict.documents),
      () => receivables.connect(suite.deployer).recordVerdict(verdict, signature),
    ],
  );
}
