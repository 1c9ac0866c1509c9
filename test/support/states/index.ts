import { FINANCE_MACHINE, RECEIVABLE_MACHINE } from "./trade.js";
import { AUCTION_MACHINE, BID_MACHINE } from "./auction.js";
import { BOOK_MACHINE, BOOK_ORDER_MACHINE } from "./book.js";
import { PLEDGE_MACHINE } from "./pledge.js";
import { REPO_MACHINE } from "./repo.js";
import { FUND_ORDER_STATES } from "./fundOrder.js";
import { COUPON_MACHINE, MEETING_MACHINE, OFFER_MACHINE } from "./bonds.js";
import type { Machine } from "./machine.js";
import { PROJECT_MACHINES } from "./projects.js";
import { INSTRUCTION_STATES, TRADE_STATES } from "./trades.js";
import { RELOCATION_FILE } from "./relocation.js";
import { LEASE } from "./rental.js";

/** Every table of a life cycle, in the order of docs/states.md. */
export const MACHINES: readonly Machine[] = [
  ...PROJECT_MACHINES,
  FUND_ORDER_STATES,
  INSTRUCTION_STATES,
  TRADE_STATES,
  AUCTION_MACHINE,
  BID_MACHINE,
  BOOK_MACHINE,
  BOOK_ORDER_MACHINE,
  REPO_MACHINE,
  PLEDGE_MACHINE,
  RELOCATION_FILE,
  LEASE,
  RECEIVABLE_MACHINE,
  FINANCE_MACHINE,
  COUPON_MACHINE,
  OFFER_MACHINE,
  MEETING_MACHINE,
];
