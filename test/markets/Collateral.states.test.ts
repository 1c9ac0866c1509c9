import { dayNumber } from "../../sdk/calendar.js";
import { PledgeUnderTest, deployCollateral, type Pledging } from "../support/collateral.js";
import { openRepoChain, percent } from "../support/repo.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";
import { PLEDGE_MACHINE, type PledgeAct, type PledgeStateName } from "../support/states/pledge.js";

const chain = await openRepoChain();

interface World {
  readonly f: Pledging;
  readonly pledge: PledgeUnderTest;
}

async function agreedPledge(): Promise<World> {
  const f = await deployCollateral(chain);
  return { f, pledge: new PledgeUnderTest(f) };
}

const REACH: Readonly<Record<PledgeStateName, (world: World) => Promise<unknown>>> = {
  none: () => Promise.resolve(),
  withdrawn: ({ pledge }) => pledge.withdraw(),
  active: ({ pledge }) => pledge.open(),
  called: async ({ pledge }) => {
    await pledge.open();
    await pledge.called();
  },
  defaulted: async ({ pledge }) => {
    await pledge.open();
    await pledge.defaulted();
  },
  discharged: async ({ pledge }) => {
    await pledge.open();
    await pledge.pay(pledge.terms.obligation);
  },
  enforced: async ({ pledge }) => {
    await pledge.open();
    await pledge.defaulted();
    await pledge.fix(percent("90.00"));
    await pledge.enforce();
  },
};

/** What the notes are worth today, if nobody has said so yet. */
async function fixToday({ f, pledge }: World): Promise<void> {
  const today = BigInt(dayNumber(await chain.networkHelpers.time.latest()));
  const [, day] = await f.fixings.lastFixing(f.agent, f.bond);
  if (day < today) await pledge.fix(percent("90.00"));
}

const ACTS: Readonly<Record<PledgeAct, (world: World) => ReturnType<PledgeUnderTest["mark"]>>> = {
  open: ({ pledge }) => pledge.open(),
  withdraw: ({ pledge }) => pledge.withdraw(),
  rearrange: ({ pledge }) => pledge.rearrange([], [pledge.first(200n)]),
  mark: async (world) => {
    await world.pledge.at(2n);
    await fixToday(world);
    return world.pledge.mark();
  },
  payPart: ({ pledge }) => pledge.pay(1n),
  payAll: ({ pledge }) => pledge.pay(pledge.terms.obligation),
  acknowledge: ({ pledge }) => pledge.acknowledge(1n),
  declareDefault: async ({ pledge }) => {
    await pledge.at(31n);
    return pledge.declareDefault();
  },
  enforce: async (world) => {
    await fixToday(world);
    return world.pledge.enforce();
  },
};

describeMachine(PLEDGE_MACHINE, {
  chain,
  open: agreedPledge,
  reach: async (world, state) => {
    await REACH[state](world);
  },
  act: (world, act) => ACTS[act](world),
  stateOf: async ({ pledge }) => {
    const { status } = await pledge.state();
    const name = namesOf(PLEDGE_MACHINE.states)[Number(status)];
    if (name === undefined) throw new RangeError(`there is no status ${status}`);
    return name;
  },
  refuser: ({ f }) => f.collateral,
});
