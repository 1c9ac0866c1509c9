import type { ContractTransactionResponse } from "ethers";
import { FINANCE_STATUS, RECEIVABLE_STATUS } from "../../sdk/eip712/trade.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";
import { FINANCE_MACHINE, RECEIVABLE_MACHINE } from "../support/states/trade.js";
import {
  DAY,
  FinanceUnderTest,
  ReceivableUnderTest,
  declaration,
  deployTrade,
  latest,
  type Trade,
} from "../support/trade.js";

const chain = await openChain("mainland");
const PART = minor("10.00");

interface World {
  readonly f: Trade;
  receivable: ReceivableUnderTest;
  finance: FinanceUnderTest;
}

/** A receivable and a finance that may come about. */
async function open(): Promise<World> {
  const f = await deployTrade(chain);
  const receivable = await ReceivableUnderTest.offered(f);
  return { f, receivable, finance: await FinanceUnderTest.offer(f, receivable) };
}

async function openVerified(): Promise<World> {
  const world = await open();
  await world.receivable.submit();
  await world.receivable.judge();
  return { ...world, finance: await FinanceUnderTest.offer(world.f, world.receivable) };
}

function nameOf<Name extends string>(names: Readonly<Record<Name, bigint>>, status: bigint): Name {
  const found = namesOf(names).find((name) => names[name] === status);
  if (found === undefined) throw new RangeError(`there is no status ${status}`);
  return found;
}

async function pastMaturity({ f, finance }: World): Promise<void> {
  if ((await latest(f)) < finance.terms.maturity)
    await chain.networkHelpers.time.increaseTo(finance.terms.maturity + DAY);
}

async function run(steps: readonly (() => Promise<ContractTransactionResponse>)[]) {
  for (const step of steps) await step();
}

// --------------------------------------------------------------- the finance

/** What leads into each state, from the application on. */
function way(
  world: World,
): Record<keyof typeof FINANCE_MACHINE.states, (() => Promise<ContractTransactionResponse>)[]> {
  const { finance } = world;
  const applied = [() => finance.apply()];
  const approved = [...applied, () => finance.approve()];
  const disbursed = [...approved, () => finance.disburse()];
  const overdue = [...disbursed, () => actOnFinance(world, "reportOverdue")];
  const repaid = [...disbursed, () => actOnFinance(world, "repayAll")];
  return {
    ...{ none: [], applied, approved, disbursed, overdue, repaid, released: [...repaid, () => finance.release()] },
    ...{ writtenOff: [...overdue, () => finance.writeOff()], cancelled: [...approved, () => finance.cancel()] },
  };
}

async function actOnFinance(
  world: World,
  act: keyof typeof FINANCE_MACHINE.acts,
): Promise<ContractTransactionResponse> {
  const { f, finance } = world;
  switch (act) {
    case "apply":
    case "approve":
    case "cancel":
    case "disburse":
    case "release":
    case "writeOff":
      return finance[act]();
    case "collect":
    case "repay":
    case "takeRecourse":
      return finance[act](PART);
    case "repayAll":
      return finance.repay(await finance.due());
    case "reportOverdue":
      await pastMaturity(world);
      return finance.reportOverdue();
    case "rollOver":
      return finance.rollOver((await latest(f)) + 200n * DAY);
  }
}

describeMachine(FINANCE_MACHINE, {
  chain,
  open: async () => ({ ...(await chain.networkHelpers.loadFixture(openVerified)) }),
  reach: (world, state) => run(way(world)[state]),
  act: actOnFinance,
  stateOf: async ({ finance }) => nameOf(FINANCE_STATUS, (await finance.state()).status),
  refuser: ({ f }) => f.finance,
});

// ------------------------------------------------------------ the receivable

async function reach(world: World, state: keyof typeof RECEIVABLE_MACHINE.states): Promise<void> {
  const { f, receivable } = world;
  if (state === "none") return;
  await receivable.submit();
  if (state === "issued") return;
  if (state === "failed") return void (await receivable.judge({ verified: false }));
  if (state === "linked") {
    const other = await ReceivableUnderTest.submitted(f, { key: declaration(2) });
    return void (await receivable.judge({ underlying: other.key }));
  }
  await receivable.judge();
  world.finance = await FinanceUnderTest.offer(f, receivable);
  if (state === "disputed") return void (await receivable.dispute());
  if (state === "closed") return void (await actOnReceivable(world, "collectAll"));
  if (state === "confirmed") return;
  await run(way(world).disbursed);
  if (state === "partlyRepaid") await actOnReceivable(world, "collectPart");
  if (state === "defaulted") await actOnReceivable(world, "writeOff");
}

async function actOnReceivable(
  world: World,
  act: keyof typeof RECEIVABLE_MACHINE.acts,
): Promise<ContractTransactionResponse> {
  const { f, receivable, finance } = world;
  const paying = f.finance.connect(f.debtor);
  switch (act) {
    case "submit":
      return receivable.submit();
    case "verify":
      return receivable.judge({ notAfter: (await latest(f)) + 90n * DAY });
    case "fail":
      return receivable.judge({ verified: false });
    case "promise":
      return receivable.confirm();
    case "dispute":
      return receivable.dispute();
    case "withdraw":
      return receivable.withdrawDispute();
    case "finance": {
      const terms = { claim: 1n, face: minor("100.00"), principal: minor("80.00"), salt: receivable.key };
      const another = await FinanceUnderTest.offer(f, receivable, terms, f.boc);
      await another.apply();
      return another.approve();
    }
    case "collectPart":
      return paying.collectUnpledged(1n, PART);
    case "collectAll": {
      const { status, claim: pledged } = await finance.state();
      if (pledged !== 0n) {
        const { amount } = await finance.claim();
        const live = status === FINANCE_STATUS.disbursed;
        await (live ? finance.collect(amount) : paying.collectUnpledged(pledged, amount));
      }
      const { amount } = await f.receivables.claimOf(1n);
      return paying.collectUnpledged(1n, amount === 0n ? PART : amount);
    }
    case "repay":
      return finance.repay(await finance.due());
    case "writeOff":
      await pastMaturity(world);
      await finance.reportOverdue();
      return finance.writeOff();
  }
}

describeMachine(RECEIVABLE_MACHINE, {
  chain,
  open: async () => ({ ...(await chain.networkHelpers.loadFixture(open)) }),
  reach,
  act: actOnReceivable,
  stateOf: async ({ receivable }) => nameOf(RECEIVABLE_STATUS, await receivable.status()),
  refuser: ({ f }, act, state) => {
    const { refusal } = RECEIVABLE_MACHINE.cells[state][act] as { refusal: string };
    return refusal.startsWith("Finance") ? f.finance : f.receivables;
  },
});
