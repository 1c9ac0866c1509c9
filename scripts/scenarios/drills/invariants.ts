import { ZeroAddress, type Provider } from "ethers";
import type { OpenJurisdiction } from "../../../sdk/deploy/suite.js";
import type { Checks } from "../../../sdk/report.js";
import type { SettlementEngine } from "../../../types/ethers-contracts/index.js";

/** What a drill leaves behind. */
interface Behind {
  readonly checks: Checks;
  readonly provider: Provider;
  readonly jurisdictions: readonly OpenJurisdiction[];
  readonly engine: SettlementEngine;
}

const SETTLED = 1n;
const CANCELLED = 2n;

/**
 * The suite's first invariants, read from the chain and its events, and from nothing that the drill keeps: supply, who
 * owns value, what is held, and that each instruction has ended once.
 */
export async function checkInvariants({ checks, provider, jurisdictions, engine }: Behind): Promise<void> {
  for (const jurisdiction of jurisdictions) await checkCurrency(checks, provider, jurisdiction);
  await checkInstructions(checks, engine);
}

async function checkCurrency(checks: Checks, provider: Provider, { currency, desk, plan }: OpenJurisdiction) {
  const where = plan.code;
  const supply = await currency.totalSupply();
  const [issues, redemptions] = [
    await desk.queryFilter(desk.filters.IssueCompleted()),
    await desk.queryFilter(desk.filters.RedemptionCompleted()),
  ];
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const issued = sum(issues.map(({ args }) => args.amount));
  const redeemed = sum(redemptions.map(({ args }) => args.amount));
  checks.equal(`${where}: supply is what was issued less what was redeemed`, issued - redeemed, supply);
  checks.equal(`${where}: supply is the sum of all reserves`, supply, await desk.totalReserves());

  const transfers = await currency.queryFilter(currency.filters["Transfer(address,address,uint256)"]());
  const accounts = [...new Set(transfers.flatMap(({ args: { from, to } }) => [from, to]))].filter(
    (account) => account !== ZeroAddress,
  );
  const balances = new Map<string, bigint>();
  const owners: string[] = [];
  for (const account of accounts) {
    const balance = await currency.balanceOf(account);
    balances.set(account, balance);
    if (balance > 0n && (await provider.getCode(account)) !== "0x") owners.push(account);
  }
  checks.equal(`${where}: supply is the sum of all balances`, supply, sum([...balances.values()]));
  checks.equal<string[]>(`${where}: no contract owns money`, [], owners);

  const placed = await currency.queryFilter(currency.filters.HoldPlaced());
  const held = new Map<string, bigint>();
  for (const { args } of placed) {
    const { remaining } = await currency.holdState(args.id);
    held.set(args.payer, (held.get(args.payer) ?? 0n) + remaining);
  }
  const wrong: string[] = [];
  for (const account of new Set([...accounts, ...held.keys()])) {
    const onRecord = await currency.heldOf(account);
    if (onRecord !== (held.get(account) ?? 0n) || onRecord > (balances.get(account) ?? 0n)) wrong.push(account);
  }
  checks.equal<string[]>(`${where}: held is the sum of what is left of holds, and no more than the balance`, [], wrong);
}

async function checkInstructions(checks: Checks, engine: SettlementEngine): Promise<void> {
  const ended = new Set<string>();
  const twice: string[] = [];
  const wrong: string[] = [];
  for (const [filter, status] of [
    [engine.filters.InstructionSettled(), SETTLED],
    [engine.filters.InstructionCancelled(), CANCELLED],
  ] as const) {
    for (const { args } of await engine.queryFilter(filter)) {
      const key = `${args.initiator} ${args.businessRef}`;
      if (ended.has(key)) twice.push(key);
      ended.add(key);
      if ((await engine.statusOf(args.initiator, args.businessRef)) !== status) wrong.push(key);
    }
  }
  checks.equal<string[]>("no instruction ended twice", [], twice);
  checks.equal<string[]>("the status of every instruction is what ended it", [], wrong);
}
