import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { VOTE } from "../../sdk/bridge.js";
import {
  decisionOf,
  execute,
  proposalIdOf,
  propose,
  queue,
  type DecidedCall,
  type Decision,
} from "../../sdk/council.js";
import type { CentralBankCouncil } from "../../types/ethers-contracts/index.js";
import { TIMING } from "./bridge.js";
import { officers, ref, type Chain } from "./chain.js";
import { deployMoney, type Money } from "./currency.js";

/** A council of three: the two currencies' central banks and a third, whose currency is not admitted yet. */
export interface Council extends Money {
  readonly council: CentralBankCouncil;
  /** The members. */
  readonly pboc: HardhatEthersSigner;
  readonly hkma: HardhatEthersSigner;
  readonly bot: HardhatEthersSigner;
  /** Would like to be members. */
  readonly cbuae: HardhatEthersSigner;
  readonly sama: HardhatEthersSigner;
  /** Addresses of the currencies. */
  readonly ecny: string;
  readonly ehkd: string;
}

/** Call it inside a fixture: `async function deploy() { return deployCouncil(chain); }`. */
export async function deployCouncil(chain: Chain): Promise<Council> {
  const money = await deployMoney(chain);
  const { mainland, hongkong } = money;
  const { bot, cbuae, sama } = await officers(chain, "council", "bot", "cbuae", "sama");
  const [pboc, hkma] = [mainland.officers.admin, hongkong.officers.admin];
  const [ecny, ehkd] = [await mainland.currency.getAddress(), await hongkong.currency.getAddress()];
  const council = await chain.ethers.deployContract("CentralBankCouncil", [
    [pboc.address, hkma.address, bot.address],
    [
      { currency: ecny, issuer: pboc.address },
      { currency: ehkd, issuer: hkma.address },
    ],
    ref("rulebook 1"),
    TIMING,
  ]);
  return { ...money, council, pboc, hkma, bot, cbuae, sama, ecny, ehkd };
}

/** A call of the council to itself. */
export function own({ council }: Pick<Council, "council">, name: string, ...args: readonly unknown[]): DecidedCall {
  return { target: council, name, args };
}

/** Takes a decision through its whole life on a chain whose clock can be moved. */
export class Deciding {
  constructor(
    private readonly chain: Chain,
    private readonly council: CentralBankCouncil,
  ) {}

  /** Proposed by the first voter; the vote is open. */
  async open(by: HardhatEthersSigner, description: string, ...calls: readonly DecidedCall[]): Promise<Decision> {
    const decision = await decisionOf(description, ...calls);
    await propose(this.council.connect(by), decision);
    await this.chain.networkHelpers.time.increaseTo((await this.council.proposalSnapshot(proposalIdOf(decision))) + 1n);
    return decision;
  }

  /** Everybody named votes for it. */
  async approve(decision: Decision, voters: readonly HardhatEthersSigner[]): Promise<void> {
    for (const voter of voters) await this.council.connect(voter).castVote(proposalIdOf(decision), VOTE.for);
  }

  /** The vote is over. */
  async close(decision: Decision): Promise<void> {
    const { time } = this.chain.networkHelpers;
    await time.increaseTo((await this.council.proposalDeadline(proposalIdOf(decision))) + 1n);
  }

  /** Queued, and its time lock over. */
  async lock(decision: Decision): Promise<void> {
    await queue(this.council, decision);
    await this.chain.networkHelpers.time.increaseTo(await this.council.proposalEta(proposalIdOf(decision)));
  }

  /** Proposed by the first voter, approved by all of them, and ready to be executed. */
  async ready(voters: readonly HardhatEthersSigner[], description: string, ...calls: readonly DecidedCall[]) {
    const [proposer] = voters;
    if (proposer === undefined) throw new RangeError("a decision has a proposer");
    const decision = await this.open(proposer, description, ...calls);
    await this.approve(decision, voters);
    await this.close(decision);
    await this.lock(decision);
    return decision;
  }

  /** Everything, to the execution. */
  async decide(voters: readonly HardhatEthersSigner[], description: string, ...calls: readonly DecidedCall[]) {
    return execute(this.council, await this.ready(voters, description, ...calls));
  }

  /** The state of a decision's proposal. */
  async stateOf(decision: Decision): Promise<bigint> {
    return this.council.state(proposalIdOf(decision));
  }
}
