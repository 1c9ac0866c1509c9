import { ZeroAddress } from "ethers";
import {
  AccessManager__factory,
  BilateralCorridor__factory,
  ForeignLedger__factory,
  IBridgehead__factory,
  LedgerExchange__factory,
  MessageGateway__factory,
} from "../../../types/ethers-contracts/index.js";
import type { GovernedKind } from "../../governed.js";
import { CONTRACT_OF_SIDE, type EndBook } from "../../interop/endBook.js";
import { COMPLIANCE_ROLE } from "../../interop/roles.js";
import type { EndPlan } from "../endParameters.js";
import { authorityHistory } from "../observed.js";
import type { Check, Inspection } from "../status.js";
import { functionCheck } from "./authority.js";
import { codeCheck } from "./code.js";

/** {@link Inspection} of what one ledger has of another. */
export interface EndInspection extends Inspection {
  readonly book: EndBook;
  readonly plan: EndPlan;
}

const NOT_DEPLOYED = "nothing";

/** Code, validators, lane, peers and offices of what one ledger has of another. */
export async function endChecks(inspection: EndInspection): Promise<Check[]> {
  const { plan, book } = inspection;
  const checks = [...(await ledgerChecks(inspection)), ...(await gatewayChecks(inspection))];
  if (plan.exchange !== undefined) {
    checks.push(...(await exchangeChecks(inspection, "exchange", "LedgerExchange", book.exchange, plan.exchange.peer)));
    checks.push(...(await officeChecks(inspection, "ledgerExchange", book.exchange, plan.authority)));
    checks.push(
      ...(await officeChecks(inspection, "ledgerExchange", book.exchange, plan.foreignAuthority, "foreign ")),
    );
  }
  for (const bridgehead of plan.bridgeheads) checks.push(...(await bridgeheadChecks(inspection, bridgehead)));
  for (const { name, peer, engine = ZeroAddress, ...agreed } of plan.corridors) {
    const address = book.corridors[name];
    checks.push(...(await exchangeChecks(inspection, `corridor ${name}`, "BilateralCorridor", address, peer)));
    checks.push(...(await officeChecks(inspection, "corridor", address, plan.authority)));
    checks.push(...(await officeChecks(inspection, "ledgerExchange", address, plan.foreignAuthority, "foreign ")));
    if (address === undefined) continue;
    const corridor = BilateralCorridor__factory.connect(address, inspection.provider);
    const at = { blockTag: inspection.block };
    const suspended = await corridor.suspended(at);
    const { currency, foreignCurrency, agent, foreignAgent, windowLength } = agreed;
    const setup = [currency, foreignCurrency, agent, foreignAgent, engine, windowLength].join(", ");
    checks.push(same(inspection, `agreement of corridor ${name}`, setup, [...(await corridor.setup(at))].join(", ")));
    checks.push(
      fact(inspection, `suspended use cases of corridor ${name}`, suspended === 0n ? "none" : `bits ${suspended}`),
    );
  }
  return checks;
}

async function ledgerChecks(inspection: EndInspection): Promise<Check[]> {
  const { plan, book, provider, block } = inspection;
  const { authority, foreign } = plan;
  const ledger = ForeignLedger__factory.connect(book.foreignLedger, provider);
  const at = { blockTag: block };
  const epoch = await ledger.currentEpoch(at);
  const [validators, quorum] = await ledger.epochOf(epoch, at);
  const [closed, number] = await ledger.closure(at);
  return [
    await codeCheck(inspection, plan.title, "code of the light client", book.foreignLedger, "ForeignLedger"),
    same(inspection, "chain of the light client", String(foreign.chainId), String(await ledger.foreignChainId(at))),
    same(inspection, "authority of the light client", authority, await ledger.authority(at)),
    fact(inspection, "epoch of the validators", String(epoch)),
    same(inspection, "validators", foreign.validators.join(", "), validators.join(", ")),
    same(inspection, "quorum", String(foreign.quorum), String(quorum)),
    same(inspection, "epochs that signed two headers of a number", "0", String(await ledger.distrustedEpoch(at))),
    same(inspection, "light client", "open", closed ? `closed by block ${number}` : "open"),
    ...(await officeChecks(inspection, "foreignLedger", book.foreignLedger, authority)),
  ];
}

async function gatewayChecks(inspection: EndInspection): Promise<Check[]> {
  const { plan, book, provider, block } = inspection;
  const gateway = MessageGateway__factory.connect(book.gateway, provider);
  const at = { blockTag: block };
  const lane = await gateway.laneOf(plan.foreign.chainId, at);
  const { sent, received, halted } = lane;
  const checks = [
    await codeCheck(inspection, plan.title, "code of the gateway", book.gateway, "MessageGateway"),
    same(inspection, "authority of the gateway", plan.authority, await gateway.authority(at)),
    ...(await officeChecks(inspection, "gateway", book.gateway, plan.authority)),
  ];
  if (plan.foreign.gateway === undefined) return checks;
  return [
    ...checks,
    same(inspection, "other end of the lane", plan.foreign.gateway, lane.gateway),
    same(inspection, "light client of the lane", book.foreignLedger, lane.ledger),
    fact(inspection, "lane", `${sent} sent, ${received} received${halted ? ", halted" : ""}`),
  ];
}

/** An exchange, or a corridor, which is one. */
async function exchangeChecks(
  inspection: EndInspection,
  what: string,
  contract: "LedgerExchange" | "BilateralCorridor",
  address: string | undefined,
  peer: string,
): Promise<Check[]> {
  const { plan, book, provider, block } = inspection;
  if (address === undefined) return [same(inspection, what, contract, NOT_DEPLOYED)];
  const exchange = LedgerExchange__factory.connect(address, provider);
  const at = { blockTag: block };
  return [
    await codeCheck(inspection, plan.title, `code of the ${what}`, address, contract),
    same(inspection, `peer of the ${what}`, peer, await exchange.peer(at)),
    same(inspection, `light client of the ${what}`, book.foreignLedger, await exchange.foreignLedger(at)),
    same(
      inspection,
      `authorities of the ${what}`,
      [plan.authority, plan.foreignAuthority].join(", "),
      [...(await exchange.authorities(at))].join(", "),
    ),
  ];
}

async function bridgeheadChecks(
  inspection: EndInspection,
  { name, side, currency, authority, peer }: EndPlan["bridgeheads"][number],
): Promise<Check[]> {
  const { plan, book, provider, block } = inspection;
  const address = book.bridgeheads[name];
  const what = `bridgehead ${name}`;
  const contract = CONTRACT_OF_SIDE[side];
  if (address === undefined) return [same(inspection, what, contract, NOT_DEPLOYED)];
  const bridgehead = IBridgehead__factory.connect(address, provider);
  const at = { blockTag: block };
  return [
    await codeCheck(inspection, plan.title, `code of ${what}`, address, contract),
    same(inspection, `currency of ${what}`, currency, await bridgehead.currency(at)),
    same(inspection, `peer of ${what}`, peer, await bridgehead.peer(at)),
    same(inspection, `light client of ${what}`, book.foreignLedger, await bridgehead.foreignLedger(at)),
    ...(await officeChecks(inspection, "bridgehead", address, authority)),
    fact(
      inspection,
      `cap of ${what}`,
      `${await bridgehead.cap(at)}${(await bridgehead.stopped(at)) ? ", stopped" : ""}`,
    ),
  ];
}

/** Which role of an authority calls which function of a contract. */
async function officeChecks(
  { plan, provider, block, head }: EndInspection,
  kind: GovernedKind,
  target: string | undefined,
  of: string,
  whose = "",
): Promise<Check[]> {
  if (target === undefined) return [];
  const authority = AccessManager__factory.connect(of, provider);
  const { functions } = await authorityHistory(authority, { from: head.firstBlock, to: block });
  const agreed = kind === "corridor" ? { recordVerdict: COMPLIANCE_ROLE } : {};
  const check = await functionCheck(plan.title, authority, { kind, target, functions, block, agreed });
  return [{ ...check, what: `${whose}${check.what}` }];
}

function same({ plan }: EndInspection, what: string, expected: string, actual: string): Check {
  return { where: plan.title, what, expected, actual };
}

function fact({ plan }: EndInspection, what: string, actual: string): Check {
  return { where: plan.title, what, expected: undefined, actual };
}
