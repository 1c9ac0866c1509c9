import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Future, IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import {
  BRIDGE_CODES,
  type BridgeCode,
  type BridgeMemberPlan,
  type BridgePlan,
} from "../../sdk/deploy/bridgeParameters.js";
import {
  admissions,
  bridgeCurrencyArgs,
  corridorSetUp,
  councilArgs,
  currencySetUp,
  deskSetUp,
  foundingOf,
  governedOnBridge,
  handOver,
  residentLimits,
} from "../../sdk/deploy/calls.js";
import { batch, type Place } from "./batch.js";

/**
 * The shared ledger: engine and gate; for each central bank an authority, a registry with its banks, a currency and a
 * desk; the council and the venues; the corridors of each currency; and each authority's hand-over.
 * One step after the other: whatever interrupts a run, the next takes the same nonces, so addresses are the same too. It
 * is one module, because Ignition walks a module once for every path that leads to it.
 */
export function bridgeModule(plan: BridgePlan) {
  return buildModule("Bridge", (m) => {
    const steps = new Steps(m);
    const engine = steps.contract("SettlementEngine", []);
    const gate = steps.contract("BridgeGate", []);
    const members = {} as Record<BridgeCode, Member>;
    for (const own of plan.members) members[own.code] = steps.member(own, gate);
    const currencies = plan.members.map((own) => foundingOf<Place>(own, members[own.code].currency));
    const council = steps.contract("CentralBankCouncil", councilArgs(plan, currencies));
    const payments = steps.contract("BridgePayments", [engine, council, gate]);
    const exchange = steps.contract("ForeignExchange", [engine, council, gate, plan.maxRateValidity]);
    const { timetable, maxItems, maxOwnItems } = plan.netting;
    const netting = steps.contract("BridgeNetting", [
      ...[engine, council, gate, exchange],
      ...[{ ...timetable }, maxItems, maxOwnItems],
    ]);
    const venues = { payments, exchange, netting };
    const registries = Object.fromEntries(BRIDGE_CODES.map((code) => [code, members[code].registry])) as Record<
      BridgeCode,
      Place
    >;
    for (const own of plan.members) {
      const { authority, currency } = members[own.code];
      const calls = corridorSetUp<Place>(own, { currency, gate, registries, venues });
      steps.batch(authority, `${own.code}_corridors`, calls);
    }
    for (const own of plan.members) {
      const member = members[own.code];
      const governed = governedOnBridge<Place>({ gate, council, exchange, netting }, member);
      // the deployer's address is the network's to say
      steps.batch(member.authority, `${own.code}_handOver`, handOver<Place>(own, governed, m.getAccount(0)));
    }
    return { engine, gate, council, ...venues };
  });
}

/** A central bank's contracts. */
interface Member {
  readonly authority: Place;
  readonly registry: Place;
  readonly currency: Place;
  readonly desk: Place;
}

/** Each step after the one before. */
class Steps {
  #last: Future[] = [];

  constructor(private readonly m: IgnitionModuleBuilder) {}

  contract(name: string, args: readonly unknown[], id = name) {
    const future = this.m.contract(name, args as never[], { id, after: this.#last });
    this.#last = [future];
    return future;
  }

  batch(authority: Place, id: string, calls: Parameters<typeof batch>[3]): void {
    this.#last = [batch(this.m, authority, id, calls, this.#last)];
  }

  member(own: BridgeMemberPlan, gate: Place): Member {
    const { m } = this;
    const step = (name: string): string => `${own.code}_${name}`;
    const authority = this.contract("AccessManager", [m.getAccount(0)], step("authority"));
    const registry = this.contract("InstitutionRegistry", [authority], step("registry"));
    this.batch(authority, step("admitInstitutions"), admissions<Place>(own, registry));
    const args = bridgeCurrencyArgs<Place>(own, registry, authority, gate);
    const implementation = this.contract("BridgeCurrency", args, step("implementation"));
    // in the proxy's constructor: nobody can initialise it first
    const initialize = m.encodeFunctionCall(implementation, "initialize", [authority], { id: step("initialize") });
    const proxy = this.contract("ERC1967Proxy", [implementation, initialize], step("proxy"));
    const currency = m.contractAt("IBridgeCurrency", proxy, { id: step("currency") });
    this.batch(authority, step("setUpCurrency"), currencySetUp<Place>(own, residentLimits(own), currency));
    const desk = this.contract("IssuanceDesk", [currency, registry, authority, own.settlementOperator], step("desk"));
    this.batch(authority, step("setUpDesk"), deskSetUp<Place>(own, currency, desk));
    return { authority, registry, currency, desk };
  }
}
