import { refused, to, type Cell, type Machine } from "./machine.js";

export type LeaseStage = "none" | "signed" | "running" | "returned" | "claimed" | "disputed" | "settled" | "rescinded";
export type LeaseAct =
  | "signLease"
  | "rescind"
  | "handOver"
  | "payRent"
  | "returnUnit"
  | "claimDeduction"
  | "acceptDeduction"
  | "disputeDeduction"
  | "ruleDeduction"
  | "settleDeposit"
  | "payOwed";

const STATUS = refused("RentalStatusInvalid");

/** What is refused, whatever is not said otherwise. */
const OTHERWISE: Record<LeaseAct, Cell<LeaseStage>> = {
  signLease: STATUS,
  rescind: STATUS,
  handOver: STATUS,
  payRent: STATUS,
  returnUnit: STATUS,
  claimDeduction: STATUS,
  acceptDeduction: STATUS,
  disputeDeduction: STATUS,
  ruleDeduction: STATUS,
  settleDeposit: STATUS,
  payOwed: refused("RentalNothingOwed"),
};

/** The life of a lease. */
export const LEASE: Machine<LeaseStage, LeaseAct> = {
  title: "A lease",
  contract: "Rental",
  states: {
    none: "Nobody has put it on record.",
    signed: "Both have signed; the deposit is held.",
    running: "The tenant has moved in.",
    returned: "The tenant has moved out; the landlord may claim.",
    claimed: "The landlord claims a part of the deposit; either side may call the arbiter.",
    disputed: "The arbiter may rule.",
    settled: "The deposit is divided.",
    rescinded: "It ended before the unit was handed over; the deposit is free.",
  },
  acts: {
    signLease: "anyone, signed by landlord and tenant: `signLease`",
    rescind: "landlord (the tenant seven days after the start): `rescind`",
    handOver: "one side, signed by the other: `handOver`",
    payRent: "tenant; anyone when it is due: `payRent`",
    returnUnit: "one side, signed by the other: `returnUnit`",
    claimDeduction: "landlord: `claimDeduction`",
    acceptDeduction: "tenant: `acceptDeduction`",
    disputeDeduction: "landlord or tenant: `disputeDeduction`",
    ruleDeduction: "arbiter: `ruleDeduction`",
    settleDeposit: "anyone, before anybody's time is over: `settleDeposit`",
    payOwed: "anyone: `payOwed`",
  },
  cells: {
    none: { ...OTHERWISE, signLease: to("signed") },
    signed: { ...OTHERWISE, rescind: to("rescinded"), handOver: to("running") },
    running: {
      ...OTHERWISE,
      payRent: to("running"),
      returnUnit: to("returned"),
      settleDeposit: refused("RentalTooEarly", "until the hold has expired"),
    },
    returned: {
      ...OTHERWISE,
      claimDeduction: to("claimed"),
      settleDeposit: refused("RentalTooEarly", "until the inspection period is over"),
    },
    claimed: {
      ...OTHERWISE,
      acceptDeduction: to("settled"),
      disputeDeduction: to("disputed"),
      settleDeposit: refused("RentalTooEarly", "until the time for an answer is over"),
    },
    disputed: {
      ...OTHERWISE,
      acceptDeduction: to("settled"),
      ruleDeduction: to("settled"),
      settleDeposit: refused("RentalTooEarly", "until the arbiter's time is over"),
    },
    settled: OTHERWISE,
    rescinded: OTHERWISE,
  },
};
