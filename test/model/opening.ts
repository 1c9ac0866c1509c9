import { ref } from "../support/chain.js";
import { requestId } from "../../sdk/eip712/issuance.js";
import { issue, requestIssue } from "./issuance.js";
import { CLASS_LIMITS, pay } from "./ledger.js";
import { RULES } from "./rules.js";
import { BANKS, CURRENCIES, PEOPLE, type Currency, type MoneyState, type Person, type State } from "./state.js";
import { Story, type Act } from "./story.js";
import { OVERRIDES, QUOTA, addressOf, attest, moneyOf, type World } from "./world.js";

const FUNDS = 300_000n;
const GIFT = 9_000n;

const CLASSES: Partial<Record<Person, number>> = { ann: 1, bob: 2, cai: 3, dan: 4, shop: 5 };

/** The state in which every story begins: each institution issued money, each wallet has some of it. */
export async function opening(world: World): Promise<State> {
  const now = BigInt(await world.chain.networkHelpers.time.latest());
  const state: State = {
    now,
    money: { cny: emptyMoney("cny", now), hkd: emptyMoney("hkd", now) },
    instructions: [],
    ended: new Map(),
    arrivals: 0n,
    names: 0,
  };
  const story = new Story(world, RULES, state, new Map());
  for (const currency of CURRENCIES) {
    for (const [key, account] of Object.entries(BANKS[currency])) {
      for (const act of issuing(currency, Number(key), account, story.time + 86_400n)) await story.perform(act);
      for (const person of PEOPLE) {
        if (person !== "stranger" && person !== account) await story.perform(giving(currency, account, person));
      }
    }
  }
  return story.state;
}

function emptyMoney(currency: Currency, now: bigint): MoneyState {
  const numbers = Object.entries(BANKS[currency]).map(([number, account]) => ({ number: Number(number), account }));
  // the first bank of the jurisdiction opened every customer's wallet
  const firstBank = currency === "cny" ? 2 : 3;
  return {
    wallets: new Map(
      PEOPLE.map((person) => {
        const own = numbers.find(({ account }) => account === person);
        const walletClass = own === undefined ? (CLASSES[person] ?? (person === "stranger" ? 0 : 5)) : 6;
        const sponsor = walletClass === 0 ? 0 : (own?.number ?? firstBank);
        return [person, { walletClass, sponsor, balance: 0n, frozenAmount: 0n, frozen: false, counted: [] }];
      }),
    ),
    limits: new Map(CLASS_LIMITS),
    halted: new Set(),
    allHalted: false,
    holds: new Map(),
    banks: new Map(
      numbers.map(({ number, account }) => [
        number,
        { account, active: true, quota: QUOTA, issued: 0n, redeemed: 0n, rateUsed: 0n, rateTime: now },
      ]),
    ),
    requests: new Map(),
    allowances: new Map(),
    nonces: new Set(),
    issued: 0n,
    redeemed: 0n,
  };
}

function issuing(currency: Currency, bank: number, account: Person, expiry: bigint): Act[] {
  const request = { bank, amount: FUNDS, expiry, ref: ref(`opening of ${account}`) };
  const name = requestId(1, bank, request.ref);
  return [
    {
      label: "requestIssue",
      apply: (state, rules) => {
        requestIssue(state, rules, currency, name, request);
      },
      send: ({ people, places }) =>
        places[currency].desk.connect(people[account]).requestIssue(FUNDS, request.ref, expiry, OVERRIDES),
    },
    {
      label: "issue",
      apply: (state) => {
        issue(state, currency, name, true);
      },
      send: async (world) => {
        const { validUntil, signature } = await attest(world, currency, "issue", request, true);
        const desk = world.places[currency].desk.connect(world.people.stranger);
        return desk.issue(bank, request.ref, validUntil, signature, OVERRIDES);
      },
    },
  ];
}

function giving(currency: Currency, from: Person, to: Person): Act {
  return {
    label: "transfer",
    apply: (state, rules) => {
      pay(state, rules, currency, from, to, GIFT);
    },
    send: (world) => moneyOf(world, currency, from).transfer(addressOf(world, currency, to), GIFT, OVERRIDES),
  };
}
