import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { endOfDay, parseDay } from "../../../sdk/calendar.js";
import type { Bank } from "../../../sdk/deploy/suite.js";
import { CONNECT_STATUS } from "../../../sdk/eip712/connect.js";
import { UNLIMITED_COUNT } from "../../../sdk/limits.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { describe, openWallet, reference } from "../../../sdk/operations/money.js";
import { errorsOf, refusalOf } from "../../../sdk/operations/refusal.js";
import { payeeNameHash, proxyKey } from "../../../sdk/payments/connect.js";
import { Checks } from "../../../sdk/report.js";
import type { IRetailCurrency } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import {
  SECRET,
  complete,
  customer,
  enter,
  letQuote,
  offer,
  openLinkStage,
  pay,
  submit,
  type LinkStage,
  type Resident,
} from "../payment-connect/stage.js";
import type { TopUpInput } from "./input.js";

const MORNING = 9;
/** AM14, the amount is above a limit agreed with the customer. */
const OVER_A_LIMIT = "0x414d3134";

/** Somebody with an e-CNY wallet. */
interface Merchant {
  readonly name: string;
  readonly signer: HardhatEthersSigner;
  readonly bank: Bank;
}

/** A run under way. */
interface Town extends LinkStage {
  readonly input: TopUpInput;
  readonly resident: Resident;
  readonly operator: Bank;
  /** The wallet on the telephone. */
  readonly wallet: HardhatEthersSigner;
  /** The same person's wallet that the operator keeps: it says whom the telephone may pay. */
  readonly kept: HardhatEthersSigner;
  readonly merchants: readonly Merchant[];
  readonly acquaintance: Merchant;
  readonly currency: IRetailCurrency;
  readonly proxy: string;
}

/** Tells the wallet's life on a connection's chain. */
export async function runTopUp(connection: NetworkConnection<"l1">, input: TopUpInput): Promise<Outcome> {
  const checks = new Checks("hk-wallet-topup", connection.networkName);
  const stage = await openLinkStage(connection, { ...input, openingHour: MORNING - 1 }, checks);
  const town = await openTown(stage, input);
  const happenings = [
    ...input.topUps.map(({ day, amount }) => ({ day, happens: () => topUp(town, minor(amount)) })),
    ...input.purchases.map(({ day, merchant, amount }) => ({
      day,
      happens: () => buy(town, merchant, minor(amount)),
    })),
  ].toSorted((a, b) => parseDay(a.day) - parseDay(b.day));
  for (const { day, happens } of happenings) {
    await town.clock.moveTo(day, MORNING);
    await happens();
  }
  await figures(town);
  await nobodyElse(town);
  await tooMuch(town);
  await untilTheYearIsUsedUp(town);
  const text = [
    input.title,
    `Dates are as in the input; the chain's clock is ${town.clock.years} years ahead of them.`,
    town.journal.toTable(),
    "The wallet pays listed merchants and, back, the wallet that the operator keeps for the same person. Others can pay it: a " +
      "currency knows no rule for who may pay a wallet.",
  ].join("\n\n");
  return { checks, text };
}

// -------------------------------------------------------------------- opening

async function openTown(stage: LinkStage, input: TopUpInput): Promise<Town> {
  const { suite, journal, clock, directory, connection } = stage;
  const { mainland } = suite;
  const operator = mainland.bank(input.operator);
  const desk = { jurisdiction: mainland, journal, clock };
  const account = { ...input.resident, side: "hongkong", walletClass: "II" } as const;
  const resident = await enter(stage, customer(stage, 0), account);
  await letQuote(stage, resident.bank, minor("200000"), input.operator);
  await pay(stage, "hongkong", resident.bank, resident.signer, minor(input.resident.balance), "the account's balance");

  const merchants: Merchant[] = [];
  for (const [index, { name, bank: bic }] of input.merchants.entries()) {
    const [signer, bank] = [customer(stage, 3 + index), mainland.bank(bic)];
    await openWallet(desk, bank, signer, "corporate", name);
    merchants.push({ name, signer, bank });
  }
  const { name, bank: bic } = input.acquaintance;
  const acquaintance = { name, signer: customer(stage, 8), bank: mainland.bank(bic) };
  await openWallet(desk, acquaintance.bank, acquaintance.signer, "II", name);

  const currency = await connection.ethers.getContractAt("IRetailCurrency", await mainland.currency.getAddress());
  const [wallet, kept] = [customer(stage, 1), customer(stage, 2)];
  const phone = `a telephone in Hong Kong, ${input.resident.mobile}`;
  await openWallet(desk, operator, kept, "IV", phone);
  const { single, day, year } = input.figures;
  const expiry = UNLIMITED_COUNT;
  const grant = { single: minor(single), day: minor(day), year: minor(year), expiry, listedOnly: true };
  await journal.noteAll({ event: `${operator.name} opens the wallet on the telephone and lists the merchants` }, [
    () => currency.connect(operator.signer).openSubWallet(wallet, kept),
    () => currency.connect(kept).setSubWalletGrant(wallet, grant),
    ...merchants.map(
      ({ signer }) =>
        () =>
          currency.connect(kept).setSubWalletPayee(wallet, signer, true),
    ),
  ]);
  const proxy = proxyKey(SECRET, { mobile: input.resident.mobile });
  await journal.noteAll({ event: "The telephone's number leads to the wallet" }, [
    () => directory.connect(operator.signer).setPayeeName(currency, wallet, payeeNameHash(input.resident.name)),
    () => directory.connect(operator.signer).registerProxy(proxy, currency, wallet),
  ]);
  return { ...stage, input, resident, operator, wallet, kept, merchants, acquaintance, currency, proxy };
}

// ------------------------------------------------------------------- ordinary

/** From the account in Hong Kong, by the telephone's number, through the link. */
async function topUp(town: Town, renminbi: bigint): Promise<void> {
  const { journal, resident, suite, checks, currency, wallet } = town;
  const before = await currency.balanceOf(wallet);
  const it = await toWallet(town, renminbi);
  const legs = [describe(suite.hongkong, it.payment.quote.sendAmount), describe(suite.mainland, renminbi)];
  await journal.noteAll({ event: `${resident.name} tops up`, legs }, [
    () => submit(town, it),
    () => complete(town, it),
  ]);
  const name = `top-up ${checks.report().checks.length}: the wallet has it, to the fen`;
  checks.equal(name, before + renminbi, await currency.balanceOf(wallet));
}

function toWallet(town: Town, renminbi: bigint) {
  const { resident, wallet, operator, proxy } = town;
  return offer(town, resident, { signer: wallet, bank: operator, name: resident.name }, renminbi, { proxy });
}

async function buy(town: Town, merchant: number, amount: bigint): Promise<void> {
  const { merchants, journal, currency, wallet, suite, checks } = town;
  const shop = merchants[merchant];
  if (shop === undefined) throw new RangeError("the input names merchants that there are");
  const before = await currency.balanceOf(shop.signer);
  await journal.note(
    { event: `bought at ${shop.name}`, legs: [describe(suite.mainland, amount)] },
    currency.connect(wallet).transfer(shop.signer, amount),
  );
  const name = `purchase ${checks.report().checks.length}: ${shop.name} has it`;
  checks.equal(name, before + amount, await currency.balanceOf(shop.signer));
}

// --------------------------------------------------------------------- limits

/** The class's limits on the chain are the published figures. */
async function figures({ currency, checks, input, wallet }: Town): Promise<void> {
  const { walletClass } = await currency.walletOf(wallet);
  const { balance, single, day, year } = await currency.classLimits(walletClass);
  const published = input.figures;
  const expected = [published.balance, published.single, published.day, published.year].map((text) => minor(text));
  checks.equal("class IV has the published figures", expected, [balance, single, day, year]);
}

/** No person, whichever way: by transfer, by a hold, by somebody else's hand. */
async function nobodyElse(town: Town): Promise<void> {
  const { currency, wallet, acquaintance, checks, merchants, clock, connection } = town;
  const errors = errorsOf(currency);
  const [shop] = merchants;
  const { signer } = acquaintance;
  const own = currency.connect(wallet);
  const open = await clock.deadline();
  const hold = (payee: string) => ({
    ...{ payer: wallet.address, payee, executor: signer.address, amount: 1n, expiry: open },
    businessRef: reference("around the rule"),
  });
  const attempts = {
    "a person, by transfer": () => own.transfer.staticCall(signer, 1n),
    "a person, by hold": () => own.placeHold.staticCall(hold(signer.address)),
    "a person, by a hold that names nobody": () => own.placeHold.staticCall(hold(connection.ethers.ZeroAddress)),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    checks.equal(name, "SubWalletPayeeNotListed", await refusalOf(errors, attempt()));
  }
  const allowed = shop === undefined ? "nobody" : await refusalOf(errors, own.transfer.staticCall(shop.signer, 1n));
  checks.equal("a listed merchant", "none", allowed);
}

/** A top-up above the balance cap comes back: the operator rejects it, money and quota are free again. */
async function tooMuch(town: Town): Promise<void> {
  const { journal, currency, link, wallet, checks, input, suite, resident, operator } = town;
  const errors = errorsOf(link, currency, suite.engine);
  // the link's quota of one day would not fill the wallet
  await topUp(town, minor("4000.00"));
  await nextDay(town);
  const room = minor(input.figures.balance) - (await currency.balanceOf(wallet));
  const before = await suite.hongkong.currency.spendableOf(resident.signer);
  const it = await toWallet(town, room + 1n);
  await journal.note({ event: `${resident.name} tops up a fen more than there is room for` }, submit(town, it));
  const refusal = await refusalOf(errors, link.connect(operator.signer).complete.staticCall(it.payment));
  checks.equal("a fen above the balance cap", "WalletBalanceLimitExceeded", refusal);
  await journal.note(
    { event: `${operator.name} rejects it (AM14)` },
    link.connect(operator.signer).reject(it.payment, OVER_A_LIMIT),
  );
  checks.equal<bigint>("above the cap: rejected", CONNECT_STATUS.rejected, (await link.recordOf(it.id)).status);
  const after = await suite.hongkong.currency.spendableOf(resident.signer);
  checks.equal("above the cap: the money is free again", before, after);
}

/** Day by day to the class's limits, until the year's is used up; on New Year's Day it begins again. */
async function untilTheYearIsUsedUp(town: Town): Promise<void> {
  const { currency, wallet, checks, input, merchants, journal, resident, suite } = town;
  const errors = errorsOf(currency);
  const [shop] = merchants;
  if (shop === undefined) throw new RangeError("the input names a merchant");
  const own = currency.connect(wallet);
  const [single, day, year] = [input.figures.single, input.figures.day, input.figures.year].map((text) => minor(text));
  if (single === undefined || day === undefined || year === undefined) throw new RangeError("there are three figures");
  const attempt = (amount: bigint) => refusalOf(errors, own.transfer.staticCall(shop.signer, amount));
  let first = true;
  for (;;) {
    const { dayOut, yearOut } = await currency.walletOf(wallet);
    const today = day - dayOut < year - yearOut ? day - dayOut : year - yearOut;
    if (today === 0n && year === yearOut) break;
    if (today > 0n) {
      await fill(town, today);
      const sends = parts(today, single);
      if (first)
        checks.equal("one fen above one payment's limit", "WalletSingleLimitExceeded", await attempt(single + 1n));
      await journal.noteAll(
        { event: `bought at ${shop.name}, all that the day allows`, legs: [formatMoney(today, "CNY")] },
        sends.map((amount) => () => own.transfer(shop.signer, amount)),
      );
      if (first) {
        await fill(town, minor("1.00"));
        checks.equal("one fen above the day's limit", "WalletDayLimitExceeded", await attempt(1n));
      }
      first = false;
    }
    await nextDay(town);
  }
  await fill(town, minor("1.00"));
  checks.equal("one fen above the year's limit", "WalletYearLimitExceeded", await attempt(1n));
  checks.equal("the year's limit is used up", year, (await currency.walletOf(wallet)).yearOut);
  checks.holds("Hong Kong paid for all of it", (await suite.hongkong.currency.balanceOf(resident.signer)) > 0n);
}

async function nextDay({ clock }: Town): Promise<void> {
  await clock.moveToTime(BigInt(endOfDay(await clock.now()) + 1));
}

/** Tops up what is missing. */
async function fill(town: Town, amount: bigint): Promise<void> {
  const missing = amount - (await town.currency.balanceOf(town.wallet));
  if (missing > 0n) await topUp(town, missing);
}

/** As few payments as the limit of one allows. */
function parts(amount: bigint, most: bigint): bigint[] {
  const whole = Array.from({ length: Number(amount / most) }, () => most);
  return amount % most === 0n ? whole : [...whole, amount % most];
}
