import { ZeroAddress, concat, isHexString, toBeHex, type TypedDataDomain } from "ethers";
import { NEVER, type Hold } from "./eip712/ledger.js";
import { instructionId, instructionTypedData, type Instruction, type Leg } from "./eip712/settlement.js";
import { sign, type TypedDataSigner } from "./eip712/typedData.js";
import { UserError } from "./errors.js";

/** What is the same in every kind of instruction. */
export interface Terms {
  /** A number counted by the initiator (cheapest: 128 in a row share a storage word), or 32 bytes. */
  readonly businessRef: bigint | string;
  /** Unix seconds, inclusive; from the beginning unless given. */
  readonly notBefore?: bigint;
  /** Unix seconds, inclusive; for ever unless given. */
  readonly notAfter?: bigint;
  /** Whether it may be settled net with others; no unless given. */
  readonly nettable?: boolean;
}

/** An amount of a token that one side of an exchange gives. */
export interface Side {
  readonly token: string;
  readonly from: string;
  /** Minor units. */
  readonly amount: bigint;
}

/** A signer that can say which account it signs for. */
export interface Giver extends TypedDataSigner {
  readonly address: string;
}

/** An instruction with what proves its givers' consent. See `ISettlementEngine`. */
export interface SettlementItem {
  readonly instruction: Instruction;
  /** Signatures per distinct giver, in order of first appearance; empty: affirmed, calling or covered by holds. */
  readonly consents: string[];
  /** Empty, or parallel to the legs. */
  readonly holds: Hold[];
}

/** The table of accounts and tokens that a net settlement is verified against. */
export interface NetTable {
  readonly keys: { readonly token: string; readonly account: string }[];
  /** Four bytes a leg: line of the giver, line of the receiver. */
  readonly indices: string;
}

/** Lines that 16 bits can number. */
const MAX_KEYS = 65_536;

/** An entry of `holds` for a leg that moves by allowance. */
export const NO_HOLD: Hold = {
  payer: ZeroAddress,
  payee: ZeroAddress,
  executor: ZeroAddress,
  amount: 0n,
  expiry: 0n,
  businessRef: toBeHex(0, 32),
};

/**
 * An instruction of any legs.
 * @throws UserError when there is no leg, or one that moves nothing or nowhere, or the reference is no reference.
 */
export function instruct({ businessRef, notBefore, notAfter, nettable }: Terms, legs: readonly Leg[]): Instruction {
  if (legs.length === 0) throw new UserError("An instruction without legs settles nothing; give it at least one.");
  for (const { from, to, amount } of legs) {
    if (amount <= 0n) throw new UserError(`A leg moves ${amount}; amounts are more than zero.`);
    if (from === to) throw new UserError(`A leg pays ${from} to itself; name another receiver.`);
  }
  return {
    businessRef: referenceOf(businessRef),
    notBefore: notBefore ?? 0n,
    notAfter: notAfter ?? NEVER,
    nettable: nettable ?? false,
    legs: [...legs],
  };
}

/** A payment of one party to another. */
export function payment(terms: Terms, { token, from, amount }: Side, to: string): Instruction {
  return instruct(terms, [{ token, from, to, amount }]);
}

/**
 * Two sides that each receive what the other gives: delivery versus payment, or payment versus payment.
 * The first side is the initiator.
 */
export function exchange(terms: Terms, first: Side, second: Side): Instruction {
  return instruct(terms, [
    { ...first, to: second.from },
    { ...second, to: first.from },
  ]);
}

/** The distinct givers, in order of first appearance: the order of `consents`. */
export function giversOf({ legs }: Pick<Instruction, "legs">): string[] {
  return [...new Set(legs.map(({ from }) => from))];
}

/**
 * The signatures of those givers that are among `signers`, in the engine's order; empty for the others, who have
 * affirmed, call themselves, or have covered their legs by holds.
 */
export async function collectConsents(
  domain: TypedDataDomain,
  instruction: Instruction,
  signers: readonly Giver[],
): Promise<string[]> {
  const typedData = instructionTypedData(domain, instruction);
  const consents: string[] = [];
  for (const giver of giversOf(instruction)) {
    const signer = signers.find(({ address }) => address === giver);
    consents.push(signer === undefined ? "0x" : await sign(signer, typedData));
  }
  return consents;
}

/**
 * The terms of the hold that covers a leg and consents to its instruction.
 * @param domain the engine's.
 * @param position of the leg in the instruction.
 * @param expiry Unix seconds; never by time alone unless given (it can be freed once the instruction has ended).
 * @throws UserError when there is no such leg.
 */
export function coverOf(domain: TypedDataDomain, instruction: Instruction, position: number, expiry = NEVER): Hold {
  const leg = instruction.legs[position];
  if (leg === undefined)
    throw new UserError(`The instruction has no leg ${position}; it has ${instruction.legs.length}.`);
  return {
    payer: leg.from,
    payee: leg.to,
    executor: domain.verifyingContract ?? ZeroAddress,
    amount: leg.amount,
    expiry,
    businessRef: instructionId(domain, instruction),
  };
}

/**
 * The table for a net settlement: every account and token once, strictly ascending, and where each leg finds its two.
 * @throws UserError when there are more lines than 16 bits can number.
 */
export function netTable(instructions: readonly Pick<Instruction, "legs">[]): NetTable {
  const keys = instructions
    .flatMap(({ legs }) => legs)
    .flatMap(({ token, from, to }) => [
      { token, account: from },
      { token, account: to },
    ]);
  // fixed-length lower-case hex sorts as the numbers do
  const sorted = [...new Map(keys.map((key) => [nameOf(key), key]))].sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length > MAX_KEYS) {
    throw new UserError(`${sorted.length} accounts and tokens are more than ${MAX_KEYS}; settle in two batches.`);
  }
  const lines = new Map(sorted.map(([name], line) => [name, line]));
  return {
    keys: sorted.map(([, key]) => key),
    indices: concat(keys.map((key) => toBeHex(lines.get(nameOf(key)) ?? 0, 2))),
  };
}

function nameOf({ token, account }: NetTable["keys"][number]): string {
  return (token + account.slice(2)).toLowerCase();
}

function referenceOf(businessRef: bigint | string): string {
  if (typeof businessRef === "bigint") return toBeHex(businessRef, 32);
  if (isHexString(businessRef, 32)) return businessRef;
  throw new UserError(`"${businessRef}" is no reference; give a number or 32 bytes.`);
}
