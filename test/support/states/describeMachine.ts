import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse } from "ethers";
import type { Chain } from "../chain.js";
import { namesOf, type Machine } from "./machine.js";

/** How a machine's table is played on a chain. */
export interface Play<State extends string, Act extends string, World> {
  readonly chain: Chain;
  /** Fixture (a named function): the world before there is a record. */
  readonly open: () => Promise<World>;
  /** Brings a record from nothing into the state. */
  readonly reach: (world: World, state: State) => Promise<void>;
  /** Attempts the act, with arguments that are right for it wherever the table allows it. */
  readonly act: (world: World, act: Act) => Promise<ContractTransactionResponse>;
  /** The state that the contract says the record is in. */
  readonly stateOf: (world: World) => Promise<State>;
  /** Whose errors the refusals are; of a cell's act and state where they come from several contracts. */
  readonly refuser: (world: World, act: Act, state: State) => BaseContract;
}

/** A test for every cell: what is allowed leads where the table says, everything else is refused by name. */
export function describeMachine<State extends string, Act extends string, World>(
  machine: Machine<State, Act>,
  play: Play<State, Act, World>,
): void {
  describe(`${machine.contract}: ${machine.title}`, () => {
    for (const state of namesOf(machine.states)) {
      async function inState() {
        const world = await play.open();
        await play.reach(world, state);
        return world;
      }

      context(`given ${state}`, () => {
        for (const act of namesOf(machine.acts)) {
          const cell = machine.cells[state][act];
          const outcome = "to" in cell ? (cell.to === state ? "stays" : `goes to ${cell.to}`) : cell.refusal;
          it(`${act}: ${outcome}`, async () => {
            const world = await play.chain.networkHelpers.loadFixture(inState);
            expect(await play.stateOf(world)).to.equal(state);
            if ("to" in cell) {
              await play.act(world, act);
              expect(await play.stateOf(world)).to.equal(cell.to);
              return;
            }
            await expect(play.act(world, act)).to.be.revertedWithCustomError(
              play.refuser(world, act, state),
              cell.refusal,
            );
            expect(await play.stateOf(world)).to.equal(state);
          });
        }
      });
    }
  });
}
