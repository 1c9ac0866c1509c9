import type { NetworkConnection } from "hardhat/types/network";
import { ZeroAddress } from "ethers";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { instructionId } from "../../../sdk/eip712/settlement.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { reference } from "../../../sdk/operations/money.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import {
  affirmBoth,
  dealOf,
  expectedHoldings,
  holdBoth,
  holdings,
  operatingBanks,
  runDrill,
  type Drill,
} from "./stage.js";

const HOUR = 3_600n;

/** Everything stops, what is held can still be freed, and everything goes on. */
export function runHalt(connection: NetworkConnection<"l1">, input: DrillInput): Promise<Outcome> {
  const title = "Drill: e-CNY is halted with deals in flight, and resumed by another office";
  return runDrill("drill-halt-and-resume", title, connection, input, tell);
}

async function tell(drill: Drill): Promise<void> {
  const { home, suite, timeline, checks, errors, domain, importer, exporter, carrier, clock, input } = drill;
  const { engine } = suite;
  const { currency, offices } = home;
  const [held, dropped, affirmed] = [
    await dealOf(drill, "deal 1", 24n * HOUR),
    await dealOf(drill, "deal 2", 24n * HOUR),
    await dealOf(drill, "deal 3", 24n * HOUR),
  ];
  const covers = await holdBoth(drill, "deal 1", held);
  const bound = await holdBoth(drill, "deal 2", dropped);
  await affirmBoth(drill, "deal 3", instructionId(domain, affirmed));
  const short: Hold = {
    ...{ payer: importer.address, payee: ZeroAddress, executor: carrier.address, amount: minor(input.amount) },
    ...{ expiry: (await clock.now()) + HOUR, businessRef: reference("a hold that expires") },
  };
  await timeline.note(
    "the importer places a hold that ends within the hour",
    currency.connect(importer).placeHold(short),
  );
  const before = await holdings(drill);

  await timeline.note("the halting officer stops e-CNY", currency.connect(offices.halter).haltAll());
  const [bank, other] = operatingBanks(home);
  for (const [event, call] of [
    ["the importer pays", () => currency.connect(importer).transfer.staticCall(exporter, 1n)],
    ["a bank pays out", () => currency.connect(bank.signer).transfer.staticCall(importer, 1n)],
    ["deal 1, held, is settled", () => engine.connect(carrier).settle.staticCall(held, [], [...covers])],
    ["deal 3, affirmed, is settled", () => engine.connect(carrier).settle.staticCall(affirmed, [], [])],
    ["the executor captures the hold", () => currency.connect(carrier).captureHold.staticCall(short, exporter, 1n)],
  ] as const) {
    await timeline.refused(`halted: ${event}`, "WalletHalted", errors, call());
  }
  checks.equal("nothing has moved", before, await holdings(drill));
  await timeline.note("the importer drops deal 2", engine.connect(importer).cancel(dropped, "0x"));
  await timeline.note(
    "halted: anybody frees what was held of deal 2",
    engine.connect(carrier).releaseBoundHold(currency, dropped, bound[0]),
  );
  await clock.moveToTime(short.expiry);
  await timeline.note("halted: anybody frees the hold that has expired", currency.connect(exporter).releaseHold(short));

  await timeline.refused(
    "who halts resumes",
    "AccessManagedUnauthorized",
    errors,
    currency.connect(offices.halter).resumeAll.staticCall(),
  );
  await timeline.note("the resuming officer lets e-CNY go on", currency.connect(offices.resumer).resumeAll());
  await timeline.note("deal 1 settles", engine.connect(carrier).settle(held, [], [...covers]));
  await timeline.note("deal 3 settles", engine.connect(carrier).settle(affirmed, [], []));
  checks.equal("two deals have settled", expectedHoldings(drill, 2n), await holdings(drill));

  await timeline.note(
    "companies' wallets alone are halted",
    currency.connect(offices.halter).haltClass(CLASS_NUMBERS.corporate),
  );
  await timeline.refused(
    "halted class: the importer pays",
    "WalletHalted",
    errors,
    currency.connect(importer).transfer.staticCall(exporter, 1n),
  );
  await timeline.note("banks pay each other meanwhile", currency.connect(bank.signer).transfer(other.account, 1n));
  await timeline.note(
    "companies' wallets are resumed",
    currency.connect(offices.resumer).resumeClass(CLASS_NUMBERS.corporate),
  );
  const abroad = drill.abroad.currency;
  await timeline.note(
    "the exporter has its e-HKD of deal 2 free again",
    engine.connect(carrier).releaseBoundHold(abroad, dropped, bound[1]),
  );
  checks.equal("nothing is held any more", [0n, 0n], [await currency.heldOf(importer), await abroad.heldOf(exporter)]);
}
