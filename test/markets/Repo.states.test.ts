import { dayNumber } from "../../sdk/calendar.js";
import { minor } from "../../sdk/money.js";
import { couponOf, passTo } from "../support/assets.js";
import { RepoUnderTest, deployRepo, openRepoChain, percent, type RepoMarket } from "../support/repo.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";
import { REPO_MACHINE, type RepoAct, type RepoState } from "../support/states/repo.js";

const chain = await openRepoChain();

interface World {
  readonly f: RepoMarket;
  readonly repo: RepoUnderTest;
}

async function agreedTerms(): Promise<World> {
  const f = await deployRepo(chain);
  return { f, repo: new RepoUnderTest(f) };
}

const REACH: Readonly<Record<RepoState, (world: World) => Promise<unknown>>> = {
  none: () => Promise.resolve(),
  withdrawn: ({ repo }) => repo.withdraw(),
  open: ({ repo }) => repo.open(),
  called: async ({ repo }) => {
    await repo.open();
    await repo.called();
  },
  defaulted: async ({ repo }) => {
    await repo.open();
    await repo.defaulted();
  },
  closed: async ({ repo }) => {
    await repo.open();
    await repo.at(30n);
    await repo.close();
  },
  closedOut: async ({ repo }) => {
    await repo.open();
    await repo.defaulted();
    await repo.sellerSpeaks(false);
    await repo.fix(percent("80.00"));
    await repo.closeOut();
    await repo.sellerSpeaks(true);
  },
};

/** What the note is worth today, if nobody has said so yet. */
async function fixToday({ f, repo }: World, price: bigint): Promise<void> {
  const today = BigInt(dayNumber(await chain.networkHelpers.time.latest()));
  const [, day] = await f.fixings.lastFixing(f.agent, f.bond);
  if (day < today) await repo.fix(price);
}

const ACTS: Readonly<Record<RepoAct, (world: World) => ReturnType<RepoUnderTest["mark"]>>> = {
  open: ({ repo }) => repo.open(),
  withdraw: ({ repo }) => repo.withdraw(),
  mark: async (world) => {
    await world.repo.at(1n);
    await fixToday(world, percent("84.00"));
    return world.repo.mark();
  },
  meetCall: ({ repo }) => repo.meetCall(200n, 0n),
  substitute: async (world) => {
    await fixToday(world, percent("100.00"));
    return world.repo.substitute(world.f.address, 1_100n);
  },
  giveNotice: ({ repo }) => repo.giveNotice(),
  agreeClosing: ({ repo }) => repo.agreeClosing(repo.terms.closing + 1n),
  payIncome: async ({ f, repo }) => {
    await passTo(chain, couponOf(f, 0).paymentTime);
    return repo.payIncome();
  },
  close: async ({ repo }) => {
    await repo.at(30n);
    return repo.close();
  },
  declareDefault: async ({ repo }) => {
    await repo.sellerSpeaks(false);
    await repo.at(31n);
    return repo.declareDefault();
  },
  closeOut: async (world) => {
    await fixToday(world, percent("80.00"));
    return world.repo.closeOut();
  },
  collect: ({ repo }) => repo.collect(minor("1.00", "HKD")),
};

describeMachine(REPO_MACHINE, {
  chain,
  open: agreedTerms,
  reach: async (world, state) => {
    await REACH[state](world);
  },
  act: (world, act) => ACTS[act](world),
  stateOf: async ({ repo }) => {
    const { status } = await repo.state();
    const name = namesOf(REPO_MACHINE.states)[Number(status)];
    if (name === undefined) throw new RangeError(`there is no status ${status}`);
    return name;
  },
  refuser: ({ f }) => f.repo,
});
