import { FUND_ORDER_STATUS, fundTimes } from "../../sdk/eip712/fundDealing.js";
import { openChain } from "../support/chain.js";
import { deployFund, fundIdOf, passCutOff, price, subscription, type DealtFund } from "../support/fund.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { FUND_ORDER_STATES } from "../support/states/fundOrder.js";
import { namesOf } from "../support/states/machine.js";

const chain = await openChain("hongkong");

type State = keyof typeof FUND_ORDER_STATES.states;
type Act = keyof typeof FUND_ORDER_STATES.acts;

async function openForOrders() {
  return deployFund(chain);
}

async function perform(f: DealtFund, act: Act) {
  const order = await subscription(f);
  if (act === "place") return f.dealing.connect(f.ann).place(order, "0x", "0x");
  return f.dealing.connect(act === "cancel" ? f.ann : f.carrier)[act](order);
}

async function reach(f: DealtFund, state: State): Promise<void> {
  if (state === "none") return;
  await perform(f, "place");
  if (state === "placed") return;
  if (state === "cancelled") return void (await perform(f, "cancel"));
  await price(f);
  if (state === "bound") return;
  if (state === "dealt") return void (await perform(f, "deal"));
  await passCutOff(f, f.terms.patience);
  if (state === "lapsed") await perform(f, "lapse");
}

async function stateOf(f: DealtFund): Promise<State> {
  const status = await f.dealing.statusOf(fundIdOf(f, await subscription(f)));
  const name = namesOf(FUND_ORDER_STATUS).find((each) => FUND_ORDER_STATUS[each] === status);
  if (name !== "placed") return name ?? "none";
  const now = BigInt(await chain.networkHelpers.time.latest());
  const { cutOff, deadline } = fundTimes(f.terms, f.day);
  if (now < cutOff) return "placed";
  return now < deadline ? "bound" : "overdue";
}

describeMachine<State, Act, DealtFund>(FUND_ORDER_STATES, {
  chain,
  // deployed once, not once a state
  open: () => chain.networkHelpers.loadFixture(openForOrders),
  reach,
  act: perform,
  stateOf,
  refuser: ({ dealing }) => dealing,
});
