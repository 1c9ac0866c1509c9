import { MaxUint256, ZeroHash } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { CONSENT_SCOPE, DOCUMENT_KIND, type FinanceTerms, type ReceivableVerdict } from "../../../sdk/eip712/trade.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { signVerdict } from "../../../sdk/trade/receivables.js";
import { ref, type Chain } from "../../support/chain.js";
import { fund } from "../../support/currency.js";
import { declaration, deployTrade, type Trade } from "../../support/trade.js";
import * as tale from "../tale.js";
import {
  BANKS,
  EXPORTERS,
  PARTIES,
  RATES,
  RULES,
  VALUES,
  judge,
  submit,
  type FinanceModel,
  type Party,
  type Rules,
  type State,
} from "./state.js";

/** Receivables and their finance on a chain, addressed by the model's names. */
export interface World extends tale.Scenery {
  readonly f: Trade;
  readonly signers: Readonly<Record<Party | "stranger", HardhatEthersSigner>>;
  readonly currency: string;
  /** Unix seconds of every document's due date. */
  readonly dueDate: bigint;
}

/** Receivables: the model beside the chain. */
export class ReceivableTale extends tale.Tale<World, State, Rules> {}
export type Act = tale.Act<World, State, Rules>;
export type Plan = tale.Plan<ReceivableTale, World, State, Rules>;

const PURSE = 10_000_000n;

/** How many documents are verified when the story begins. */
const BEGUN = 2;

/** Both exporters consent to both banks; everybody has money; the first documents are verified for most of a year. */
export async function openWorld(chain: Chain): Promise<{ world: World; initial: State }> {
  const f = await deployTrade(chain);
  const { icbc, boc, company, treasury, debtor, stranger } = f;
  const signers = { icbc, boc, company, treasury, debtor, stranger };
  const money: State["money"] = new Map();
  for (const party of PARTIES) {
    await fund(f.mainland, signers[party], PURSE - (await f.money.balanceOf(signers[party])));
    await f.money.connect(signers[party]).approve(f.engine, MaxUint256);
    await f.engine.connect(signers[party]).authorizeAgent(f.finance, true);
    money.set(party, PURSE);
  }
  for (const exporter of EXPORTERS) {
    for (const bank of BANKS) {
      await f.receivables.connect(signers[exporter]).giveConsent(consentOf({ f, signers }, exporter, bank, 0), "0x");
    }
  }
  const now = BigInt(await chain.networkHelpers.time.latest());
  const world: World = {
    ...{ chain, f, signers, errors: errorsOf(f.finance, f.receivables, f.engine, f.money) },
    ...{ currency: await f.money.getAddress(), dueDate: now + 400n * tale.DAY },
  };
  const fresh = { submittedBy: undefined, until: undefined, outstanding: 0n, collected: 0n } as const;
  const flags = { confirmed: false, disputed: false, failed: false, defaulted: false } as const;
  const initial: State = {
    ...{ now, money, claims: [], finances: [], names: 0 },
    documents: VALUES.map((value) => ({ value, ...fresh, ...flags })),
    consents: new Map(BANKS.map((bank) => [bank, true])),
  };
  const until = now + 300n * tale.DAY;
  for (const index of Array.from({ length: BEGUN }, (_, place) => place)) {
    const verdict = verdictOf(world, index, true, until);
    await f.receivables.connect(icbc).submit(verdict.key, verdict.kind, company, verdict.documents);
    await f.receivables.recordVerdict(verdict, await signVerdict(f.customs, f.domains.receivables, verdict));
    submit(initial, RULES, index, "icbc");
    judge(initial, RULES, index, true, until);
  }
  initial.now = BigInt(await chain.networkHelpers.time.latest());
  return { world, initial };
}

/** A consent to everything, without an end; `count` tells several of a story apart. */
export function consentOf(
  { f, signers }: Pick<World, "f" | "signers">,
  exporter: (typeof EXPORTERS)[number],
  bank: (typeof BANKS)[number],
  count: number,
) {
  return {
    ...{ exporter: signers[exporter].address, bank: f.numbers[bank], key: ZeroHash, scope: CONSENT_SCOPE.both },
    ...{ notAfter: 2n ** 40n, nonce: ref(`consent ${count}`) },
  };
}

/** The key of the `index`-th document. */
export function keyOf(index: number): string {
  return declaration(index + 1);
}

/** What the customs say of the `index`-th document. */
export function verdictOf(
  { signers, currency, dueDate }: World,
  index: number,
  verified: boolean,
  notAfter: bigint,
): ReceivableVerdict {
  return {
    ...{ key: keyOf(index), kind: DOCUMENT_KIND.customsDeclaration, documents: ref(`papers ${index}`), verified },
    ...{ exporter: signers.company.address, debtor: signers.debtor.address, currency, dueDate, notAfter },
    ...{ value: tale.found(VALUES[index], "document"), underlying: ZeroHash },
  };
}

/** A finance's terms as the contract takes them. */
export function termsOf({ signers }: Pick<World, "signers">, finance: FinanceModel): FinanceTerms {
  const { document, asked, exporter, bank, face, lent, charge, firstMaturity, recourse, salt } = finance;
  return {
    ...{ key: keyOf(document), claim: BigInt(asked) + 1n, exporter: signers[exporter].address, face, recourse },
    ...{ bankAccount: signers[bank].address, principal: lent, fee: charge, ...RATES, maturity: firstMaturity },
    salt: ref(salt),
  };
}
