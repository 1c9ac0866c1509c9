import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, type ContractTransactionResponse } from "ethers";
import type { SettlementEngine } from "../../types/ethers-contracts/index.js";
import type { Instruction } from "../eip712/settlement.js";
import { domainOf } from "../eip712/typedData.js";
import { collectConsents } from "../instructions.js";

/** A token that gives allowances. */
interface Approvable {
  connect(signer: HardhatEthersSigner): {
    approve(spender: string, amount: bigint): Promise<ContractTransactionResponse>;
  };
}

/** An instruction with every giver's signature. */
export interface Signed {
  readonly instruction: Instruction;
  readonly consents: readonly string[];
}

/** Lets the engine move what the owner will sign for. */
export async function approveEngine(
  engine: SettlementEngine,
  owner: HardhatEthersSigner,
  ...tokens: readonly Approvable[]
): Promise<(() => Promise<ContractTransactionResponse>)[]> {
  const spender = await engine.getAddress();
  return tokens.map((token) => () => token.connect(owner).approve(spender, MaxUint256));
}

/** Every giver signs the instruction. */
export async function signAll(
  engine: SettlementEngine,
  instruction: Instruction,
  givers: readonly HardhatEthersSigner[],
): Promise<Signed> {
  return { instruction, consents: await collectConsents(await domainOf(engine), instruction, givers) };
}

/** Settles a signed instruction; anyone may carry it. */
export function settle(
  engine: SettlementEngine,
  carrier: HardhatEthersSigner,
  { instruction, consents }: Signed,
): Promise<ContractTransactionResponse> {
  return engine.connect(carrier).settle(instruction, [...consents], []);
}
