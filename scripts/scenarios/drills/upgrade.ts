import type { NetworkConnection } from "hardhat/types/network";
import { deployContract } from "../../../sdk/deploy/contract.js";
import { instructionId } from "../../../sdk/eip712/settlement.js";
import { collectConsents } from "../../../sdk/instructions.js";
import { ECNY__factory } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import {
  affirmBoth,
  dealOf,
  expectedHoldings,
  holdBoth,
  holdings,
  implementationOf,
  runDrill,
  type Drill,
} from "./stage.js";

const DAY = 86_400n;

/** A currency's code is replaced with holds, affirmations and signatures in flight. */
export function runUpgrade(connection: NetworkConnection<"l1">, input: DrillInput): Promise<Outcome> {
  const title = "Drill: e-CNY is upgraded after its delay, with deals in flight; an announcement is cancelled first";
  return runDrill("drill-upgrade", title, connection, input, tell);
}

async function tell(drill: Drill): Promise<void> {
  const { home, suite, timeline, checks, errors, domain, importer, exporter, carrier, clock } = drill;
  const { engine } = suite;
  const { currency, authority, offices, registry, plan } = home;
  const [held, affirmed, signed] = [
    await dealOf(drill, "deal 1", 30n * DAY),
    await dealOf(drill, "deal 2", 30n * DAY),
    await dealOf(drill, "deal 3", 30n * DAY),
  ];
  const covers = await holdBoth(drill, "deal 1", held);
  await affirmBoth(drill, "deal 2", instructionId(domain, affirmed));
  const consents = await collectConsents(domain, signed, [importer, exporter]);

  const former = await implementationOf(drill);
  const next = await deployContract(ECNY__factory, suite.deployer, undefined, registry, authority);
  const data = currency.interface.encodeFunctionData("upgradeToAndCall", [await next.getAddress(), "0x"]);
  const upgrader = currency.connect(offices.upgrader);
  const announce = (event: string) =>
    timeline.note(event, authority.connect(offices.upgrader).schedule(currency, data, 0n));
  await timeline.refused(
    "the upgrade without an announcement",
    "AccessManagerNotScheduled",
    errors,
    upgrader.upgradeToAndCall.staticCall(next, "0x"),
  );
  await announce("the upgrade is announced");
  await timeline.note(
    "the guardian cancels it: the review is not done",
    authority.connect(offices.guardian).cancel(offices.upgrader, currency, data),
  );
  await clock.moveToTime((await clock.now()) + BigInt(plan.delays.upgrade));
  await timeline.refused(
    "the cancelled upgrade, its delay over",
    "AccessManagerNotScheduled",
    errors,
    upgrader.upgradeToAndCall.staticCall(next, "0x"),
  );
  await announce("the upgrade is announced again");
  const ready = (await clock.now()) + BigInt(plan.delays.upgrade);
  await timeline.refused(
    "the upgrade within its delay",
    "AccessManagerNotReady",
    errors,
    upgrader.upgradeToAndCall.staticCall(next, "0x"),
  );
  await timeline.note("payments go on meanwhile", currency.connect(importer).transfer(exporter, 1n));
  await timeline.note("and back", currency.connect(exporter).transfer(importer, 1n));
  await clock.moveToTime(ready);

  const before = await stateOf(drill);
  await timeline.note("the code is replaced", upgrader.upgradeToAndCall(next, "0x"));
  checks.equal("the new code is in force", await next.getAddress(), await implementationOf(drill));
  checks.holds("it is other code", former !== (await implementationOf(drill)));
  checks.equal("balances, holds, supply, domain and powers are what they were", before, await stateOf(drill));

  await timeline.note("deal 1, held before, settles", engine.connect(carrier).settle(held, [], [...covers]));
  await timeline.note("deal 2, affirmed before, settles", engine.connect(carrier).settle(affirmed, [], []));
  await timeline.note("deal 3, signed before, settles", engine.connect(carrier).settle(signed, consents, []));
  checks.equal("three deals have settled", expectedHoldings(drill, 3n), await holdings(drill));
  await timeline.refused(
    "deal 1 once more",
    "InstructionAlreadyEnded",
    errors,
    engine.connect(carrier).settle.staticCall(held, [], [...covers]),
  );
}

async function stateOf(drill: Drill) {
  const { currency, desk } = drill.home;
  return {
    holdings: await holdings(drill),
    held: await currency.heldOf(drill.importer),
    supply: await currency.totalSupply(),
    domain: await currency.DOMAIN_SEPARATOR(),
    authority: await currency.authority(),
    reserves: await desk.totalReserves(),
    name: await currency.name(),
  };
}
