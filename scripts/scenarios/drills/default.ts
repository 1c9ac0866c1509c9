import type { NetworkConnection } from "hardhat/types/network";
import { MaxUint256, ZeroAddress } from "ethers";
import { NEVER, type Hold } from "../../../sdk/eip712/ledger.js";
import { instructionId, type Instruction } from "../../../sdk/eip712/settlement.js";
import { netTable, payment } from "../../../sdk/instructions.js";
import { minor } from "../../../sdk/money.js";
import { bechSoramaki } from "../../../sdk/netting.js";
import { reference } from "../../../sdk/operations/money.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import { operatingBanks, runDrill, type Drill } from "./stage.js";

type Payment = DrillInput["netting"]["payments"][number];

/** A member of a net cycle cannot pay: the cycle settles without its payment, its guarantee is used, the rest is agreed. */
export function runDefault(connection: NetworkConnection<"l1">, input: DrillInput): Promise<Outcome> {
  const title =
    "Drill: a bank defaults in a net cycle; the others settle, its guarantee is used, the rest is paid later";
  return runDrill("drill-member-default", title, connection, input, tell);
}

async function tell(drill: Drill): Promise<void> {
  const { home, suite, timeline, checks, errors, input, domain, carrier, spare } = drill;
  const { engine } = suite;
  const { currency } = home;
  const banks = operatingBanks(home);
  const token = await currency.getAddress();
  const bank = (index: number) => {
    const found = banks[index];
    if (found === undefined) throw new RangeError(`the plan has no institution ${index}`);
    return found;
  };
  const { payments, default: owed, guarantee } = input.netting;
  const [debtor, creditor] = [bank(owed.from), bank(owed.to)];
  const [house] = spare;
  if (house === undefined) throw new RangeError("the suite has free accounts");

  const fund: Hold = {
    ...{ payer: debtor.account, payee: ZeroAddress, executor: house.address, amount: minor(guarantee) },
    ...{ expiry: NEVER, businessRef: reference("guarantee") },
  };
  await timeline.note(
    `${debtor.name} puts up its guarantee, held in place`,
    currency.connect(debtor.signer).placeHold(fund),
  );
  for (const { signer, name } of banks) {
    await timeline.note(
      `${name} allows the engine to move its money`,
      currency.connect(signer).approve(engine, MaxUint256),
    );
  }
  const all = [...payments, owed];
  const queue: Instruction[] = [];
  for (const [order, { from, to, amount }] of all.entries()) {
    const side = { token, from: bank(from).account, amount: minor(amount) };
    const terms = { businessRef: reference(`cycle 1, payment ${order}`), nettable: true };
    const instruction = payment(terms, side, bank(to).account);
    await timeline.note(
      `${bank(from).name} queues ${amount} for ${bank(to).name}`,
      engine.connect(bank(from).signer).queue(instruction, [], 0),
    );
    queue.push(instruction);
  }
  const balances = await Promise.all(
    banks.map(async ({ account }) => ({ participant: account, amount: await currency.spendableOf(account) })),
  );
  const propose = (batch: readonly Instruction[]) => {
    const { keys, indices } = netTable(batch);
    const items = batch.map((instruction) => ({ instruction, consents: [], holds: [] }));
    return [items, keys, indices] as const;
  };
  await timeline.refused(
    "the cycle with everybody's payments: one cannot pay its position",
    "ERC20InsufficientBalance",
    errors,
    engine.connect(carrier).settleNet.staticCall(...propose(queue)),
  );
  const items = all.map(({ from, to, amount }, order) => ({
    ...{ id: String(order), order, from: bank(from).account, to: bank(to).account, amount: minor(amount) },
  }));
  const feasible = bechSoramaki(balances, items).map(({ order }) => order);
  checks.equal(
    "only the payment of the bank in default is left out",
    payments.map((_, order) => order),
    feasible,
  );
  const batch = queue.filter((_, order) => feasible.includes(order));
  await timeline.note("the cycle settles without it", engine.connect(carrier).settleNet(...propose(batch)));
  const opening = minor(input.opening);
  const afterCycle = banks.map((_, index) => opening + netOf(payments, index));
  const found = async () => Promise.all(banks.map(({ account }) => currency.balanceOf(account)));
  checks.equal("every bank has its net position of the cycle", afterCycle, await found());

  await timeline.note(
    `${debtor.name}'s standing is suspended`,
    home.registry.connect(home.offices.registrar).setStatus(debtor.number, 3n, reference("default")),
  );
  await timeline.note(
    `the clearing house pays the guarantee to ${creditor.name}`,
    currency.connect(house).captureHold(fund, creditor.account, fund.amount),
  );
  const unpaid = queue[payments.length];
  if (unpaid === undefined) throw new RangeError("the payment was queued");
  await timeline.note(
    `${debtor.name} cancels the payment it cannot make`,
    engine.connect(debtor.signer).cancel(unpaid, "0x"),
  );
  const rest = minor(owed.amount) - fund.amount;
  const able = await currency.spendableOf(debtor.account);
  checks.holds("what is left is more than the bank has", rest > able);
  const side = { token, from: debtor.account, amount: able };
  const settlementOfRest = payment({ businessRef: reference("agreement after default") }, side, creditor.account);
  await timeline.note(
    `${debtor.name} affirms to pay all it has`,
    engine.connect(debtor.signer).affirm(instructionId(domain, settlementOfRest)),
  );
  await timeline.note(
    "what it can pay settles: suspension stops new business, not what it owes",
    engine.connect(carrier).settle(settlementOfRest, [], []),
  );
  await timeline.refused(
    "the cancelled payment is proposed again",
    "InstructionAlreadyEnded",
    errors,
    engine.connect(carrier).settleNet.staticCall(...propose([unpaid])),
  );
  const end = afterCycle.map((amount, index) => {
    if (index === owed.from) return amount - fund.amount - able;
    return index === owed.to ? amount + fund.amount + able : amount;
  });
  checks.equal("the others have what they are due, the creditor what there was", end, await found());
  checks.equal("the bank in default has nothing left", 0n, await currency.balanceOf(debtor.account));
}

/** What a bank gets less what it pays, from the input alone. */
function netOf(payments: readonly Payment[], index: number): bigint {
  return payments.reduce((sum, { from, to, amount }) => {
    if (to === index) return sum + minor(amount);
    return from === index ? sum - minor(amount) : sum;
  }, 0n);
}
