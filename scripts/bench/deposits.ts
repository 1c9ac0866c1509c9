import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, Wallet, ZeroAddress, id, toBeHex, type AddressLike } from "ethers";
import { isinBytes } from "../../sdk/bonds.js";
import { joinTransfers, openDepositToken, openTransfers } from "../../sdk/deploy/depositTokens.js";
import { openFund } from "../../sdk/deploy/fund.js";
import { FUND_ORDER_KIND, fundOrderTypedData, fundTimes, type FundOrder } from "../../sdk/eip712/fundDealing.js";
import type { DepositOrder } from "../../sdk/eip712/depositTransfers.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { signDepositHold, signDepositOrder } from "../../sdk/markets/deposits.js";
import { minor } from "../../sdk/money.js";
import { POWERS, ROLES } from "../../sdk/roles.js";
import type { DepositToken } from "../../types/ethers-contracts/index.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, type Suite } from "./suite.js";

const AMOUNT = minor("1000.00");
const RULES = { outSingle: AMOUNT, outDay: 1_000n * AMOUNT, inSingle: AMOUNT };
const NAV = 10_000_000n;
const TIMES = { cutOff: 15n * 3_600n, patience: 86_400n };

/** A deposit paid from bank to bank, and the largest page of subscriptions that a fund deals, all between banks. */
export async function measureDeposits(suite: Suite): Promise<Figures> {
  const { chain, currency, authority, admin, banks, company, executor, carrier } = suite;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const common = { authority, admin, deployer: carrier, currency };
  const transfers = await openTransfers({ ...common, engine });
  const [first, second] = banks;
  // the bench's authority has no officers but its admin
  await authority.connect(admin).grantRole(ROLES.governor, admin, 0n);
  const tokens: DepositToken[] = [];
  for (const [index, bank] of [first, second].entries()) {
    const symbol = `BANK${index}`;
    const token = await openDepositToken({ ...common, name: symbol, symbol, bank: bank.number });
    await transfers.connect(admin).admit(token);
    await joinTransfers(transfers, engine, currency, {
      account: bank.account,
      token,
      rules: RULES,
      mandate: id("mandate"),
    });
    await token.connect(bank.account).appoint(bank.account, POWERS.issuer, id("articles"));
    tokens.push(token);
  }
  const [from, to] = tokens;
  if (from === undefined || to === undefined) throw new RangeError("two banks have two tokens");
  await openAccount(from, first.account, company);
  await openAccount(to, second.account, executor);
  await from.connect(company).approve(transfers, MaxUint256);

  const payment: DepositOrder = {
    ...{ from: company.address, to: executor.address, amount: AMOUNT, notAfter: LATER, agent: ZeroAddress },
    ...{ fromToken: await from.getAddress(), toToken: await to.getAddress(), businessRef: toBeHex(0, 32) },
  };
  const pay = async (n: number) => {
    const next = { ...payment, businessRef: toBeHex(n, 32) };
    const consent = await signDepositOrder(company, await domainOf(transfers), next);
    return gasOf(transfers.connect(carrier).execute(next, consent, "0x"));
  };
  await pay(1);
  const deposit = { "deposit.transfer": await pay(2) };

  const { units, dealing } = await openFund({
    ...{ ...common, governor: admin, isin: isinBytes("HK0000069689"), name: "fund", symbol: "FUND" },
    terms: {
      ...{ transfers, cash: to, account: executor, ...TIMES, weekdays: 127n, navBand: 100n, firstNav: NAV },
    },
    ...{ administrator: admin, mandate: id("documents") },
  });
  await units.connect(first.account).openAccount(company);
  await transfers.connect(company).authorizeAgent(dealing, true);
  const day = await dealing.nextDealingDay(await chain.networkHelpers.time.latest());
  const order = (investor: string): FundOrder => ({
    ...{ kind: FUND_ORDER_KIND.subscription, cash: payment.fromToken, amount: AMOUNT },
    ...{ investor, day, salt: toBeHex(0, 32) },
  });
  const placed = await gasOf(dealing.connect(company).place(order(company.address), "0x", "0x"));
  const [dealt, transferred, token] = [await domainOf(dealing), await domainOf(transfers), await domainOf(from)];
  const orders: FundOrder[] = [];
  for (let n = 0; n < Number(await dealing.MAX_PAGE()); ++n) {
    const investor = new Wallet(id(`investor ${n}`));
    await openAccount(from, first.account, investor.address);
    await units.connect(first.account).openAccount(investor);
    const each = order(investor.address);
    const hold = await signDepositHold(investor, transferred, token, await dealing.paymentOf(each));
    await dealing.connect(carrier).place(each, await sign(investor, fundOrderTypedData(dealt, each)), hold);
    orders.push(each);
  }
  await chain.networkHelpers.time.increaseTo(fundTimes(TIMES, day).cutOff);
  await dealing.connect(admin).publishNav(day, NAV);
  const page = await gasOf(dealing.connect(carrier).dealMany(orders));
  return {
    ...deposit,
    "fund.place": placed,
    "fund.dealt.perOrder": Math.ceil(page / orders.length),
    "fund.dealt.page": page,
  };
}

async function openAccount(token: DepositToken, bank: HardhatEthersSigner, customer: AddressLike) {
  await token.connect(bank).openAccount(customer);
  await token.connect(bank).issue(customer, 100n * AMOUNT, id("loan"));
}
