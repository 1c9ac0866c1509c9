import { refused, to, type Machine } from "./machine.js";

export type PledgeStateName = "none" | "withdrawn" | "active" | "called" | "defaulted" | "discharged" | "enforced";
export type PledgeAct =
  "open" | "withdraw" | "rearrange" | "mark" | "payPart" | "payAll" | "acknowledge" | "declareDefault" | "enforce";

const not = refused("PledgeStatusInvalid");
const ended = {
  ...{ open: not, withdraw: not, rearrange: not, mark: not, payPart: not, payAll: not },
  ...{ acknowledge: not, declareDefault: not, enforce: not },
} as const;

/** A pledge of bonds, from the terms that both sign to its end. */
export const PLEDGE_MACHINE: Machine<PledgeStateName, PledgeAct> = {
  title: "A pledge of bonds",
  contract: "Collateral",
  states: {
    none: "terms that nobody has opened",
    withdrawn: "terms that a party has ended before they were opened",
    active: "the positions secure what is owed",
    called: "the same, and the pledgor is to cover what is owed",
    defaulted: "the pledgor has not performed; no position is freed any more",
    discharged: "nothing is owed, every position is free",
    enforced: "the pledgee has taken what is owed in units, the rest is free",
  },
  acts: {
    open: "pledgor or agent, with both consents, pledges what is selected (`open`)",
    withdraw: "a party ends the terms (`withdraw`)",
    rearrange: "pledgor or agent tops up, releases excess or substitutes (`rearrange`)",
    mark: "anyone compares cover and obligation after prices have fallen (`mark`)",
    payPart: "the pledgor pays part of the obligation (`pay`)",
    payAll: "the pledgor pays all that is owed (`pay`)",
    acknowledge: "the pledgee acknowledges part of it as paid (`acknowledge`)",
    declareDefault: "the pledgee declares that the pledgor has not performed (`declareDefault`)",
    enforce: "the pledgee takes its due in units (`enforce`)",
  },
  cells: {
    none: { ...ended, open: to("active"), withdraw: to("withdrawn") },
    withdrawn: ended,
    active: {
      ...ended,
      rearrange: to("active"),
      mark: to("called"),
      payPart: to("active"),
      payAll: to("discharged"),
      acknowledge: to("active"),
      declareDefault: to("defaulted", "from the end of the grace on"),
    },
    called: {
      ...ended,
      rearrange: to("active", "once what is owed is covered again"),
      mark: to("called"),
      payPart: to("called"),
      payAll: to("discharged"),
      acknowledge: to("called"),
      declareDefault: to("defaulted", "once the call's deadline has passed"),
    },
    defaulted: { ...ended, enforce: to("enforced") },
    discharged: ended,
    enforced: ended,
  },
};
