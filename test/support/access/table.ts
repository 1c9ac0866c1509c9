import { everyone, may, nobody, only, NO_REASON, ANSWERS_FALSE, type Table } from "./row.js";

// The specification of access: who may call what, and the error that everybody else gets. `callers.ts` says who is who,
// `*Calls.ts` what exactly is called.

const UNAUTHORIZED = "AccessManagedUnauthorized";
const NO_POWER = "LedgerPowerMissing";
const NO_ACCOUNT = "ERC7943CannotSend";
const NO_INSTITUTION = "InstitutionUnknown";
const SUSPENDED = { suspended: "InstitutionNotActive" } as const;
const NOT_SIGNED = "AuthorizationSignatureInvalid";

/** Who has an account and may dispose of it. Suspension stops an institution's business, not its money. */
const OWNERS = ["operating", "participating", "suspended", "holder"] as const;

/** What every token of the suite can do. */
export const LEDGER_ROWS = {
  approve: everyone,
  transfer: may(OWNERS, NO_ACCOUNT),
  transferWithReference: may(OWNERS, NO_ACCOUNT),
  payOut: may(OWNERS, NO_ACCOUNT),
  transferFrom: only("agent", "ERC20InsufficientAllowance"),
  placeHold: may(OWNERS, NO_ACCOUNT),
  "placeHold: on the holder's value": only("holder", "HoldPayerMismatch"),
  placeHoldFrom: only("agent", "ERC20InsufficientAllowance"),
  placeHoldWithSignature: everyone,
  "placeHoldWithSignature: signed by the caller": only("holder", "HoldSignatureInvalid"),
  voidHold: only("holder", "HoldPayerMismatch"),
  captureHold: only("agent", "HoldUnauthorized"),
  captureHoldToMany: only("agent", "HoldUnauthorized"),
  "releaseHold: before the expiry": only("agent", "HoldUnauthorized"),
  "releaseHold: from the expiry on": everyone,
  freeze: only("enforcer", NO_POWER),
  unfreeze: only("enforcer", NO_POWER),
  "setFrozenTokens(…uint256)": only("enforcer", NO_POWER),
  "setFrozenTokens(…bytes32)": only("enforcer", NO_POWER),
  "forcedTransfer(…uint256)": only("enforcer", NO_POWER),
  "forcedTransfer(…bytes32)": only("enforcer", NO_POWER),
  appoint: only("governor", UNAUTHORIZED),
  dismiss: only("governor", UNAUTHORIZED),
  haltAll: only("halter", UNAUTHORIZED),
  resumeAll: only("resumer", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** ERC-2612 and ERC-3009, each with v, r, s and with bytes. */
export const AUTHORIZATION_ROWS = {
  "permit(…bytes32)": everyone,
  "permit(…bytes32): signed by the caller": only("holder", NOT_SIGNED),
  "permit(…bytes)": everyone,
  "permit(…bytes): signed by the caller": only("holder", NOT_SIGNED),
  "transferWithAuthorization(…bytes32)": everyone,
  "transferWithAuthorization(…bytes32): signed by the caller": only("holder", NOT_SIGNED),
  "transferWithAuthorization(…bytes)": everyone,
  "transferWithAuthorization(…bytes): signed by the caller": only("holder", NOT_SIGNED),
  "receiveWithAuthorization(…bytes32)": only("operating", "AuthorizationPayeeNotCaller"),
  "receiveWithAuthorization(…bytes)": only("operating", "AuthorizationPayeeNotCaller"),
  "cancelAuthorization(…bytes32)": everyone,
  "cancelAuthorization(…bytes32): signed by the caller": only("holder", NOT_SIGNED),
  "cancelAuthorization(…bytes)": everyone,
  "cancelAuthorization(…bytes): signed by the caller": only("holder", NOT_SIGNED),
} satisfies Table;

export const CURRENCY_ROWS = {
  ...LEDGER_ROWS,
  ...AUTHORIZATION_ROWS,
  initialize: nobody("InvalidInitialization"),
  issue: only("desk", NO_POWER),
  redeemHeld: only("desk", NO_POWER),
  openWallet: only("operating", NO_INSTITUTION, { participating: "InstitutionTierInvalid", ...SUSPENDED }),
  openInstitutionWallet: everyone,
  closeInstitutionWallet: everyone,
  reclassifyWallet: only("operating", NO_INSTITUTION, { participating: "InstitutionTierInvalid", ...SUSPENDED }),
  closeWallet: only("operating", NO_INSTITUTION, { participating: "InstitutionTierInvalid", ...SUSPENDED }),
  setClassLimits: only("governor", UNAUTHORIZED),
  haltClass: only("halter", UNAUTHORIZED),
  resumeClass: only("resumer", UNAUTHORIZED),
  upgradeToAndCall: nobody(UNAUTHORIZED, { upgrader: "AccessManagerNotScheduled" }),
  "upgradeToAndCall: announced, the delay over": only("upgrader", UNAUTHORIZED),
} satisfies Table;

/** The code behind a proxy, called directly. */
export const IMPLEMENTATION_ROWS = {
  initialize: nobody("InvalidInitialization"),
  upgradeToAndCall: nobody("UUPSUnauthorizedCallContext"),
} satisfies Table;

export const REGISTRY_ROWS = {
  register: only("registrar", UNAUTHORIZED),
  setStatus: only("registrar", UNAUTHORIZED),
  setQuota: only("registrar", UNAUTHORIZED),
  addAccount: only("registrar", UNAUTHORIZED),
  removeAccount: only("registrar", UNAUTHORIZED),
  setSettlementAccount: only("registrar", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

export const DESK_ROWS = {
  requestIssue: only("operating", NO_INSTITUTION, { participating: "IssuanceTierInvalid", ...SUSPENDED }),
  issue: everyone,
  "issue: attested by the caller": only("settlementOperator", "IssuanceAttestationInvalid"),
  rejectIssue: may(["settlementOperator", "governor"], UNAUTHORIZED),
  expireIssue: everyone,
  requestRedemption: everyone,
  "requestRedemption: of a suspended institution": everyone,
  requestRedemptionWithSignature: everyone,
  "requestRedemptionWithSignature: signed by the caller": only("operating", "HoldSignatureInvalid"),
  redeem: everyone,
  "redeem: attested by the caller": only("settlementOperator", "IssuanceAttestationInvalid"),
  rejectRedemption: may(["settlementOperator", "governor"], UNAUTHORIZED),
  expireRedemption: everyone,
  setSettlementOperator: only("governor", UNAUTHORIZED),
  setRateLimit: only("governor", UNAUTHORIZED),
  takeOver: only("governor", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

/** The holder begins, the operating institution gives the other leg. */
const GIVERS = ["holder", "operating"] as const;

export const ENGINE_ROWS = {
  affirm: everyone,
  revoke: everyone,
  authorizeAgent: everyone,
  settle: everyone,
  "settle: the caller for the holder": only("holder", "InstructionConsentMissing"),
  "settle: signed by the caller for the holder": only("holder", "InstructionSignatureInvalid"),
  settleMany: everyone,
  "settleMany: the caller for the holder": only("holder", "InstructionConsentMissing"),
  trySettleMany: everyone,
  "trySettleMany: the caller for the holder": only("holder", ANSWERS_FALSE),
  settleNet: everyone,
  "settleNet: the caller for the holder": only("holder", "InstructionConsentMissing"),
  cancel: may(GIVERS, "InstructionCallerNotGiver"),
  "cancel: without the holder's consent": only("holder", "InstructionCallerNotGiver", {
    operating: "InstructionConsentMissing",
  }),
  releaseBoundHold: everyone,
  queue: may(GIVERS, "InstructionCallerNotGiver"),
  setPriority: may(GIVERS, "InstructionCallerNotGiver"),
  dequeue: may(GIVERS, "InstructionCallerNotGiver"),
  tryPermit: everyone,
  "tryPermit: signed by the caller": only("holder", ANSWERS_FALSE),
  multicall: everyone,
  "multicall: the caller for the holder": only("holder", "InstructionConsentMissing"),
} satisfies Table;

export const ASSETS_ROWS = {
  announce: only("registrar", UNAUTHORIZED),
  attachToken: only("registrar", "AssetCallerInvalid"),
  cancel: only("registrar", "AssetCallerInvalid"),
  report: only("bond", "AssetTokenUnknown"),
  listCurrency: only("governor", UNAUTHORIZED),
  delistCurrency: only("governor", UNAUTHORIZED),
  setAuthority: only("authority", UNAUTHORIZED),
} satisfies Table;

export const BOND_ROWS = {
  ...LEDGER_ROWS,
  issue: only("registrar", "BondCallerNotRegistrar"),
  openAccount: may(["operating", "participating"], NO_INSTITUTION, SUSPENDED),
  closeAccount: only("operating", NO_INSTITUTION, { participating: "BondAccountNotKept", ...SUSPENDED }),
  setPayingAgent: only("governor", UNAUTHORIZED),
  redeem: only("corporateActions", NO_POWER),
  settleRecord: only("corporateActions", NO_POWER),
} satisfies Table;

export const ACTIONS_ROWS = {
  openCoupon: may(["operating", "participating"], "CorporateActionCallerInvalid"),
  measureCoupon: may(["operating", "participating"], "CorporateActionCallerInvalid"),
  payCoupon: everyone,
  claimCoupon: everyone,
  redeem: everyone,
  releaseCouponFunding: everyone,
  releaseRedemptionFunding: everyone,
} satisfies Table;

const NOT_ADMIN = "AccessManagerUnauthorizedAccount";

export const AUTHORITY_ROWS = {
  labelRole: only("admin", NOT_ADMIN),
  grantRole: only("admin", NOT_ADMIN),
  "grantRole: admin": only("admin", NOT_ADMIN),
  revokeRole: only("admin", NOT_ADMIN),
  renounceRole: everyone,
  "renounceRole: the holder's": only("holder", "AccessManagerBadConfirmation"),
  setRoleAdmin: only("admin", NOT_ADMIN),
  setRoleGuardian: only("admin", NOT_ADMIN),
  setGrantDelay: only("admin", NOT_ADMIN),
  setTargetFunctionRole: only("admin", NOT_ADMIN),
  setTargetAdminDelay: only("admin", NOT_ADMIN),
  setTargetClosed: only("admin", NOT_ADMIN),
  updateAuthority: only("admin", NOT_ADMIN),
  schedule: only("upgrader", "AccessManagerUnauthorizedCall"),
  "execute: an office's function": only("halter", "AccessManagerUnauthorizedCall"),
  "execute: a function given to no office": only("admin", "AccessManagerUnauthorizedCall"),
  "execute: an upgrade not announced": nobody("AccessManagerUnauthorizedCall", {
    upgrader: "AccessManagerNotScheduled",
  }),
  cancel: may(["admin", "upgrader", "guardian"], "AccessManagerUnauthorizedCancel"),
  // answers only contracts that say they are consuming: the suite's do during a restricted call
  consumeScheduledOp: nobody(NO_REASON),
  multicall: only("admin", NOT_ADMIN),
} satisfies Table;
