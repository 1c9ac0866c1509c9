import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, hexlify, id, toUtf8Bytes, type BaseContract } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { BRIDGE_FUNCTION_ROLES } from "../bridge.js";
import { UserError } from "../errors.js";
import { institutionByBic, loadInstitutions, registryEntry, type Institution } from "../institutions.js";
import { CLASS_NUMBERS, UNLIMITED_AMOUNT, UNLIMITED_COUNT } from "../limits.js";
import { minor } from "../money.js";
import { FUNCTION_ROLES, POWERS, ROLES, type Role } from "../roles.js";
import type {
  AccessManager,
  BridgeGate,
  BridgePayments,
  CentralBankCouncil,
  ForeignExchange,
  IBridgeCurrency,
  InstitutionRegistry,
  IssuanceDesk,
  SettlementEngine,
} from "../../types/ethers-contracts/index.js";
import {
  BRIDGE_CODES,
  loadBridgeParameters,
  type BridgeCode,
  type BridgeParameters,
  type CentralBankParameters,
} from "./bridgeParameters.js";

const [OPERATING, ACTIVE] = [2, 2];

/** A bank on the shared ledger. */
export interface BridgeBank extends Institution {
  /** Currency of the central bank that has admitted it. */
  readonly home: BridgeCode;
  readonly signer: HardhatEthersSigner;
  readonly account: string;
}

/** A central bank on the shared ledger: its contracts, and who acts for it. */
export interface BridgeMember {
  readonly code: BridgeCode;
  readonly title: string;
  /** Class of its banks' wallets in every other currency. */
  readonly walletClass: number;
  readonly authority: AccessManager;
  readonly registry: InstitutionRegistry;
  readonly currency: IBridgeCurrency;
  readonly desk: IssuanceDesk;
  /** `governor` is the authority's admin, governor, registrar and upgrader, and the member of the council. */
  readonly offices: Readonly<Record<"governor" | "halter" | "resumer" | "enforcer" | "operator", HardhatEthersSigner>>;
  readonly banks: readonly BridgeBank[];
}

/** The shared ledger: five central banks, their banks, and what they share. */
export interface OpenBridge {
  readonly parameters: BridgeParameters;
  readonly members: Readonly<Record<BridgeCode, BridgeMember>>;
  readonly engine: SettlementEngine;
  readonly council: CentralBankCouncil;
  readonly gate: BridgeGate;
  readonly payments: BridgePayments;
  readonly exchange: ForeignExchange;
  readonly deployer: HardhatEthersSigner;
  /** Funded accounts that nobody of the parameters uses. */
  readonly outsiders: readonly HardhatEthersSigner[];
  /** The bank with a BIC. */
  bank(bic: string): BridgeBank;
}

/** What {@link openBridge} takes beside the connection. */
export interface BridgeOptions {
  readonly parameters?: BridgeParameters;
}

/**
 * Deploys the shared ledger to a connection's chain: for each central bank an authority, a registry with its banks, a
 * currency and a desk; corridors from each currency to every other jurisdiction; the engine, the council, the gate, and
 * the two venues, admitted for every currency. Every bank has a wallet of every currency, allows the engine all of
 * them, and has authorised both venues.
 * @throws UserError when the network has no key of somebody the parameters name.
 */
export async function openBridge(
  connection: NetworkConnection<"l1">,
  { parameters }: BridgeOptions = {},
): Promise<OpenBridge> {
  const plan = parameters ?? (await loadBridgeParameters());
  const { ethers, networkName } = connection;
  const signers = await ethers.getSigners();
  const used = new Set<number>();
  const signer = (place: number): HardhatEthersSigner => {
    const found = signers[place];
    if (found === undefined) {
      throw new UserError(
        `The network ${networkName} has ${signers.length} accounts, the parameters name number ${place}; ` +
          `give its configuration more accounts.`,
      );
    }
    used.add(place);
    return found;
  };
  const deployer = signer(0);
  const engine = await ethers.deployContract("SettlementEngine");
  const gate = await ethers.deployContract("BridgeGate");

  const known = await loadInstitutions();
  const members = {} as Record<BridgeCode, BridgeMember>;
  for (const own of plan.centralBanks) {
    members[own.code] = await openMember(connection, gate, own, known, signer);
  }
  const all = BRIDGE_CODES.map((code) => members[code]);
  for (const member of all) await openCorridors(plan, member, all);

  const council = await ethers.deployContract("CentralBankCouncil", [
    all.map(({ offices }) => offices.governor.address),
    await Promise.all(
      all.map(async ({ currency, offices }) => ({
        currency: await currency.getAddress(),
        issuer: offices.governor.address,
      })),
    ),
    id(plan.rulebook),
    plan.timing,
  ]);
  const payments = await ethers.deployContract("BridgePayments", [engine, council, gate]);
  const exchange = await ethers.deployContract("ForeignExchange", [engine, council, gate, plan.maxRateValidity]);
  for (const { authority, offices, currency } of all) {
    const rights = [
      [council, BRIDGE_FUNCTION_ROLES.council],
      [exchange, BRIDGE_FUNCTION_ROLES.exchange],
      [gate, BRIDGE_FUNCTION_ROLES.gate],
    ] as const;
    for (const [target, roles] of rights) await assign(authority.connect(offices.governor), target, roles);
    for (const venue of [payments, exchange]) await gate.connect(offices.governor).admitVenue(currency, venue);
  }
  const banks = all.flatMap((member) => member.banks);
  for (const { signer: bank } of banks) {
    for (const { currency } of all) await currency.connect(bank).approve(engine, MaxUint256);
    for (const venue of [payments, exchange]) await engine.connect(bank).authorizeAgent(venue, true);
  }
  return {
    ...{ parameters: plan, members, engine, council, gate, payments, exchange, deployer },
    outsiders: signers.filter((_, place) => !used.has(place)),
    bank(bic) {
      const found = banks.find((bank) => bank.bic === bic);
      if (found === undefined) {
        throw new UserError(
          `No bank on the shared ledger has the BIC ${bic}; choose one of ${banks.map((bank) => bank.bic).join(", ")}.`,
        );
      }
      return found;
    },
  };
}

/** A central bank with its banks at home. The deployer never has a right: the governor is the authority's first admin. */
async function openMember(
  { ethers }: NetworkConnection<"l1">,
  gate: BridgeGate,
  own: CentralBankParameters,
  known: readonly Institution[],
  signer: (place: number) => HardhatEthersSigner,
): Promise<BridgeMember> {
  const offices = {
    governor: signer(own.offices.governor),
    halter: signer(own.offices.halter),
    resumer: signer(own.offices.resumer),
    enforcer: signer(own.offices.enforcer),
    operator: signer(own.offices.operator),
  };
  const { governor, halter, resumer, enforcer, operator } = offices;
  const authority = (await ethers.deployContract("AccessManager", [governor])).connect(governor);
  const registry = (await ethers.deployContract("InstitutionRegistry", [authority])).connect(governor);
  const implementation = await ethers.deployContract("BridgeCurrency", [
    ...[own.token, own.code, own.code],
    ...([registry, authority, gate] as const),
  ]);
  const initialize = implementation.interface.encodeFunctionData("initialize", [await authority.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, initialize]);
  const currency = (await ethers.getContractAt("IBridgeCurrency", await proxy.getAddress())).connect(governor);
  const desk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, operator]);

  const rights = [
    [registry, FUNCTION_ROLES.registry],
    [currency, FUNCTION_ROLES.currency],
    [currency, BRIDGE_FUNCTION_ROLES.currency],
    [desk, FUNCTION_ROLES.desk],
  ] as const;
  for (const [target, roles] of rights) await assign(authority, target, roles);
  for (const role of ["governor", "registrar", "upgrader"] as const) {
    await authority.grantRole(ROLES[role], governor, 0n);
  }
  await authority.grantRole(ROLES.halter, halter, 0n);
  await authority.grantRole(ROLES.resumer, resumer, 0n);
  await currency.appoint(desk, POWERS.issuer, id(`${own.bic}: issuance`));
  await currency.appoint(enforcer, POWERS.enforcer, id(`${own.bic}: enforcement`));
  const unlimited = {
    balance: UNLIMITED_AMOUNT,
    single: UNLIMITED_AMOUNT,
    day: UNLIMITED_COUNT,
    year: UNLIMITED_COUNT,
  };
  await currency.setClassLimits(CLASS_NUMBERS.institution, { ...unlimited, open: true });
  await desk.connect(governor).setRateLimit(minor(own.quota, own.code), 86_400n);

  const banks: BridgeBank[] = [];
  for (const [bic, place] of Object.entries(own.banks)) {
    const institution = institutionByBic(known, bic);
    const { number, lei, bic: bicBytes, country, nameHash } = registryEntry(institution);
    const account = signer(place);
    // whoever takes part deals with its central bank directly here, whatever its tier is at home
    const quota = minor(own.quota, own.code);
    await registry.register(number, lei, bicBytes, country, OPERATING, quota, account, nameHash);
    await registry.setStatus(number, ACTIVE, id("admission"));
    await currency.openInstitutionWallet(account);
    banks.push({ ...institution, home: own.code, signer: account, account: account.address });
  }
  const { code, title, walletClass } = own;
  return { code, title, walletClass, authority, registry, currency, desk, offices, banks };
}

/** What the central bank lets each other jurisdiction's banks do with its currency, and their wallets. */
async function openCorridors(
  { purposes, centralBanks }: BridgeParameters,
  { code, currency }: BridgeMember,
  all: readonly BridgeMember[],
): Promise<void> {
  const own = centralBanks.find((bank) => bank.code === code)?.corridor;
  if (own === undefined) throw new UserError(`The parameters have no central bank of ${code}; name it.`);
  const amount = (text: string): bigint => minor(text, code);
  for (const { code: other, walletClass, registry, banks } of all) {
    if (other === code) continue;
    const limits = { balance: amount(own.balance), single: amount(own.single), day: amount(own.day) };
    await currency.setClassLimits(walletClass, { ...limits, year: UNLIMITED_COUNT, open: true });
    await currency.openCorridor(walletClass, registry, {
      holdingLimit: amount(own.holding),
      outflowLimit: amount(own.outflow),
      inflowLimit: amount(own.inflow),
      windowDays: own.windowDays,
    });
    for (const purpose of purposes) await currency.setCorridorPurpose(walletClass, purposeCode(purpose), true);
    for (const { account } of banks) await currency.openNonResidentWallet(account, walletClass);
  }
}

/** Four letters of an ISO 20022 purpose code as the contracts take them. */
export function purposeCode(letters: string): string {
  if (!/^[A-Z0-9]{4}$/.test(letters)) {
    throw new UserError(
      `"${letters}" is no purpose code; write four capitals of the ISO 20022 list, for example GDDS.`,
    );
  }
  return hexlify(toUtf8Bytes(letters));
}

/** The authority gives functions of a contract to its roles. */
async function assign(
  authority: AccessManager,
  target: BaseContract,
  roles: Readonly<Partial<Record<Role, readonly string[]>>>,
): Promise<void> {
  for (const [role, names] of Object.entries(roles) as [Role, readonly string[]][]) {
    const selectors = names.map((name) => target.getFunction(name).fragment.selector);
    await authority.setTargetFunctionRole(target, selectors, ROLES[role]);
  }
}
