/** What may happen to a committed instruction before it settles. */
export const HAPPENINGS = [
  "payer frozen",
  "payee frozen",
  "class halted",
  "all halted",
  "payee's cap reached",
  "party suspended",
  "hold expired",
] as const;
export type Happening = (typeof HAPPENINGS)[number];

/** How the payer is committed. */
export const COMMITMENTS = ["held", "affirmed", "in a net batch"] as const;
export type Commitment = (typeof COMMITMENTS)[number];

/** What then becomes of the instruction: a row and column of the table, and of the tests. */
export interface Cell {
  /** Name of the error the settlement is refused with; none: it settles. */
  readonly refusal?: string;
  /** What users read. */
  readonly text: string;
}

/** Decided once; `InFlight.test.ts` has a test for every cell. */
export const IN_FLIGHT: Readonly<Record<Happening, Readonly<Record<Commitment, Cell>>>> = {
  "payer frozen": {
    held: { text: "Settles: what was committed before the freeze stays committed." },
    affirmed: {
      refusal: "ERC7943CannotSend",
      text: "Refused, nothing moves; settles if the freeze is lifted within the window.",
    },
    "in a net batch": {
      refusal: "ERC7943CannotSend",
      text: "A batch in which the frozen account owes in sum is refused; the others propose again without it.",
    },
  },
  "payee frozen": {
    held: {
      refusal: "ERC7943CannotReceive",
      text: "Refused, the value stays held; the payer cancels, or the window or the hold ends, and anyone frees it.",
    },
    affirmed: { refusal: "ERC7943CannotReceive", text: "Refused, nothing moves; the payer may revoke at once." },
    "in a net batch": {
      refusal: "ERC7943CannotReceive",
      text: "A batch in which the frozen account is due in sum is refused; the others propose again without it.",
    },
  },
  "class halted": {
    held: {
      refusal: "WalletHalted",
      text: "Refused until resumed; cancelling and freeing the hold go on meanwhile.",
    },
    affirmed: { refusal: "WalletHalted", text: "Refused until resumed; revoking goes on meanwhile." },
    "in a net batch": {
      refusal: "WalletHalted",
      text: "A batch in which a wallet of the class owes or is due in sum is refused until resumed.",
    },
  },
  "all halted": {
    held: {
      refusal: "WalletHalted",
      text: "Refused until resumed; cancelling and freeing the hold go on meanwhile.",
    },
    affirmed: { refusal: "WalletHalted", text: "Refused until resumed; revoking goes on meanwhile." },
    "in a net batch": {
      refusal: "WalletHalted",
      text: "A batch that moves anything of the currency is refused until resumed.",
    },
  },
  "payee's cap reached": {
    held: {
      refusal: "WalletBalanceLimitExceeded",
      text: "Refused, the value stays held; settles once the payee has room, else as for a frozen payee.",
    },
    affirmed: {
      refusal: "WalletBalanceLimitExceeded",
      text: "Refused, nothing moves; settles once the payee has room.",
    },
    "in a net batch": { text: "Settles if the balance after the net movement is within the cap." },
  },
  "party suspended": {
    held: { text: "Settles: suspension stops an institution's new business, not what it owes." },
    affirmed: { text: "Settles: suspension stops an institution's new business, not its payments." },
    "in a net batch": { text: "Settles: suspension stops an institution's new business, not its payments." },
  },
  "hold expired": {
    held: {
      refusal: "HoldExpired",
      text: "Refused; anyone frees the value. The instruction stays open and may settle by consent and allowance.",
    },
    affirmed: {
      refusal: "LedgerInsufficientSpendable",
      text: "An expired hold of the payer still takes up its cover until anyone frees it; then it settles.",
    },
    "in a net batch": { text: "Settles: a hold given with the batch is freed first, expired or not." },
  },
};

/** The table as Markdown, for the documentation. */
export function inFlightTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const textOf = ({ refusal, text }: Cell) => (refusal === undefined ? text : `${text} (\`${refusal}\`)`);
  return [
    row(["", ...COMMITMENTS]),
    row(["---", ...COMMITMENTS.map(() => "---")]),
    ...HAPPENINGS.map((happening) =>
      row([happening, ...COMMITMENTS.map((commitment) => textOf(IN_FLIGHT[happening][commitment]))]),
    ),
  ].join("\n");
}
