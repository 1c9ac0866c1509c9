import { MaxUint256 } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { collectConsents, exchange, netTable, payment, type SettlementItem } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import type { Bond, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { AMOUNT, type Suite } from "./suite.js";

const PAYMENTS = 100;
const PAYMENTS_OF_BANK = 10n;

/** Exchanges by signature, gross and net. References count from 0, and the first of each initiator is spent here. */
export async function measureSettlement(suite: Suite, bond: Bond): Promise<Figures> {
  const { chain, currency, banks } = suite;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  for (const { account } of banks) await currency.connect(account).approve(engine, MaxUint256);
  await bond.connect(banks[1].account).approve(engine, MaxUint256);
  await settleTrade(suite, engine, bond, 0n);
  const dvp = await settleTrade(suite, engine, bond, 1n);
  await settleRound(suite, engine, 256n);
  return { "settle.dvp": dvp, "settleNet.perPayment": await settleRound(suite, engine, 256n + PAYMENTS_OF_BANK) };
}

async function settleTrade(suite: Suite, engine: SettlementEngine, bond: Bond, businessRef: bigint): Promise<number> {
  const [buyer, seller] = suite.banks;
  const instruction = exchange(
    { businessRef },
    { token: await suite.currency.getAddress(), from: buyer.account.address, amount: minor("1000.00") },
    { token: await bond.getAddress(), from: seller.account.address, amount: 10n },
  );
  const consents = await collectConsents(await domainOf(engine), instruction, [buyer.account, seller.account]);
  return gasOf(engine.connect(suite.carrier).settle(instruction, consents, []));
}

/** Each of ten banks makes ten signed payments to the others; what is left is moved in one transaction. */
async function settleRound(
  { currency, banks, carrier }: Suite,
  engine: SettlementEngine,
  from: bigint,
): Promise<number> {
  const token = await currency.getAddress();
  const domain = await domainOf(engine);
  const accounts = banks.map(({ account }) => account);
  const items: SettlementItem[] = [];
  for (let i = 0; i < PAYMENTS; ++i) {
    const [payer, payee] = pair(accounts, i);
    const terms = { businessRef: from + BigInt(Math.floor(i / accounts.length)), nettable: true };
    const side = { token, from: payer.address, amount: AMOUNT + BigInt(i) };
    const instruction = payment(terms, side, payee.address);
    items.push({ instruction, consents: await collectConsents(domain, instruction, [payer]), holds: [] });
  }
  const { keys, indices } = netTable(items.map(({ instruction }) => instruction));
  return Math.ceil((await gasOf(engine.connect(carrier).settleNet(items, keys, indices))) / PAYMENTS);
}

/** Payer and payee of the `i`-th payment: everybody pays everybody else in turn, the first neighbour twice. */
function pair<T>(parties: readonly T[], i: number): [payer: T, payee: T] {
  const round = Math.floor(i / parties.length);
  const payer = parties[i % parties.length];
  const payee = parties[(i + 1 + (round % (parties.length - 1))) % parties.length];
  if (payer === undefined || payee === undefined) throw new RangeError("there are no parties to pay each other");
  return [payer, payee];
}
