import { LEASE_STATUS } from "../../sdk/eip712/rental.js";
import { openChain } from "../support/chain.js";
import { LeaseUnderTest, deployRental } from "../support/rental.js";
import { describeMachine } from "../support/states/describeMachine.js";
import { namesOf } from "../support/states/machine.js";
import { LEASE, type LeaseStage } from "../support/states/rental.js";

const chain = await openChain("mainland");

async function deploy() {
  return LeaseUnderTest.drafted(await deployRental(chain));
}

describeMachine(LEASE, {
  chain,
  open: deploy,
  reach,
  refuser: ({ f }) => f.rental,
  stateOf: async (lease) => {
    const { status } = await lease.state();
    const stage = namesOf(LEASE.states).find((name) => LEASE_STATUS[name] === status);
    if (stage === undefined) throw new RangeError(`the contract has no status ${status}`);
    return stage;
  },
  act: async (lease, act) => {
    switch (act) {
      case "signLease":
        return lease.sign();
      case "rescind":
        return lease.rescind();
      case "handOver":
        return lease.handOver();
      case "payRent":
        return lease.payRent(lease.f.tenant);
      case "returnUnit":
        return lease.leave();
      case "claimDeduction":
        return lease.claim();
      case "acceptDeduction":
        return lease.accept();
      case "disputeDeduction":
        return lease.dispute();
      case "ruleDeduction":
        return lease.rule();
      case "settleDeposit":
        return lease.settle();
      case "payOwed":
        return lease.payOwed();
    }
  },
});

async function reach(lease: LeaseUnderTest, stage: LeaseStage): Promise<void> {
  if (stage === "none") return;
  await lease.sign();
  if (stage === "signed") return;
  if (stage === "rescinded") {
    await lease.rescind();
    return;
  }
  const steps: readonly [LeaseStage, () => Promise<unknown>][] = [
    ["running", () => lease.handOver()],
    ["returned", () => lease.leave()],
    ["claimed", () => lease.claim()],
    ["disputed", () => lease.dispute()],
    ["settled", () => lease.rule()],
  ];
  for (const [name, step] of steps) {
    await step();
    if (name === stage) return;
  }
}
