import { refused, to, type Machine } from "./machine.js";

const WRONG_STEP = refused("BookStatusInvalid");
const WRONG_ORDER = refused("BookOrderStatusInvalid");

type BookStep = "none" | "open" | "priced" | "final";
type BookAct = "openBook" | "placeOrder" | "revokeOrder" | "closeBook" | "allot" | "finalizeBook" | "settle";

/** The life of a book. */
export const BOOK_MACHINE: Machine<BookStep, BookAct> = {
  title: "A book",
  contract: "BookBuilding",
  states: {
    none: "not opened",
    open: "takes orders, which may be revoked",
    priced: "closed at a price; the lead allots",
    final: "who gets how much stands for good; it is delivered against payment",
  },
  acts: {
    openBook: "the issuer: `openBook`",
    placeOrder: "an investor, or anyone with its signature: `placeOrder`",
    revokeOrder: "the investor: `revokeOrder`",
    closeBook: "the lead: `closeBook`",
    allot: "the lead: `allot`",
    finalizeBook: "the lead: `finalizeBook`",
    settle: "anyone: `settle`",
  },
  cells: {
    none: {
      openBook: to("open"),
      ...{ placeOrder: WRONG_STEP, revokeOrder: WRONG_STEP, closeBook: WRONG_STEP },
      ...{ allot: WRONG_STEP, finalizeBook: WRONG_STEP, settle: WRONG_STEP },
    },
    open: {
      ...{ openBook: WRONG_STEP, placeOrder: to("open"), revokeOrder: to("open"), closeBook: to("priced") },
      ...{ allot: WRONG_STEP, finalizeBook: WRONG_STEP, settle: WRONG_STEP },
    },
    priced: {
      ...{ openBook: WRONG_STEP, placeOrder: WRONG_STEP, revokeOrder: WRONG_STEP, closeBook: WRONG_STEP },
      ...{ allot: to("priced"), finalizeBook: to("final"), settle: WRONG_STEP },
    },
    final: {
      ...{ openBook: WRONG_STEP, placeOrder: WRONG_STEP, revokeOrder: WRONG_STEP, closeBook: WRONG_STEP },
      ...{ allot: WRONG_STEP, finalizeBook: WRONG_STEP, settle: to("final") },
    },
  },
};

type OrderStep = "none" | "placed" | "revoked" | "declined" | "allotted" | "failed" | "settled";
type OrderAct = "placeOrder" | "revokeOrder" | "allot" | "decline" | "settle" | "settleRefused";

const CLOSED = { placeOrder: WRONG_STEP, revokeOrder: WRONG_STEP };

/** The life of an order. */
export const BOOK_ORDER_MACHINE: Machine<OrderStep, OrderAct> = {
  title: "An order in a book",
  contract: "BookBuilding",
  states: {
    none: "not placed",
    placed: "in the book",
    revoked: "taken back by its investor, or never to be placed",
    declined: "given nothing by the lead",
    allotted: "given units by the lead",
    failed: "due, and refused when it was last tried",
    settled: "delivered and paid",
  },
  acts: {
    placeOrder: "the investor, or anyone with its signature: `placeOrder`",
    revokeOrder: "the investor: `revokeOrder`",
    allot: "the lead: `allot`",
    decline: "the lead: `allot`, no units",
    settle: "anyone, once the allocation is final: `settle`",
    settleRefused: "the same, the investor being frozen",
  },
  cells: {
    none: {
      ...{ placeOrder: to("placed"), revokeOrder: to("revoked") },
      ...{ allot: WRONG_ORDER, decline: WRONG_ORDER, settle: WRONG_ORDER, settleRefused: WRONG_ORDER },
    },
    placed: {
      ...{ placeOrder: WRONG_ORDER, revokeOrder: to("revoked"), allot: to("allotted"), decline: to("declined") },
      ...{ settle: WRONG_ORDER, settleRefused: WRONG_ORDER },
    },
    revoked: {
      ...{ placeOrder: WRONG_ORDER, revokeOrder: WRONG_ORDER },
      ...{ allot: WRONG_ORDER, decline: WRONG_ORDER, settle: WRONG_ORDER, settleRefused: WRONG_ORDER },
    },
    declined: {
      ...{ ...CLOSED, allot: WRONG_ORDER, decline: WRONG_ORDER, settle: WRONG_ORDER, settleRefused: WRONG_ORDER },
    },
    allotted: {
      ...{ ...CLOSED, allot: WRONG_ORDER, decline: WRONG_ORDER, settle: to("settled"), settleRefused: to("failed") },
    },
    failed: {
      ...{ ...CLOSED, allot: WRONG_STEP, decline: WRONG_STEP, settle: to("settled"), settleRefused: to("failed") },
    },
    settled: {
      ...{ ...CLOSED, allot: WRONG_STEP, decline: WRONG_STEP, settle: WRONG_ORDER, settleRefused: WRONG_ORDER },
    },
  },
};
