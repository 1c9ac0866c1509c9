import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import type { Chain } from "../support/chain.js";
import { checkAll } from "./interop/checks.js";
import { Divergence, RULES, Story, opening, type Pick, type Rules, type State } from "./interop/story.js";
import { deployWorld, type World } from "./interop/world.js";

/** A failure prints its seed and path; a replay takes the same seed. */
const CAMPAIGN = {
  stories: Number(process.env["INTEROP_STORIES"] ?? 12),
  acts: Number(process.env["INTEROP_ACTS"] ?? 40),
  seed: Number(process.env["INTEROP_SEED"] ?? 20_260_302),
};
const STORIES_TO_NOTICE = 20;
const ALTERATIONS: readonly { readonly what: string; readonly altered: Partial<Rules> }[] = [
  { what: "a deadline that ends one second earlier", altered: { deadlineInclusive: false } },
  { what: "lanes that deliver in any order", altered: { ordered: false } },
  { what: "halted lanes that reject nothing", altered: { haltedRejects: false } },
  { what: "messages that are executed twice", altered: { once: false } },
];

/** An act as it is written down: what it is about is chosen when the story has come to it. */
class Act implements fc.AsyncCommand<Story, World> {
  constructor(
    private readonly label: string,
    private readonly perform: (story: Story) => Promise<void> | void,
  ) {}
  check = () => true;
  async run(story: Story): Promise<void> {
    await this.perform(story);
  }
  toString = () => this.label;
}

const small = fc.nat({ max: 5 });
/** Mostly the message whose turn it is: what is out of turn, twice or too early comes by the rest. */
const pick: fc.Arbitrary<Pick> = fc.record({
  from: small,
  to: small,
  any: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: small }),
});
const show = (value: unknown) =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? `${field}` : field));

function act<T>(
  weight: number,
  label: string,
  input: fc.Arbitrary<T>,
  perform: (story: Story, input: T) => Promise<void> | void,
) {
  const arbitrary = input.map((chosen) => new Act(`${label}(${show(chosen)})`, (story) => perform(story, chosen)));
  return Array.from({ length: weight }, () => arbitrary);
}

const ACTS: readonly fc.Arbitrary<Act>[] = [
  ...act(
    4,
    "send",
    fc.tuple(pick, fc.bigInt({ min: 1n, max: 150n }), fc.nat({ max: 255 })),
    (story, [chosen, life, text]) => story.send(chosen, life, text),
  ),
  ...act(4, "deliver", pick, (story, chosen) => story.deliver(chosen)),
  ...act(1, "deliverAround", fc.tuple(pick, fc.bigInt({ min: -1n, max: 1n })), (story, [chosen, around]) =>
    story.deliver(chosen, around),
  ),
  ...act(2, "reject", pick, (story, chosen) => story.reject(chosen)),
  ...act(4, "acknowledge", fc.tuple(pick, fc.nat({ max: 2 })), (story, [chosen, wrong]) =>
    story.acknowledge(chosen, wrong === 0),
  ),
  ...act(1, "halt", fc.tuple(pick, fc.boolean()), (story, [chosen, halted]) => story.halt(chosen, halted)),
  ...act(1, "rotate", pick, (story, chosen) => story.rotate(chosen)),
  ...act(1, "refuse", small, (story, node) => story.refuse(node)),
  ...act(2, "jump", fc.tuple(small, fc.bigInt({ min: 1n, max: 30n })), (story, [node, seconds]) =>
    story.jump(node, seconds),
  ),
];

for (const count of [2, 3]) {
  describe(`messages between ${count} ledgers`, function () {
    this.timeout(1_800_000);
    let world: World;
    let initial: State;
    let restore: (() => Promise<void>)[];

    before(async function () {
      const chains: Chain[] = [];
      for (let index = 0; index < count; ++index) {
        const override = { chainId: 86_001 + 7 * index };
        chains.push(await network.create({ network: "default", chainType: "l1", override }));
      }
      world = await deployWorld(chains);
      initial = await opening(world);
      const snapshots = [];
      for (const chain of chains) snapshots.push(await chain.networkHelpers.takeSnapshot());
      restore = snapshots.map((snapshot) => () => snapshot.restore());
    });

    function stories(rules: Rules, tally: Map<string, number>) {
      const lengths = { maxCommands: 2 * CAMPAIGN.acts, size: "max" } as const;
      return fc.asyncProperty(fc.commands([...ACTS], lengths), async (told) => {
        for (const back of restore) await back();
        const story = new Story(world, rules, structuredClone(initial));
        await fc.asyncModelRun(() => ({ model: story, real: world }), told);
        for (const [key, times] of story.outcomes) tally.set(key, (tally.get(key) ?? 0) + times);
        await story.quiesce();
        await checkAll(story);
      });
    }

    it(`come to rest delivered or rolled back in ${CAMPAIGN.stories} stories of duplicates, losses, reordering, delays and halts (seed ${CAMPAIGN.seed})`, async function () {
      const tally = new Map<string, number>();
      await fc.assert(stories(RULES, tally), { numRuns: CAMPAIGN.stories, seed: CAMPAIGN.seed });
      if (process.env["MODEL_TALLY"] !== undefined) console.log(Object.fromEntries([...tally].sort()));
      const expected = [
        ...["send: none", "send: LaneIsHalted", "deliver: none", "deliver: LaneIsHalted", "deliver: MessageExpired"],
        ...[
          "deliver: MessageAlreadyReceived",
          "deliver: MessageOutOfOrder",
          "reject: none",
          "reject: MessageNotExpired",
        ],
        ...["acknowledge: none", "acknowledge: MessageNotPending", "acknowledge: MessageEventMismatch"],
      ];
      if (CAMPAIGN.stories >= 10 && count === 2) {
        expect(
          expected.filter((key) => !tally.has(key)),
          "what never came up",
        ).to.deep.equal([]);
      }
    });

    if (count > 2) return;
    for (const { what, altered } of ALTERATIONS) {
      it(`notices ${what}`, async function () {
        const { failed, errorInstance } = await fc.check(stories({ ...RULES, ...altered }, new Map()), {
          numRuns: STORIES_TO_NOTICE,
          seed: CAMPAIGN.seed,
          endOnFailure: true,
        });
        expect(failed).to.equal(true);
        expect(errorInstance).to.satisfy(
          (error: unknown) => error instanceof Divergence || /BRG-\d\d/.test(String(error)),
        );
      });
    }
  });
}
