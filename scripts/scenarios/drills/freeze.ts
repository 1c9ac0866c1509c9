import type { NetworkConnection } from "hardhat/types/network";
import { instructionId } from "../../../sdk/eip712/settlement.js";
import { reference } from "../../../sdk/operations/money.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import { affirmBoth, dealOf, expectedHoldings, holdBoth, holdings, runDrill, type Drill } from "./stage.js";

const HOUR = 3_600n;

/** A lawful order freezes a party while its deals are in flight. */
export function runFreeze(connection: NetworkConnection<"l1">, input: DrillInput): Promise<Outcome> {
  const title = "Drill: a party is frozen while its deals settle; the other side is not trapped";
  return runDrill("drill-freeze-mid-settlement", title, connection, input, tell);
}

async function tell(drill: Drill): Promise<void> {
  const { home, abroad, suite, timeline, checks, errors, domain, importer, exporter, carrier } = drill;
  const { engine } = suite;
  const enforcer = home.currency.connect(home.offices.enforcer);
  const [held, affirmed, trapped] = [
    await dealOf(drill, "deal 1", 24n * HOUR),
    await dealOf(drill, "deal 2", 24n * HOUR),
    await dealOf(drill, "deal 3", 24n * HOUR),
  ];
  const covers = await holdBoth(drill, "deal 1", held);
  await affirmBoth(drill, "deal 2", instructionId(domain, affirmed));
  const bound = await holdBoth(drill, "deal 3", trapped);

  await timeline.note("an order freezes the importer's e-CNY", enforcer.freeze(importer, reference("order 1")));
  await timeline.refused(
    "the frozen importer pays the exporter",
    "ERC7943CannotSend",
    errors,
    home.currency.connect(importer).transfer.staticCall(exporter, 1n),
  );
  await timeline.refused(
    "deal 2, affirmed, is settled",
    "ERC7943CannotSend",
    errors,
    engine.connect(carrier).settle.staticCall(affirmed, [], []),
  );
  await timeline.note(
    "deal 1, held before the order, settles: what was committed stays committed",
    engine.connect(carrier).settle(held, [], [...covers]),
  );
  checks.equal("one deal has settled, both its legs", expectedHoldings(drill, 1n), await holdings(drill));

  await timeline.note("the order is lifted", enforcer.unfreeze(importer, reference("order 1 lifted")));
  await timeline.note("another freezes the exporter's e-CNY", enforcer.freeze(exporter, reference("order 2")));
  await timeline.refused(
    "deal 3, held, is settled: the payee is frozen",
    "ERC7943CannotReceive",
    errors,
    engine.connect(carrier).settle.staticCall(trapped, [], [...bound]),
  );
  await timeline.note("the importer cancels deal 3", engine.connect(importer).cancel(trapped, "0x"));
  for (const [index, { currency, plan }] of [home, abroad].entries()) {
    const hold = bound[index];
    if (hold === undefined) throw new RangeError("a deal has two legs");
    await timeline.note(
      `anybody frees what was held of deal 3 in ${plan.code}`,
      engine.connect(carrier).releaseBoundHold(currency, trapped, hold),
    );
    checks.equal(`nothing is held in ${plan.code}`, 0n, await currency.heldOf(index === 0 ? importer : exporter));
  }
  await timeline.note("the second order is lifted", enforcer.unfreeze(exporter, reference("order 2 lifted")));
  await timeline.note("deal 2 settles, within its window", engine.connect(carrier).settle(affirmed, [], []));
  checks.equal("two deals have settled, and the third never will", expectedHoldings(drill, 2n), await holdings(drill));
  await timeline.refused(
    "deal 3 is settled after all",
    "InstructionAlreadyEnded",
    errors,
    engine.connect(carrier).settle.staticCall(trapped, [], [...bound]),
  );
}
