import type { BaseContract } from "ethers";
import { BRIDGE_FUNCTION_ROLES } from "../../../sdk/bridge.js";
import { institutionByBic, loadInstitutions, registryEntry } from "../../../sdk/institutions.js";
import { CLASS_NUMBERS, UNLIMITED_AMOUNT, UNLIMITED_COUNT } from "../../../sdk/limits.js";
import { FUNCTION_ROLES, POWERS, ROLES, type Role } from "../../../sdk/roles.js";
import type { BridgeGate, IBridgeCurrency, InstitutionRegistry } from "../../../types/ethers-contracts/index.js";
import { TIMING } from "../bridge.js";
import { ref } from "../chain.js";
import type { Scene } from "./stage.js";

const [OPERATING, PARTICIPATING, ACTIVE, SUSPENDED] = [2, 3, 2, 3];
/** Class of the neighbour's banks. */
export const CORRIDOR = 8;
export const POLICY = { holdingLimit: 1_000n, outflowLimit: 1_000n, inflowLimit: 1_000n, windowDays: 1n };
/** Accounts of one more institution, so that everybody with money is a bank. */
const HOUSE = { number: 900, bic: "TCCAHKT0" } as const;
const MONEY = 1_000n;

/** The same people on a ledger that is shared with the other central bank. */
export interface SharedScene extends Scene {
  readonly shared: {
    readonly currency: IBridgeCurrency;
    readonly gate: BridgeGate;
    /** The neighbour's banks; the newcomer is one. */
    readonly foreign: InstitutionRegistry;
  };
}

/**
 * A currency of the shared ledger under the scene's authority, with a registry of its own: everybody has a wallet and
 * money as in the scene, and calls that are prepared for a currency find it in the place of the scene's.
 */
export async function openShared(f: Scene): Promise<SharedScene> {
  const { ethers, networkHelpers } = f.chain;
  const { authority } = f.side;
  const gate = await ethers.deployContract("BridgeGate");
  const registry = await ethers.deployContract("InstitutionRegistry", [authority]);
  const foreign = await ethers.deployContract("InstitutionRegistry", [authority]);
  const args = ["HKD", "HKD", "HKD", registry, authority, gate] as const;
  const implementation = await ethers.deployContract("BridgeCurrency", [...args]);
  const initialize = implementation.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, initialize]);
  const currency = await ethers.getContractAt("IBridgeCurrency", await proxy.getAddress());
  const rights = [
    [registry, FUNCTION_ROLES.registry],
    [foreign, FUNCTION_ROLES.registry],
    [currency, FUNCTION_ROLES.currency],
    [currency, BRIDGE_FUNCTION_ROLES.currency],
    [gate, BRIDGE_FUNCTION_ROLES.gate],
  ] as const;
  for (const [target, roles] of rights) await assign(f, target, roles);

  const { operating, participating, suspended, holder, frozen, agent } = f.who;
  const { payee, operatingNumber, suspendedNumber } = f;
  await enter(f, registry, "THSBHKT0", operatingNumber, OPERATING, operating.address);
  await enter(f, registry, "TSCHHKT0", suspendedNumber, OPERATING, suspended.address);
  await enter(f, registry, "THASHKT0", HOUSE.number + 1, PARTICIPATING, participating.address);
  await enter(f, registry, HOUSE.bic, HOUSE.number, PARTICIPATING, holder.address);
  for (const account of [frozen, payee]) await registry.connect(f.who.registrar).addAccount(HOUSE.number, account);

  const governed = currency.connect(f.who.governor);
  await governed.appoint(f.who.desk, POWERS.issuer, ref("issuance"));
  await governed.appoint(f.who.enforcer, POWERS.enforcer, ref("enforcement"));
  const unlimited = {
    balance: UNLIMITED_AMOUNT,
    single: UNLIMITED_AMOUNT,
    day: UNLIMITED_COUNT,
    year: UNLIMITED_COUNT,
  };
  await governed.setClassLimits(CLASS_NUMBERS.institution, { ...unlimited, open: true });
  await networkHelpers.setBalance(f.who.desk.address, 10n ** 18n);
  for (const account of [operating, participating, suspended, holder, frozen, payee]) {
    await currency.openInstitutionWallet(account);
    if (account !== payee) await currency.connect(f.who.desk).issue(account, MONEY, ref("opening"));
  }
  await registry.connect(f.who.registrar).setStatus(suspendedNumber, SUSPENDED, ref("suspension"));
  await currency.connect(f.who.enforcer).freeze(frozen, ref("order"));
  await currency.connect(holder).approve(agent, MONEY);
  return { ...f, side: { ...f.side, currency, registry }, shared: { currency, gate, foreign } };
}

/** The same with a corridor to the neighbour's banks. */
export async function openCorridor(f: Scene): Promise<SharedScene> {
  const scene = await openShared(f);
  await scene.shared.currency.connect(f.who.governor).openCorridor(CORRIDOR, scene.shared.foreign, POLICY);
  await enter(f, scene.shared.foreign, "TICBCNT0", 2, OPERATING, f.newcomer.address);
  return scene;
}

/** The same with payments between its banks, which the operating institution has authorised. */
export async function openPayments(f: Scene) {
  const scene = await openShared(f);
  const { ethers } = f.chain;
  const { currency, gate } = scene.shared;
  const { engine } = f.suite;
  const issuer = f.who.admin.address;
  const currencies = [{ currency: await currency.getAddress(), issuer }];
  const members = [issuer, f.who.neighbour.address];
  const council = await ethers.deployContract("CentralBankCouncil", [members, currencies, ref("rulebook"), TIMING]);
  const payments = await ethers.deployContract("BridgePayments", [engine, council, gate]);
  await currency.connect(f.who.operating).approve(engine, MONEY);
  await engine.connect(f.who.operating).authorizeAgent(payments, true);
  return { ...scene, payments };
}

async function enter(
  { who }: Scene,
  registry: InstitutionRegistry,
  bic: string,
  number: number,
  tier: number,
  account: string,
): Promise<void> {
  const entry = registryEntry(institutionByBic(await loadInstitutions(), bic));
  const registrar = registry.connect(who.registrar);
  await registrar.register(number, entry.lei, entry.bic, entry.country, tier, 0n, account, entry.nameHash);
  await registrar.setStatus(number, ACTIVE, ref("admission"));
}

/** The scene's authority gives functions of a contract to its roles. */
export async function assign(
  { side, who }: Scene,
  target: BaseContract,
  roles: Readonly<Partial<Record<Role, readonly string[]>>>,
): Promise<void> {
  for (const [role, names] of Object.entries(roles) as [Role, readonly string[]][]) {
    const selectors = names.map((name) => target.getFunction(name).fragment.selector);
    await side.authority.connect(who.admin).setTargetFunctionRole(target, selectors, ROLES[role]);
  }
}
