import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroHash } from "ethers";
import { openPurpose, type PurposeContracts } from "../../../sdk/deploy/purpose.js";
import type { Suite } from "../../../sdk/deploy/suite.js";
import { CLAIM_RULE, VOUCHER_KIND, campaignId, type CampaignTerms } from "../../../sdk/eip712/purpose.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import type { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { describe, issueMoney, openWallet, reference, type MoneyDesk } from "../../../sdk/operations/money.js";
import { VoucherList, signCampaign, type PurposeDomains } from "../../../sdk/payments/purpose.js";
import type { Checks } from "../../../sdk/report.js";
import { Book } from "./book.js";
import type { VoucherInput } from "./input.js";

/** Everybody acts at this hour, UTC+8. */
export const MORNING = 10;

/** A campaign with its terms. */
export interface Campaign {
  readonly name: string;
  readonly terms: CampaignTerms;
  readonly id: string;
  /** Whose line of the list is which, for a listed one. */
  readonly lines: ReadonlyMap<string, bigint>;
  readonly list: VoucherList | undefined;
}

/** What a run works with. */
export interface Stage extends MoneyDesk, PurposeContracts {
  readonly input: VoucherInput;
  readonly checks: Checks;
  readonly suite: Suite;
  readonly book: Book;
  readonly domains: PurposeDomains;
  readonly sponsor: HardhatEthersSigner;
  readonly merchantOf: ReadonlyMap<string, HardhatEthersSigner>;
  /** The wallets of each person, all with one identity. */
  readonly walletsOf: ReadonlyMap<string, readonly HardhatEthersSigner[]>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
}

/** Opens wallets, registers merchants, holds the budgets. */
export async function openStage(
  suite: Suite,
  checks: Checks,
  clock: ScenarioClock,
  input: VoucherInput,
): Promise<Stage> {
  const jurisdiction = suite.mainland;
  const { currency, authority, offices } = jurisdiction;
  const bank = jurisdiction.bank(input.bank);
  const journal = new Journal(checks, clock);
  const desk = { jurisdiction, journal, clock };
  await clock.moveTo(input.opens, MORNING - 2);
  const contracts = await openPurpose({ deployer: suite.deployer, currency, authority, admin: offices.admin });
  const domains = { purpose: await domainOf(contracts.purpose), currency: await domainOf(currency) };
  const accounts = [...suite.customers];
  const next = (): HardhatEthersSigner => {
    const account = accounts.shift();
    if (account === undefined) throw new RangeError("the suite leaves too few accounts");
    return account;
  };

  const sponsor = next();
  await openWallet(desk, bank, sponsor, "government", input.sponsor.name);
  const merchantOf = new Map<string, HardhatEthersSigner>();
  for (const { name, owner } of input.merchants) {
    const account = next();
    // an owner's shop is a wallet under the owner's own identity
    await openWallet(desk, bank, account, owner === undefined ? "corporate" : "I", owner ?? name);
    merchantOf.set(name, account);
  }
  const walletsOf = new Map<string, readonly HardhatEthersSigner[]>();
  for (const { name, wallets } of input.people) {
    const own = Array.from({ length: wallets }, next);
    for (const wallet of own) await openWallet(desk, bank, wallet, "I", name);
    walletsOf.set(name, own);
  }
  const campaigns = new Map<string, Campaign>();
  const stage: Stage = {
    ...{ ...desk, ...contracts, input, checks, suite, domains, sponsor, merchantOf, walletsOf, campaigns },
    book: new Book(input.sponsor.name),
  };
  await fundEverybody(stage);
  await registerMerchants(stage);
  for (const one of input.campaigns) campaigns.set(one.name, await openCampaign(stage, one));
  await clock.moveToTime(clock.at(input.opens, MORNING - 1));
  return stage;
}

/** The first wallet of a person, or another of its wallets. */
export function walletOf({ walletsOf }: Stage, person: string, index = 0): HardhatEthersSigner {
  const wallet = walletsOf.get(person)?.[index];
  if (wallet === undefined) throw new RangeError(`${person} has no wallet ${index}`);
  return wallet;
}

/** What is known by a name of the input, which was checked. */
export function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const one = all.get(name);
  if (one === undefined) throw new RangeError(`nothing is named ${name}`);
  return one;
}

async function fundEverybody(stage: Stage): Promise<void> {
  const { input, jurisdiction, journal, book, sponsor } = stage;
  const bank = jurisdiction.bank(input.bank);
  const shares = [
    { name: input.sponsor.name, to: sponsor, amount: minor(input.sponsor.funds) },
    ...input.merchants.map(({ name, funds }) => ({
      ...{ name, to: named(stage.merchantOf, name), amount: minor(funds) },
    })),
    ...input.people.map(({ name, purse }) => ({ name, to: walletOf(stage, name), amount: minor(purse) })),
  ];
  const total = shares.reduce((sum, { amount }) => sum + amount, 0n);
  await issueMoney(stage, bank, total, "for the campaign's people");
  for (const { name, amount } of shares) book.begin(name, amount);
  await journal.noteAll(
    { event: `${bank.name} pays out`, legs: [describe(jurisdiction, total)] },
    shares.map(
      ({ to, amount }) =>
        () =>
          jurisdiction.currency.connect(bank.signer).transfer(to, amount),
    ),
  );
}

async function registerMerchants({ input, jurisdiction, journal, merchants, merchantOf }: Stage): Promise<void> {
  const acquirer = jurisdiction.bank(input.acquirer);
  await journal.noteAll(
    { event: `${acquirer.name} registers ${input.merchants.length} merchants` },
    input.merchants.map(
      ({ name, category, region }) =>
        () =>
          merchants
            .connect(acquirer.signer)
            .registerMerchant(named(merchantOf, name), category, region, reference(`licence of ${name}`)),
    ),
  );
}

/** The sponsor signs, its bank carries. */
async function openCampaign(stage: Stage, one: VoucherInput["campaigns"][number]): Promise<Campaign> {
  const { input, clock, purpose, domains, sponsor, journal, jurisdiction } = stage;
  const identities = await Promise.all(
    one.list.map(({ person }) => jurisdiction.currency.identityOf(walletOf(stage, person))),
  );
  const people = one.list.map(({ amount }, index) => ({ identity: identities[index] ?? "", amount: minor(amount) }));
  const list = people.length === 0 ? undefined : new VoucherList(people);
  const terms: CampaignTerms = {
    ...{ sponsor: sponsor.address, documentHash: reference(`${input.title}: ${one.name}`) },
    ...{ budget: minor(one.budget), value: minor(one.value), perPerson: minor(one.perPerson) },
    ...{ minimumSpend: minor(one.minimumSpend), rate: BigInt(one.rate), usesPerDay: BigInt(one.usesPerDay) },
    ...{ kind: VOUCHER_KIND[one.kind], claim: CLAIM_RULE[one.claim], layer: BigInt(one.layer) },
    combines: one.combinesWith.reduce((mask, layer) => mask | (1n << BigInt(layer)), 0n),
    ...{ stackLimit: BigInt(one.stackLimit), claimRoot: list?.root ?? ZeroHash },
    opens: clock.at(input.opens, MORNING - 1),
    claimsUntil: clock.at(input.claimsUntil, 24) - 1n,
    expires: clock.at(input.expires),
    ...{ categories: one.categories.map(BigInt), regions: one.regions.map(BigInt) },
  };
  await journal.note(
    {
      event: `${input.sponsor.name} opens "${one.name}"`,
      legs: [`${describe(jurisdiction, terms.budget)} held, still the sponsor's`],
    },
    purpose.openCampaign(terms, await signCampaign(sponsor, domains, terms)),
  );
  const lines = new Map(one.list.map(({ person }, index) => [person, BigInt(index)]));
  return { name: one.name, terms, id: campaignId(terms), lines, list };
}
