import type { NetworkConnection } from "hardhat/types/network";
import { deployContract } from "../../../sdk/deploy/contract.js";
import { reference } from "../../../sdk/operations/money.js";
import { ROLES } from "../../../sdk/roles.js";
import { ECNY__factory } from "../../../types/ethers-contracts/index.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import { implementationOf, runDrill, type Drill } from "./stage.js";

/** Somebody has an office's key: what it can do, what it cannot, and how long. */
export function runTheft(connection: NetworkConnection<"l1">, input: DrillInput): Promise<Outcome> {
  const title = "Drill: the keys of the upgrading and of the halting office are stolen, used, and taken away";
  return runDrill("drill-role-theft", title, connection, input, tell);
}

async function tell(drill: Drill): Promise<void> {
  const { home, timeline, checks, errors, importer, exporter, clock, suite, spare } = drill;
  const { authority, offices, registry, plan } = home;
  const currency = home.currency;
  const code = await implementationOf(drill);
  const supply = await currency.totalSupply();
  const evil = await deployContract(ECNY__factory, suite.deployer, undefined, registry, authority);
  const upgrade = currency.interface.encodeFunctionData("upgradeToAndCall", [await evil.getAddress(), "0x"]);
  const pay = (event: string) => timeline.note(event, currency.connect(importer).transfer(exporter, 1n));

  const thief = currency.connect(offices.upgrader);
  for (const [event, error, call] of [
    ["replace the code at once", "AccessManagerNotScheduled", () => thief.upgradeToAndCall.staticCall(evil, "0x")],
    ["issue money", "LedgerPowerMissing", () => thief.issue.staticCall(offices.upgrader, 1n, reference("theft"))],
    ["freeze the importer", "LedgerPowerMissing", () => thief.freeze.staticCall(importer, reference("theft"))],
    [
      "take the importer's money",
      "ERC20InsufficientAllowance",
      () => thief.transferFrom.staticCall(importer, offices.upgrader, 1n),
    ],
    ["halt payments", "AccessManagedUnauthorized", () => thief.haltAll.staticCall()],
    [
      "make itself the issuer",
      "AccessManagedUnauthorized",
      () => thief.appoint.staticCall(offices.upgrader, 4n, reference("theft")),
    ],
  ] as const) {
    await timeline.refused(`with the upgrader's key: ${event}`, error, errors, call());
  }
  await timeline.note(
    "with the upgrader's key: foreign code is announced, for everybody to see",
    authority.connect(offices.upgrader).schedule(currency, upgrade, 0n),
  );
  await pay("payments go on");
  await timeline.note(
    "the guardian cancels the announcement",
    authority.connect(offices.guardian).cancel(offices.upgrader, currency, upgrade),
  );
  await timeline.note(
    "with the upgrader's key: it is announced again",
    authority.connect(offices.upgrader).schedule(currency, upgrade, 0n),
  );
  await timeline.note(
    "the central bank takes the role from the stolen key",
    authority.connect(offices.admin).revokeRole(ROLES.upgrader, offices.upgrader),
  );
  await clock.moveToTime((await clock.now()) + BigInt(plan.delays.upgrade));
  await timeline.refused(
    "with the upgrader's key, the delay over: the announced code",
    "AccessManagedUnauthorized",
    errors,
    thief.upgradeToAndCall.staticCall(evil, "0x"),
  );
  await timeline.note(
    "the guardian cancels the second announcement",
    authority.connect(offices.guardian).cancel(offices.upgrader, currency, upgrade),
  );
  checks.equal("the code is what it was", code, await implementationOf(drill));

  await timeline.note("with the halter's key: payments are stopped", currency.connect(offices.halter).haltAll());
  await timeline.refused(
    "payments are stopped",
    "WalletHalted",
    errors,
    currency.connect(importer).transfer.staticCall(exporter, 1n),
  );
  await timeline.note(
    "the central bank takes the role from that key, too",
    authority.connect(offices.admin).revokeRole(ROLES.halter, offices.halter),
  );
  await timeline.note("the resuming officer lets payments go on", currency.connect(offices.resumer).resumeAll());
  await timeline.refused(
    "with the halter's key: payments are stopped again",
    "AccessManagedUnauthorized",
    errors,
    currency.connect(offices.halter).haltAll.staticCall(),
  );
  await pay("payments go on again");

  const [successor] = spare;
  if (successor === undefined) throw new RangeError("the suite has free accounts");
  await timeline.note(
    "the central bank gives the upgrading office to another key",
    authority.connect(offices.admin).grantRole(ROLES.upgrader, successor, plan.delays.upgrade),
  );
  await clock.moveToTime((await clock.now()) + BigInt(plan.delays.grant));
  await pay("a payment on the day from which the grant counts");
  checks.equal(
    "the new key has the office, with its delay",
    [true, BigInt(plan.delays.upgrade)],
    [...(await authority.hasRole(ROLES.upgrader, successor))],
  );
  checks.equal("the old one has none", false, (await authority.hasRole(ROLES.upgrader, offices.upgrader))[0]);
  checks.equal("supply is what it was", supply, await currency.totalSupply());
}
