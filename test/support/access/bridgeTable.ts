import { everyone, may, nobody, only, type Table } from "./row.js";

/** The central banks of the council: its members. */
const MEMBERS = ["admin", "neighbour"] as const;
const NO_VOTE = "CouncilVoteMissing";
const NOT_SIGNED = "GovernorInvalidSignature";
const NOT_DECIDED = "GovernorOnlyExecutor";
const NOT_ITS_OWN = "CurrencyAuthorityRequired";

export const COUNCIL_ROWS = {
  propose: may(MEMBERS, "GovernorInsufficientProposerVotes"),
  cancel: only("admin", "GovernorUnableToCancel"),
  castVote: may(MEMBERS, NO_VOTE),
  castVoteWithReason: may(MEMBERS, NO_VOTE),
  castVoteWithReasonAndParams: may(MEMBERS, NO_VOTE),
  castVoteBySig: everyone,
  "castVoteBySig: signed by the caller": only("admin", NOT_SIGNED),
  castVoteWithReasonAndParamsBySig: everyone,
  "castVoteWithReasonAndParamsBySig: signed by the caller": only("admin", NOT_SIGNED),
  queue: everyone,
  execute: everyone,
  relay: nobody("CouncilActionUnknown"),
  inviteMember: only("council", NOT_DECIDED),
  join: only("stranger", "CouncilNotInvited"),
  resign: only("stranger", "CouncilMemberUnknown", {
    admin: "CouncilCurrenciesRemain",
    neighbour: "CouncilCurrenciesRemain",
  }),
  admitCurrency: only("council", NOT_DECIDED),
  withdrawCurrency: only("admin", "CouncilIssuerRequired"),
  suspendCurrency: only("halter", NOT_ITS_OWN),
  resumeCurrency: only("resumer", NOT_ITS_OWN),
  setRulebook: only("council", NOT_DECIDED),
  setTiming: only("council", NOT_DECIDED),
  adoptResolution: only("council", NOT_DECIDED),
} satisfies Table;

/** The operating institution has made an offer to anyone; the holder has authorised the exchange. */
export const EXCHANGE_ROWS = {
  take: only("holder", "InstructionConsentMissing", { operating: "InstructionLegInvalid" }),
  takeMany: only("holder", "InstructionConsentMissing", { operating: "InstructionLegInvalid" }),
  "take: of an offer to the agent": nobody("QuoteTakerMismatch", { agent: "InstructionConsentMissing" }),
  cancelQuote: everyone,
  cancelQuotes: everyone,
  setReference: only("governor", NOT_ITS_OWN),
  withdrawReference: only("halter", NOT_ITS_OWN),
} satisfies Table;
