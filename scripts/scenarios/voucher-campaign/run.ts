import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { SECONDS_PER_DAY } from "../../../sdk/calendar.js";
import { openSuite } from "../../../sdk/deploy/suite.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import {
  budgetHold,
  ownPart,
  purchaseId,
  voucherClaimTypedData,
  type CampaignTerms,
  type Purchase,
} from "../../../sdk/eip712/purpose.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { findPaybacks, quoteVouchers, signRedemption } from "../../../sdk/payments/purpose.js";
import { Checks } from "../../../sdk/report.js";
import { table } from "../../../sdk/table.js";
import type { Outcome } from "../lib.js";
import type { EventOf, VoucherEvent, VoucherInput } from "./input.js";
import { MORNING, named, openStage, walletOf, type Stage } from "./stage.js";

/** Purchases that were paid, by name. */
type Paid = Map<string, { readonly id: string; readonly terms: Purchase; readonly campaigns: CampaignTerms[] }>;
type Purpose = Stage["purpose"];

/** Runs a city's voucher campaign on a connection's chain, to the return of what is unspent. */
export async function runVoucherCampaign(connection: NetworkConnection<"l1">, input: VoucherInput): Promise<Outcome> {
  const checks = new Checks("voucher-campaign", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.opens);
  const stage = await openStage(await openSuite(connection), checks, clock, input);
  const from = await connection.ethers.provider.getBlockNumber();
  const paid: Paid = new Map();
  const refunds = new Set<string>();
  for (const [index, event] of input.events.entries()) {
    await clock.moveTo(event.day, MORNING);
    await happen(stage, paid, refunds, event, index);
  }
  await tryToCashOut(stage, paid);
  const paybacks = await lookForPaybacks(stage, paid, refunds, from);
  await endCampaigns(stage, paid);
  await checkEnd(stage);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${clock.years} years ahead of them.`,
    stage.journal.toTable(),
    await summary(stage),
    `Payments that look like vouchers paid out in cash: ${paybacks.join("; ") || "none"}.`,
  ].join("\n\n");
  return { checks, text };
}

// ------------------------------------------------------------------ what happens

async function happen(stage: Stage, paid: Paid, refunds: Set<string>, event: VoucherEvent, index: number) {
  switch (event.what) {
    case "grant":
      return grant(stage, event);
    case "claim":
      return claim(stage, event, index);
    case "claimListed":
      return claimListed(stage, event);
    case "purchase":
      return purchase(stage, paid, event);
    case "refund":
      refunds.add(await refund(stage, paid, event));
      return;
    case "suspend":
      return suspend(stage, event);
    case "payback":
      return payBack(stage, event);
  }
}

async function grant(stage: Stage, { campaign, person, amount }: EventOf<"grant">): Promise<void> {
  const { purpose, sponsor, campaigns, journal, input } = stage;
  const entry = (BigInt(walletOf(stage, person).address) << 96n) | minor(amount);
  await journal.note(
    { event: `${input.sponsor.name} gives ${person} a voucher of "${campaign}"`, legs: [`${amount} to spend`] },
    purpose.connect(sponsor).grant(named(campaigns, campaign).terms, [entry]),
  );
}

/** The person signs, its bank carries. */
async function claim(stage: Stage, event: EventOf<"claim">, index: number): Promise<void> {
  const { purpose, campaigns, domains, jurisdiction, journal, clock, input, checks } = stage;
  const { terms, id } = named(campaigns, event.campaign);
  const wallet = walletOf(stage, event.person, event.wallet);
  const identity = await jurisdiction.currency.identityOf(wallet);
  const { given } = await purpose.entitlementOf(id, identity);
  const notAfter = await clock.deadline();
  const said = { campaign: id, beneficiary: wallet.address, given, notAfter };
  const signature = await sign(wallet, voucherClaimTypedData(domains.purpose, said));
  const carried = purpose.connect(jurisdiction.bank(input.bank).signer);
  if (event.refused !== undefined) {
    const refusal = await refusalOf(errorsOf(purpose), carried.claim.staticCall(terms, wallet, notAfter, signature));
    checks.equal(`${event.person} asks for "${event.campaign}" (event ${index + 1})`, event.refused, refusal);
    return;
  }
  await journal.note(
    { event: `${event.person} claims a voucher of "${event.campaign}"`, legs: [describe(jurisdiction, terms.value)] },
    carried.claim(terms, wallet, notAfter, signature),
  );
}

async function claimListed(stage: Stage, { campaign, person }: EventOf<"claimListed">): Promise<void> {
  const { purpose, campaigns, journal, jurisdiction } = stage;
  const { terms, list, lines } = named(campaigns, campaign);
  const index = named(lines, person);
  const line = list?.lines[Number(index)];
  if (list === undefined || line === undefined) throw new RangeError(`${campaign} has no list`);
  await journal.note(
    { event: `${person} is on the list of "${campaign}"`, legs: [describe(jurisdiction, line.amount)] },
    purpose.claimListed(terms, index, line.identity, line.amount, list.proof(index)),
  );
}

/** The beneficiary signs, the merchant carries. */
async function purchase(stage: Stage, paid: Paid, event: EventOf<"purchase">): Promise<void> {
  const { purpose, merchants, domains, jurisdiction, journal, checks, book, merchantOf } = stage;
  const merchant = named(merchantOf, event.merchant);
  const wallet = walletOf(stage, event.person, event.wallet);
  const { terms, campaigns } = await offer(stage, paid, event, wallet);
  const { consent, holdSignature } = await signRedemption(wallet, domains, terms);
  const carried = purpose.connect(merchant);
  if (event.refused !== undefined) {
    const errors = errorsOf(purpose, merchants, jurisdiction.currency);
    const attempt = carried.redeem.staticCall(terms, campaigns, consent, holdSignature);
    checks.equal(`refused: ${event.name}`, event.refused, await refusalOf(errors, attempt));
    return;
  }
  const own = minor(event.own ?? "0.00");
  checks.equal(`${event.name}: the beneficiary pays`, own, ownPart(terms));
  const shown = (amount: bigint) => describe(jurisdiction, amount);
  await journal.note(
    {
      event: `${event.name}: ${event.person} buys at ${event.merchant} for ${event.price}`,
      legs: [`${shown(terms.price - own)} by vouchers`, `${shown(own)} by ${event.person}`],
    },
    carried.redeem(terms, campaigns, consent, holdSignature),
  );
  paid.set(event.name, { id: purchaseId(domains.purpose, terms), terms, campaigns });
  const vouchers = terms.vouchers.map(({ campaign, amount }) => {
    const { name } = campaignOf(stage, campaign);
    return { campaign: name, amount, restoredBy: event.vouchers.find((one) => one.campaign === name)?.restoredBy };
  });
  book.pay(event.name, { person: event.person, merchant: event.merchant, price: terms.price, own, vouchers });
}

async function offer(stage: Stage, paid: Paid, event: EventOf<"purchase">, wallet: HardhatEthersSigner) {
  const { purpose, jurisdiction, campaigns, clock, merchantOf } = stage;
  const { currency } = jurisdiction;
  const identity = await currency.identityOf(wallet);
  const price = minor(event.price);
  const atHand = [];
  for (const { campaign, restoredBy } of event.vouchers) {
    const { terms, id } = named(campaigns, campaign);
    const { left } = await purpose.entitlementOf(id, identity);
    if (restoredBy === undefined) atHand.push({ terms, left });
    else {
      const refunded = named(paid, restoredBy).id;
      atHand.push({ terms, refunded, left: await leftOf(stage, await purpose.restoredHoldOf(terms, refunded)) });
    }
  }
  const quoted = quoteVouchers(price, atHand).map((use) => {
    const { name } = campaignOf(stage, use.campaign);
    const pays = event.vouchers.find(({ campaign }) => campaign === name)?.pays;
    return pays === undefined ? use : { ...use, amount: minor(pays) };
  });
  const terms: Purchase = {
    ...{ beneficiary: wallet.address, merchant: named(merchantOf, event.merchant).address, price },
    ...{ notAfter: (await clock.now()) + 3_600n, businessRef: reference(event.name), vouchers: quoted },
  };
  return { terms, campaigns: quoted.map(({ campaign }) => campaignOf(stage, campaign).terms) };
}

async function refund(stage: Stage, paid: Paid, event: EventOf<"refund">): Promise<string> {
  const { purpose, jurisdiction, journal, book } = stage;
  const { terms, campaigns } = named(paid, event.purchase);
  const amount = event.amount === undefined ? terms.price : minor(event.amount);
  const merchant = stage.suite.customers.find(({ address }) => address === terms.merchant);
  if (merchant === undefined) throw new RangeError("a merchant is a customer");
  const [, sent] = await journal.noteAll(
    {
      event: `${event.purchase} is given back${amount === terms.price ? "" : " in part"}`,
      legs: [amount === terms.price ? "the voucher is restored" : "the voucher's share goes to the sponsor"],
    },
    [
      () => jurisdiction.currency.connect(merchant).approve(purpose, amount),
      () => purpose.connect(merchant).refund(terms, campaigns, amount),
    ],
  );
  book.giveBack(event.purchase, amount);
  return sent?.hash ?? "";
}

async function suspend(stage: Stage, { merchant, reason }: EventOf<"suspend">): Promise<void> {
  const { merchants, jurisdiction, journal, input, merchantOf } = stage;
  const acquirer = jurisdiction.bank(input.acquirer);
  await journal.note(
    { event: `${acquirer.name} suspends ${merchant}: ${reason}` },
    merchants.connect(acquirer.signer).setSuspended(named(merchantOf, merchant), true, reference(reason)),
  );
}

/** What no contract can prevent: an ordinary payment. */
async function payBack(stage: Stage, { merchant, person, amount }: EventOf<"payback">): Promise<void> {
  const { jurisdiction, journal, book, merchantOf } = stage;
  await journal.note(
    { event: `${merchant} pays ${person}`, legs: [describe(jurisdiction, minor(amount))] },
    jurisdiction.currency.connect(named(merchantOf, merchant)).transfer(walletOf(stage, person), minor(amount)),
  );
  book.move(merchant, person, minor(amount));
}

// ------------------------------------------------------------------- attempts

/** Past the purpose contract, at the ledger itself. */
async function tryToCashOut(stage: Stage, paid: Paid): Promise<void> {
  const { purpose, jurisdiction, domains, sponsor, campaigns, checks, merchantOf, input } = stage;
  const { currency } = jurisdiction;
  const errors = errorsOf(purpose, currency);
  for (const { name, terms } of campaigns.values()) {
    const hold = budgetHold(domains.purpose, terms);
    const early = currency.connect(sponsor).releaseHold.staticCall(hold);
    checks.equal(`the sponsor takes "${name}" back early`, "HoldUnauthorized", await refusalOf(errors, early));
    const ended = purpose.closeCampaign.staticCall(terms);
    checks.equal(`"${name}" is closed early`, "PurposeCampaignRunning", await refusalOf(errors, ended));
    for (const { name: person } of input.people) {
      const wallet = walletOf(stage, person);
      const capture = currency.connect(wallet).captureHold.staticCall(hold, wallet, 1n);
      checks.equal(`${person} captures "${name}"`, "HoldUnauthorized", await refusalOf(errors, capture));
    }
  }
  for (const { terms, id, campaigns: used } of paid.values()) {
    for (const campaign of used) {
      const hold = plain(await purpose.restoredHoldOf(campaign, id));
      const { remaining } = await currency.holdState(await currency.holdId(hold));
      const merchant = [...merchantOf].find(([, { address }]) => address === terms.merchant);
      if (remaining === 0n || merchant === undefined) continue;
      const free = currency.connect(merchant[1]).releaseHold.staticCall(hold);
      checks.equal(`${merchant[0]} frees a restored voucher`, "HoldUnauthorized", await refusalOf(errors, free));
    }
  }
}

/** What was paid by merchants to those who had bought with vouchers. */
async function lookForPaybacks(stage: Stage, paid: Paid, refunds: ReadonlySet<string>, from: number) {
  const { purpose, jurisdiction, input, checks } = stage;
  const { currency } = jurisdiction;
  const observed = await Promise.all(
    (await purpose.queryFilter(purpose.filters.PurchasePaid(), from)).map(async (log) => ({
      ...{ id: log.args.id, beneficiary: log.args.beneficiary, merchant: log.args.merchant },
      ...{ transaction: log.transactionHash, time: BigInt((await log.getBlock()).timestamp) },
    })),
  );
  const payments = await Promise.all(
    (await currency.queryFilter(currency.filters.Transfer(), from)).map(async (log) => ({
      ...{ from: log.args.from, to: log.args.to, amount: log.args.value },
      ...{ transaction: log.transactionHash, time: BigInt((await log.getBlock()).timestamp) },
    })),
  );
  const window = BigInt(input.paybackDays * SECONDS_PER_DAY);
  const found = findPaybacks(observed, payments, refunds, window);
  const expected = input.events.filter(({ what }) => what === "payback").length;
  checks.equal("payments back to a beneficiary are found", expected, found.length);
  const nameOf = (id: string) => [...paid].find(([, one]) => one.id === id)?.[0] ?? id;
  return found.map(({ purchase: one, payment }) => `${describe(jurisdiction, payment.amount)} after ${nameOf(one.id)}`);
}

// --------------------------------------------------------------------- the end

async function endCampaigns(stage: Stage, paid: Paid): Promise<void> {
  const { input, clock, purpose, campaigns, journal, jurisdiction, checks, book, suite } = stage;
  await clock.moveTo(input.expires, 0);
  const anyone = purpose.connect(suite.deployer);
  for (const { name, terms } of campaigns.values()) {
    const before = await jurisdiction.currency.spendableOf(stage.sponsor);
    await journal.note({ event: `"${name}" is over`, legs: ["the rest is free"] }, anyone.closeCampaign(terms));
    const returned = (await jurisdiction.currency.spendableOf(stage.sponsor)) - before;
    checks.equal(`"${name}" returns what is unspent`, terms.budget - book.spentOf(name), returned);
  }
  for (const { name, campaign, left } of book.end()) {
    const [{ terms }, { id }] = [named(campaigns, campaign), named(paid, name)];
    checks.equal(`${name}: left of the voucher`, left, await leftOf(stage, await purpose.restoredHoldOf(terms, id)));
    await journal.note(
      { event: `the voucher of ${name} was not spent`, legs: [`${describe(jurisdiction, left)} to the sponsor`] },
      anyone.returnRestored(terms, id),
    );
  }
}

/** Everybody has what the book says, to the fen, and nobody's purse has grown by a voucher. */
async function checkEnd(stage: Stage): Promise<void> {
  const { input, jurisdiction, checks, book, sponsor, merchantOf, purpose, merchants, campaigns } = stage;
  const { currency } = jurisdiction;
  const parties: (readonly [string, readonly HardhatEthersSigner[]])[] = [
    [input.sponsor.name, [sponsor]],
    ...[...merchantOf].map(([name, signer]) => [name, [signer]] as const),
    ...stage.walletsOf,
  ];
  for (const [name, wallets] of parties) {
    let [has, held] = [0n, 0n];
    for (const wallet of wallets) {
      has += await currency.balanceOf(wallet);
      held += await currency.heldOf(wallet);
    }
    checks.equal(`${name} has what it must have`, book.balanceOf(name), has);
    checks.equal(`${name}: nothing is held`, 0n, held);
  }
  for (const { name, id, terms } of campaigns.values()) {
    const { spent, outstanding, restored } = await purpose.campaignStateOf(id);
    checks.equal(`"${name}": spent`, book.spentOf(name), spent);
    checks.equal(`"${name}": outstanding and restored`, [0n, 0n], [outstanding, restored]);
    for (const { name: person } of input.people) {
      const identity = await currency.identityOf(walletOf(stage, person));
      const { given } = await purpose.entitlementOf(id, identity);
      checks.holds(`${person} has no more of "${name}" than one person is given`, given <= terms.perPerson);
    }
  }
  const owned = (await currency.balanceOf(purpose)) + (await currency.balanceOf(merchants));
  checks.equal("the contracts own nothing", 0n, owned);
}

async function summary({ campaigns, purpose, book, jurisdiction }: Stage): Promise<string> {
  const rows = [];
  for (const { name, id, terms } of campaigns.values()) {
    const { granted, spent } = await purpose.campaignStateOf(id);
    const amounts = [terms.budget, granted, spent, terms.budget - spent, book.turnoverOf(name)];
    rows.push([name, ...amounts.map((amount) => describe(jurisdiction, amount))]);
  }
  return table(["campaign", "budget", "given", "spent", "returned", "sales with it"], rows);
}

// --------------------------------------------------------------------- helpers

function campaignOf({ campaigns }: Stage, id: string) {
  const campaign = [...campaigns.values()].find((one) => one.id === id);
  if (campaign === undefined) throw new RangeError(`no campaign has the id ${id}`);
  return campaign;
}

async function leftOf({ jurisdiction }: Stage, hold: Awaited<ReturnType<Purpose["restoredHoldOf"]>>): Promise<bigint> {
  const { currency } = jurisdiction;
  return (await currency.holdState(await currency.holdId(plain(hold)))).remaining;
}

/** A hold as the ledger takes it, from one that the contract answered. */
function plain(hold: Awaited<ReturnType<Purpose["restoredHoldOf"]>>): Hold {
  const { payer, payee, executor, amount, expiry, businessRef } = hold;
  return { payer, payee, executor, amount, expiry, businessRef };
}
