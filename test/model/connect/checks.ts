import { expect } from "chai";
import { foldConnect } from "../../../sdk/payments/connectEvents.js";
import { KIND, STATUS } from "../../support/connect.js";
import type { Check } from "../checks.js";
import { found } from "../tale.js";
import { PAYERS, QUOTAS, ROUTES, usedOf, type Kind, type Payer, type PaymentModel } from "./state.js";
import { proxyOf, tracked, type ConnectTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const CONNECT_CHECKS: readonly Check<ConnectTale>[] = [
  { id: "CON-01", holds: quotasAreTheFold },
  { id: "CON-02", holds: paymentsEndOnceAndSettleBothOrNone },
  { id: "CON-03", holds: proxiesHaveOneOwner },
];

export async function checkConnect(told: ConnectTale): Promise<void> {
  for (const { holds } of CONNECT_CHECKS) await holds(told);
}

const COUNTERS: readonly (readonly [Kind, Payer])[] = [
  ["northbound", "ann"],
  ["northbound", "annAtBochk"],
  ["sameName", "ann"],
  ["southbound", "mei"],
];

async function quotasAreTheFold(told: ConnectTale): Promise<void> {
  const { world, state, rules } = told;
  const { f, chain } = world;
  const now = BigInt(await chain.networkHelpers.time.latest());
  for (const [kind, payer] of COUNTERS) {
    const { person, bank } = PAYERS[payer];
    const { day, year } = await f.link.usedOf(KIND[kind], f.numbers[bank], f.persons[person]);
    expect({ day, year }, `CON-01 ${kind} of ${payer}`).to.deep.equal(usedOf({ ...state, now }, rules, kind, payer));
    const quota = QUOTAS[kind];
    expect(quota.day === undefined || day <= quota.day, `CON-01 ${kind} of ${payer}, day`).to.equal(true);
    expect(quota.year === undefined || year <= quota.year, `CON-01 ${kind} of ${payer}, year`).to.equal(true);
  }
  await statisticsAreTheFold(told);
}

/** The link's own statistics, the log's, and the model's. */
async function statisticsAreTheFold({ world: { f, chain }, state }: ConnectTale): Promise<void> {
  const { provider } = chain.ethers;
  const logs = await provider.getLogs({ address: await f.link.getAddress(), fromBlock: 0 });
  const times = new Map<number, number>();
  for (const { blockNumber } of logs) {
    if (!times.has(blockNumber))
      times.set(blockNumber, found((await provider.getBlock(blockNumber)) ?? undefined, "block").timestamp);
  }
  const { totals } = foldConnect(f.link, logs, (block) => found(times.get(block), "time"));
  for (const kind of Object.keys(QUOTAS) as Kind[]) {
    const { submitted, timedOut, completed, rejected, returned, completedAmount, returnedAmount } =
      await f.link.statisticsOf(KIND[kind]);
    const counted = { submitted, timedOut, completed, rejected, returned, completedAmount, returnedAmount };
    expect(counted, `CON-01 ${kind}, the log`).to.deep.equal(totals.get(KIND[kind]));
    const own = state.payments.filter(({ route }) => ROUTES[route].kind === kind);
    const how = (...states: PaymentModel["status"][]) => own.filter(({ status }) => states.includes(status));
    const renminbi = (payments: readonly PaymentModel[]) =>
      payments.reduce((sum, { sent, received }) => sum + (kind === "southbound" ? sent : received), 0n);
    expect(counted, `CON-01 ${kind}, the model`).to.deep.equal({
      submitted: BigInt(own.length),
      timedOut: BigInt(own.filter(({ late }) => late).length),
      completed: BigInt(how("completed", "returned").length),
      rejected: BigInt(how("rejected").length),
      returned: BigInt(how("returned").length),
      completedAmount: renminbi(how("completed", "returned")),
      returnedAmount: renminbi(how("returned")),
    });
  }
}

async function paymentsEndOnceAndSettleBothOrNone({ world, state }: ConnectTale): Promise<void> {
  const { f, made, opening } = world;
  const balances = new Map(opening);
  const held = new Map<string, bigint>();
  for (const payment of state.payments) {
    const { name, status, sent } = payment;
    const signed = found(made.get(name), "signed payment");
    expect(await signed.status(), `CON-02 payment ${name}`).to.equal(STATUS[status]);
    const open = status === "submitted" || status === "timedOut";
    expect(await signed.held(), `CON-02 payment ${name}, held`).to.equal(open ? sent : 0n);
    const key = payerKey(payment);
    if (open) held.set(key, (held.get(key) ?? 0n) + sent);
    if (status === "completed") settle(balances, payment);
  }
  for (const [key, { currency, account }] of tracked(f)) {
    expect(await currency.balanceOf(account), `CON-02 ${key}`).to.equal(balances.get(key));
    expect(await currency.heldOf(account), `CON-02 ${key}, held`).to.equal(held.get(key) ?? 0n);
  }
  for (const { currency } of [f.mainland, f.hongkong]) {
    expect(await currency.balanceOf(f.link), "CON-02 the link's own").to.equal(0n);
  }
}

function payerKey({ payer }: PaymentModel): string {
  return payer === "annInCny" ? "ann ecny" : `${payer} ${PAYERS[payer].currency}`;
}

function settle(balances: Map<string, bigint>, payment: PaymentModel): void {
  const { route, payer, sent, received } = payment;
  const { kind, payee, receives } = ROUTES[route];
  const { currency, bank } = PAYERS[payer];
  const add = (key: string, amount: bigint) => balances.set(key, (balances.get(key) ?? 0n) + amount);
  add(payerKey(payment), -sent);
  add(`${payee} ${receives}`, received);
  if (currency === receives) return;
  const quotes = kind === "southbound" ? (bank === "boc" ? "hsbc" : "icbc") : bank === "bochk" ? "icbc" : "hsbc";
  add(`${quotes} ${currency}`, sent);
  add(`${quotes} ${receives}`, -received);
}

async function proxiesHaveOneOwner({ world: { f }, state }: ConnectTale): Promise<void> {
  for (const [index, { owner, sequence }] of state.proxies.entries()) {
    const found_ = await f.directory.proxyOf(proxyOf(index));
    const expected = owner === undefined ? "0x0000000000000000000000000000000000000000" : accountOf(f, owner);
    expect([found_.account, found_.sequence], `CON-03 proxy ${index}`).to.deep.equal([expected, sequence]);
  }
}

function accountOf(f: ConnectTale["world"]["f"], owner: string): string {
  const accounts: Readonly<Record<string, string>> = {
    ...{ shop: f.shop.address, bob: f.bob.address },
    ...{ meiAtBoc: f.meiAtBoc.address, annAtBochk: f.annAtBochk.address },
  };
  return found(accounts[owner], "owner");
}
