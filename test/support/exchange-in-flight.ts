import { HAPPENINGS, type Happening } from "./in-flight.js";

/** Where the exchange stands when it happens, on the ledger of the hold that is in place. */
export const MOMENTS = ["decider's, undecided", "follower's, captured", "follower's, called off"] as const;
export type Moment = (typeof MOMENTS)[number];

/** What then becomes of the exchange. */
export interface ExchangeCell {
  /** Error that keeps the taker from being paid for the time being; none: it is paid, or the giver given back. */
  readonly refusal?: string;
  /** What users read. */
  readonly text: string;
}

const PAID = "The taker is paid.";
const BACK = "Given back to its giver at once.";
const UNDECIDED = "tried again until the deadline; from then on anyone calls off and both sides are given back.";
const PUT_OFF = "The verdict is recorded and the payment put off; anyone completes it";

/** Decided once; `LedgerExchangeInFlight.test.ts` has a test for every cell. */
export const EXCHANGE_IN_FLIGHT: Readonly<Record<Happening, Readonly<Record<Moment, ExchangeCell>>>> = {
  "payer frozen": {
    "decider's, undecided": { text: "Decided: what was committed before the freeze stays committed." },
    "follower's, captured": { text: PAID },
    "follower's, called off": { text: BACK },
  },
  "payee frozen": {
    "decider's, undecided": { refusal: "ERC7943CannotReceive", text: `Not decided; ${UNDECIDED}` },
    "follower's, captured": { refusal: "ERC7943CannotReceive", text: `${PUT_OFF} once the freeze is lifted.` },
    "follower's, called off": { text: BACK },
  },
  "class halted": {
    "decider's, undecided": { refusal: "WalletHalted", text: `Not decided; ${UNDECIDED}` },
    "follower's, captured": { refusal: "WalletHalted", text: `${PUT_OFF} once resumed.` },
    "follower's, called off": { text: BACK },
  },
  "all halted": {
    "decider's, undecided": { refusal: "WalletHalted", text: `Not decided; ${UNDECIDED}` },
    "follower's, captured": { refusal: "WalletHalted", text: `${PUT_OFF} once resumed.` },
    "follower's, called off": { text: BACK },
  },
  "payee's cap reached": {
    "decider's, undecided": { refusal: "WalletBalanceLimitExceeded", text: `Not decided; ${UNDECIDED}` },
    "follower's, captured": { refusal: "WalletBalanceLimitExceeded", text: `${PUT_OFF} once the payee has room.` },
    "follower's, called off": { text: BACK },
  },
  "party suspended": {
    "decider's, undecided": { text: "Decided: suspension stops new business, not what is owed." },
    "follower's, captured": { text: PAID },
    "follower's, called off": { text: BACK },
  },
  "hold expired": {
    "decider's, undecided": { refusal: "HoldExpired", text: "Not decided any more; anyone calls off." },
    "follower's, captured": { text: "It never expires, however late the proof comes. The taker is paid." },
    "follower's, called off": { text: "It never expires, however late the proof comes. Given back to its giver." },
  },
};

/** The table as Markdown, for the documentation. */
export function exchangeInFlightTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const textOf = ({ refusal, text }: ExchangeCell) => (refusal === undefined ? text : `${text} (\`${refusal}\`)`);
  return [
    row(["", ...MOMENTS]),
    row(["---", ...MOMENTS.map(() => "---")]),
    ...HAPPENINGS.map((happening) =>
      row([happening, ...MOMENTS.map((moment) => textOf(EXCHANGE_IN_FLIGHT[happening][moment]))]),
    ),
  ].join("\n");
}
