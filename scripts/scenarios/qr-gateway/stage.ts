import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { governQr, type QrContracts } from "../../../sdk/deploy/qr.js";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CURRENCIES, minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney } from "../../../sdk/operations/money.js";
import { QR_DIRECTION, QR_MODE, schemeOf } from "../../../sdk/qr/payment.js";
import { Checks } from "../../../sdk/report.js";
import type { QrInput } from "./input.js";

/** Seconds: how long an entry may be disputed, and a dispute answered. */
export const DISPUTE_PERIOD = 3n * 86_400n;
export const ANSWER_PERIOD = 86_400n;

/** What a run works with. */
export interface Stage extends QrContracts {
  readonly input: QrInput;
  readonly suite: Suite;
  readonly domain: TypedDataDomain;
  readonly operator: HardhatEthersSigner;
  readonly carrier: HardhatEthersSigner;
  /** Those of home, then those of abroad. */
  readonly banks: readonly Bank[];
  readonly checks: Checks;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
}

/** Deploys gateway and settlement under the mainland's central bank; every institution has money and lets them speak. */
export async function openStage(connection: NetworkConnection<"l1">, input: QrInput): Promise<Stage> {
  const checks = new Checks("qr-gateway", connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const suite = await openSuite(connection);
  const journal = new Journal(checks, clock);
  await clock.moveTo(input.day, 9);
  const { mainland, engine } = suite;
  const [operator, carrier] = suite.customers;
  if (operator === undefined || carrier === undefined) throw new RangeError("the suite has free accounts");
  const { ethers } = connection;
  const home = BigInt(CURRENCIES.CNY.numeric);
  const gateway = await ethers.deployContract("QrGateway", [mainland.authority, home]);
  const settlement = await ethers.deployContract("QrSettlement", [
    ...([mainland.authority, mainland.currency, engine, gateway, DISPUTE_PERIOD, ANSWER_PERIOD] as const),
  ]);
  const { authority, offices } = mainland;
  await governQr({ authority, admin: offices.admin }, { gateway, settlement }, operator);
  const banks = [...input.home, ...input.abroad].map((bic) => mainland.bank(bic));
  const stage = { input, suite, gateway, settlement, operator, carrier, banks, checks, clock, journal };
  await join(stage);
  return { ...stage, domain: await domainOf(settlement) };
}

async function join(stage: Omit<Stage, "domain">): Promise<void> {
  const { input, suite, gateway, settlement, banks, journal, clock } = stage;
  const { mainland, engine } = suite;
  const registrar = gateway.connect(mainland.offices.registrar);
  for (const bank of banks) {
    const opening = minor(input.opening);
    await issueMoney({ jurisdiction: mainland, journal, clock }, bank, opening, `opening of ${bank.bicText}`);
    await journal.noteAll({ event: `${bank.name} joins the gateway` }, [
      () => registrar.admit(bank.account),
      () => mainland.currency.connect(bank.signer).approve(engine, MaxUint256),
      () => engine.connect(bank.signer).authorizeAgent(settlement, true),
    ]);
  }
  for (const { direction, acquirer, code } of input.codes) {
    const { account, name } = mainland.bank(acquirer);
    for (const { guid } of code.accounts) {
      await journal.note(
        { event: `${direction} payments of ${guid} are routed to ${name}` },
        registrar.setRoute(schemeOf(guid), QR_DIRECTION[direction], QR_MODE.merchant, account),
      );
    }
  }
}
