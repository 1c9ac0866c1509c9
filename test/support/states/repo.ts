import { refused, to, type Machine } from "./machine.js";

export type RepoState = "none" | "withdrawn" | "open" | "called" | "defaulted" | "closed" | "closedOut";
export type RepoAct =
  | "open"
  | "withdraw"
  | "mark"
  | "meetCall"
  | "substitute"
  | "giveNotice"
  | "agreeClosing"
  | "payIncome"
  | "close"
  | "declareDefault"
  | "closeOut"
  | "collect";

const not = refused("RepoStatusInvalid");
const ended = {
  ...{ open: not, withdraw: not, mark: not, meetCall: not, substitute: not, giveNotice: not },
  ...{ agreeClosing: not, payIncome: not, close: not, declareDefault: not, closeOut: not, collect: not },
} as const;

/** A repurchase agreement, from the terms that both sign to its end. */
export const REPO_MACHINE: Machine<RepoState, RepoAct> = {
  title: "A repurchase agreement",
  contract: "Repo",
  states: {
    none: "terms that nobody has opened",
    withdrawn: "terms that a party has ended before they were opened",
    open: "the buyer has the bonds, the seller the cash",
    called: "the same, and the seller is to cover an exposure",
    defaulted: "a party has not performed; no bonds move any more",
    closed: "bonds and cash are back",
    closedOut: "the buyer keeps the bonds at the fixing's price; the difference is paid, or a claim",
  },
  acts: {
    open: "anyone with both consents settles the opening leg (`open`)",
    withdraw: "a party ends the terms (`withdraw`)",
    mark: "anyone compares claim and cover after the price has fallen past the threshold (`mark`)",
    meetCall: "the seller brings the exposure to zero (`meetCall`)",
    substitute: "anyone with both consents puts other bonds in the place of these (`substitute`)",
    giveNotice: "a party of an open repo gives notice (`giveNotice`)",
    agreeClosing: "anyone with both consents sets another closing (`agreeClosing`)",
    payIncome: "anyone has the coupon of the bonds passed on (`payIncome`)",
    close: "anyone settles the closing leg once it is due (`close`)",
    declareDefault: "the buyer declares that the seller has not performed (`declareDefault`)",
    closeOut: "anyone nets the bonds' value against the claim (`closeOut`)",
    collect: "a party collects the claim, or part of it (`collect`)",
  },
  cells: {
    none: { ...ended, open: to("open"), withdraw: to("withdrawn") },
    withdrawn: ended,
    open: {
      ...ended,
      mark: to("called"),
      substitute: to("open"),
      giveNotice: to("open"),
      agreeClosing: to("open"),
      payIncome: to("open"),
      close: to("closed"),
      declareDefault: to("defaulted", "from the end of the grace on, if the leg is not covered"),
    },
    called: {
      ...ended,
      mark: to("called"),
      meetCall: to("open"),
      giveNotice: to("called"),
      agreeClosing: to("called"),
      payIncome: to("called"),
      close: to("closed"),
      declareDefault: to("defaulted", "once the call's deadline has passed"),
    },
    defaulted: { ...ended, closeOut: to("closedOut") },
    closed: ended,
    closedOut: { ...ended, collect: to("closedOut", "until nothing is owed") },
  },
};
