import { expect } from "chai";
import { ACTIONS, PROTOCOL, START, type ActionName, type Rules } from "./ExchangeModel.js";
import { search, type CounterExample } from "./ExchangeSearch.js";

interface SeededBug {
  readonly what: string;
  readonly rules: Partial<Rules>;
  readonly property: CounterExample["property"];
}

/** Each turns one rule into its opposite. The first is the classic exchange by two ordered time-outs. */
const SEEDED: readonly SeededBug[] = [
  { what: "a time-out of the follower's hold", rules: { followerTimesOut: true }, property: "atomic" },
  { what: "armed holds that can be withdrawn", rules: { armedCanBeWithdrawn: true }, property: "atomic" },
  { what: "a decision without the proof of arming", rules: { decisionNeedsProof: false }, property: "atomic" },
  { what: "a decision that can be taken again", rules: { decisionIsFinal: false }, property: "atomic" },
  { what: "a payment that cannot be made now given back", rules: { deferredStaysHeld: false }, property: "atomic" },
  { what: "a payment put off for good", rules: { deferredCanComplete: false }, property: "ends" },
  { what: "halts that stop releases", rules: { releaseWhileHalted: false }, property: "ends" },
];

describe("Two-ledger exchange protocol", function () {
  this.timeout(120_000);

  context("given the protocol as it is", () => {
    it("never leaves one side paid and the other refunded, and always ends", () => {
      const { counterExample, ...seen } = search(PROTOCOL);
      console.log(
        `      ${seen.states.toLocaleString("en-US")} states, ${seen.transitions.toLocaleString("en-US")} transitions, ` +
          `nothing new beyond ${seen.depth} acts; ended after at most ${seen.longestEnd} helping steps from anywhere`,
      );
      expect(counterExample).to.equal(undefined);
      expect(seen.states).to.be.at.least(80_000);
    });

    it("ends paid on both sides when nothing disturbs it", () => {
      const end = play(PROTOCOL, [
        "place the follower's hold",
        "arm the follower's hold",
        "place the decider's hold",
        "carry the proof of arming",
        "decide: captured",
        "carry the proof of the decision",
        "follow the decision",
      ]);
      expect([end.deciderHold, end.followerHold]).to.deep.equal(["paid", "paid"]);
    });
  });

  for (const { what, rules, property } of SEEDED) {
    context(`given ${what}`, () => {
      it(`finds a schedule that breaks "${property}"`, () => {
        const altered = { ...PROTOCOL, ...rules };
        const { counterExample } = search(altered);
        if (counterExample === undefined) throw new Error(`nothing wrong was found with ${what}`);
        console.log(
          [`      ${counterExample.what}:`, ...counterExample.schedule.map((act, i) => `${i + 1}. ${act}`)].join(
            "\n        ",
          ),
        );
        expect(counterExample.property).to.equal(property);
        // it is one: the altered rules allow every act of it
        play(altered, counterExample.schedule);
      });
    });
  }
});

/** The state after a schedule whose every act must be possible. */
function play(rules: Rules, schedule: readonly ActionName[]) {
  let state = START;
  for (const name of schedule) {
    const next = ACTIONS.find((action) => action.name === name)?.act(state, rules);
    if (typeof next !== "object") throw new Error(`"${name}" came to ${String(next)}`);
    state = next;
  }
  return state;
}
