import { getCreateAddress, type AddressLike, type BaseContract, type Signer } from "ethers";
import {
  ForeignLedger__factory,
  LedgerExchange__factory,
  type AccessManager,
  type ForeignLedger,
  type LedgerExchange,
} from "../../types/ethers-contracts/index.js";
import { BETWEEN_FUNCTION_ROLES } from "../interop/roles.js";
import { ROLES, type Role } from "../roles.js";
import { deployContract } from "./contract.js";

/** A central bank on a ledger: its authority there, and who administers it. */
export interface CentralBank {
  readonly authority: AccessManager;
  readonly admin: Signer;
}

/** Init code of contracts, where it is to be another than the package's own: instrumented for coverage, say. */
export type OtherCode = Readonly<Partial<Record<"ForeignLedger" | "LedgerExchange" | "BilateralCorridor", string>>>;

/** One ledger to be joined to another. */
export interface LedgerToJoin {
  readonly chainId: bigint;
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** The ledger's own central bank, and the other ledger's. */
  readonly own: CentralBank;
  readonly other: CentralBank;
  /** Addresses of the ledger's validators, rising, and how many of them sign. */
  readonly validators: readonly string[];
  readonly quorum: bigint;
  readonly initCode?: OtherCode;
}

/** What a ledger has of the other one once they are joined. */
export interface JoinedLedger {
  readonly foreignLedger: ForeignLedger;
  readonly exchange: LedgerExchange;
}

/**
 * Lets two ledgers know each other's validators and puts the two halves of exchanges on them. The halves name each
 * other, so nothing else may be sent from the deployers' accounts meanwhile.
 */
export async function joinLedgers(
  first: LedgerToJoin,
  second: LedgerToJoin,
): Promise<readonly [JoinedLedger, JoinedLedger]> {
  const known = [
    await knowForeign(first, first.own.authority, second),
    await knowForeign(second, second.own.authority, first),
  ] as const;
  const expected = [await nextAddress(first), await nextAddress(second)] as const;
  return [
    { foreignLedger: known[0], exchange: await deployExchange(first, known[0], expected[1]) },
    { foreignLedger: known[1], exchange: await deployExchange(second, known[1], expected[0]) },
  ];
}

/** Lets a central bank's offices call their functions of a contract between ledgers. */
export async function assignBetween(
  bank: CentralBank,
  target: BaseContract,
  kind: keyof typeof BETWEEN_FUNCTION_ROLES,
): Promise<void> {
  await assignFunctions(bank, target, BETWEEN_FUNCTION_ROLES[kind]);
}

/** Lets the offices of a central bank call functions of a contract, by role. */
export async function assignFunctions(
  bank: CentralBank,
  target: BaseContract,
  roles: Readonly<Partial<Record<Role, readonly string[]>>>,
): Promise<void> {
  for (const [role, names] of Object.entries(roles) as [Role, readonly string[]][]) {
    await letCall(bank, target, names, ROLES[role]);
  }
}

/** A role beside the offices that every authority has, and who is to hold it. */
export interface Officer {
  readonly role: bigint;
  readonly functions: readonly string[];
  readonly holder: AddressLike;
}

/** Gives functions of a contract to a role of their own, and the role to its holder, without delay. */
export async function appointOfficer(
  bank: CentralBank,
  target: BaseContract,
  { role, functions, holder }: Officer,
): Promise<void> {
  await letCall(bank, target, functions, role);
  await (await bank.authority.connect(bank.admin).grantRole(role, holder, 0n)).wait();
}

/** Where the next contract of an account will stand. */
export async function nextAddress({ deployer }: Pick<LedgerToJoin, "deployer">): Promise<string> {
  return getCreateAddress({ from: await deployer.getAddress(), nonce: await deployer.getNonce() });
}

/** What a ledger has to be told of another one to know its headers. */
export type Validators = Pick<LedgerToJoin, "chainId" | "validators" | "quorum">;

/** Puts what is known of another ledger on this one, under an authority of this one. */
export async function knowForeign(
  { deployer, initCode }: Pick<LedgerToJoin, "deployer" | "initCode">,
  authority: AddressLike,
  { chainId, validators, quorum }: Validators,
): Promise<ForeignLedger> {
  const code = initCode?.ForeignLedger;
  return deployContract(ForeignLedger__factory, deployer, code, chainId, authority, [...validators], quorum);
}

async function letCall(
  { authority, admin }: CentralBank,
  target: BaseContract,
  names: readonly string[],
  role: bigint,
): Promise<void> {
  const selectors = names.map((name) => target.getFunction(name).fragment.selector);
  await (await authority.connect(admin).setTargetFunctionRole(target, selectors, role)).wait();
}

async function deployExchange(here: LedgerToJoin, known: ForeignLedger, peer: string): Promise<LedgerExchange> {
  const { own, other, deployer, initCode } = here;
  const parties = [known, peer, own.authority, other.authority] as const;
  const exchange = await deployContract(LedgerExchange__factory, deployer, initCode?.LedgerExchange, ...parties);
  for (const bank of [own, other]) await assignBetween(bank, exchange, "exchange");
  return exchange;
}
