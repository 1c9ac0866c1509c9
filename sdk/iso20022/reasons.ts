import { Interface, type InterfaceAbi } from "ethers";
import {
  DuplicateIdError,
  type MessageError,
  TotalError,
  UnknownMessageError,
  UnknownPartyError,
  ValueError,
} from "./errors.js";

/** Why a payment or settlement was refused: a code of ISO 20022's external status reasons, and a text. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** The codes that are given here, with their meaning in short. */
export const REASON_CODES = {
  AB03: "the time for settlement has passed",
  AB05: "the payee's agent has not answered in time",
  AC01: "the account identification is wrong",
  AC04: "the account is closed or was never opened",
  AC06: "the account is blocked",
  AC13: "the payer's account is of a kind that this is not allowed for",
  AG01: "the transaction is not allowed on this account",
  AG03: "the transaction is not supported",
  AG08: "somebody whose consent is needed has not given it",
  AG10: "an institution is suspended",
  AM01: "the amount is zero",
  AM02: "the amount is above what is allowed",
  AM03: "the currency is not processed here",
  AM04: "the payer has too little",
  AM05: "the reference was used before",
  AM07: "part of the amount is blocked",
  AM09: "the amount is not the one agreed",
  AM10: "the control sum is wrong",
  AM12: "the amount is invalid",
  AM14: "the amount is above a limit agreed with the customer",
  AM18: "the number of transactions is wrong",
  AM21: "a limit of the day, year or window is used up",
  AM23: "the amount is above what can be settled",
  BE01: "the name is not the account holder's",
  BE23: "the proxy leads to no such account",
  DS0H: "the signature is not of somebody who may sign for the account",
  DT01: "a date or window is wrong",
  DT04: "it is too early",
  DU01: "the message identification was used before",
  DUPL: "the payment was made before",
  ED05: "settlement failed",
  ED06: "the settlement system is not available",
  FF01: "the file's format is wrong",
  NARR: "the reason is in the text",
  RC01: "the identification of an institution is wrong",
  RR04: "a regulation forbids it",
} as const satisfies Record<string, string>;

/** One of them. */
export type ReasonCode = keyof typeof REASON_CODES;

/** The code for every error that a payment or a settlement of the suite can be refused with. */
export const CONTRACT_REASONS: Readonly<Record<string, ReasonCode>> = {
  // the ledger every token shares
  ERC20InsufficientBalance: "AM04",
  ERC20InsufficientAllowance: "AG08",
  ERC20InvalidReceiver: "AC01",
  ERC20InvalidSender: "AC01",
  ERC20InvalidSpender: "AC01",
  ERC20InvalidApprover: "AC01",
  ERC7943CannotSend: "AC06",
  ERC7943CannotReceive: "AC06",
  ERC7943CannotTransfer: "AG01",
  ERC7943InsufficientUnfrozenBalance: "AM07",
  LedgerInsufficientSpendable: "AM04",
  LedgerBalanceOverflow: "AM12",
  LedgerPayOutToPayer: "AC01",
  LedgerPowerMissing: "AG01",
  // holds
  HoldAlreadyUsed: "AM05",
  HoldNotActive: "ED05",
  HoldExpiryInvalid: "DT01",
  HoldExpired: "AB03",
  HoldUnauthorized: "AG08",
  HoldTermsInvalid: "AM12",
  HoldPayeeMismatch: "AC01",
  HoldAmountExceeded: "AM09",
  HoldPayerMismatch: "AG08",
  HoldSignatureInvalid: "DS0H",
  // authorizations by signature
  AuthorizationAlreadyUsed: "AM05",
  AuthorizationExpired: "AB03",
  AuthorizationNotYetValid: "DT04",
  AuthorizationPayeeNotCaller: "AG08",
  AuthorizationSignatureInvalid: "DS0H",
  // wallets and their limits
  WalletSingleLimitExceeded: "AM02",
  WalletDayLimitExceeded: "AM21",
  WalletYearLimitExceeded: "AM21",
  WalletBalanceLimitExceeded: "AM14",
  WalletHalted: "ED06",
  WalletClassInvalid: "AC13",
  // sub-wallets and their grants
  SubWalletGrantExpired: "AG01",
  SubWalletPayeeNotListed: "AG01",
  SubWalletSingleLimitExceeded: "AM02",
  SubWalletDayLimitExceeded: "AM21",
  SubWalletYearLimitExceeded: "AM21",
  // the engine
  InstructionEmpty: "AM01",
  InstructionLegInvalid: "AM01",
  InstructionNotYetValid: "DT04",
  InstructionExpired: "AB03",
  InstructionAlreadyEnded: "AM05",
  InstructionNotEnded: "ED05",
  InstructionConsentMissing: "AG08",
  InstructionAgentInvalid: "AG08",
  InstructionSignatureInvalid: "DS0H",
  InstructionConsentsExcessive: "AG08",
  InstructionHoldsMismatch: "ED05",
  InstructionHoldMismatch: "AM09",
  InstructionHoldUnbound: "ED05",
  InstructionCallerNotGiver: "AG08",
  InstructionNotNettable: "AG03",
  InstructionAlreadyQueued: "AM05",
  InstructionNotQueued: "ED05",
  NetEmpty: "AM18",
  NetKeysUnsorted: "FF01",
  NetKeyMismatch: "FF01",
  NetIndicesMismatch: "FF01",
  NetAmountExceeded: "AM23",
  SafeERC20FailedOperation: "ED05",
  ReentrancyGuardReentrantCall: "ED05",
  AddressEmptyCode: "ED05",
  FailedCall: "ED05",
  // bonds
  BondMatured: "DT01",
  BondIsHalted: "ED06",
  BondAccountNotKept: "AC04",
  BondAccountInvalid: "AC01",
  // corridors of the multilateral bridge
  CorridorHoldingLimitExceeded: "AM14",
  CorridorOutflowLimitExceeded: "AM21",
  CorridorInflowLimitExceeded: "AM21",
  CorridorPurposeNotAllowed: "RR04",
  CorridorGateClosed: "AG01",
  CorridorResidentRequired: "RR04",
  CorridorClassInvalid: "AC13",
  BridgePaymentCallerInvalid: "AG08",
  BridgePaymentAlreadyEnded: "AM05",
  BridgePaymentDataMissing: "RR04",
  BridgePaymentBankInvalid: "RC01",
  BridgePaymentVerdictMismatch: "RR04",
  BridgePaymentVerdictExpired: "RR04",
  BridgePaymentSignatureInvalid: "DS0H",
  GateAlreadyOpen: "ED05",
  GateNotOpen: "AG01",
  // the fast-payment link
  ConnectSuspended: "ED06",
  ConnectStatusInvalid: "AM05",
  ConnectTimesInvalid: "DT01",
  ConnectCurrencyPairInvalid: "AM03",
  ConnectPayerNotResident: "AC13",
  ConnectCallerInvalid: "AG08",
  ConnectNotSameName: "BE01",
  ConnectQuoteInvalid: "AM09",
  ConnectQuoteBankInvalid: "RC01",
  ConnectQuoteExpired: "AB03",
  ConnectQuoteUsed: "AM05",
  ConnectQuoteSignatureInvalid: "DS0H",
  ConnectRateStale: "ED06",
  ConnectDayQuotaExceeded: "AM21",
  ConnectYearQuotaExceeded: "AM21",
  ConnectAnswerLate: "AB05",
  ConnectTimeNotUp: "DT04",
  ConnectReasonInvalid: "FF01",
  ConnectReturnLate: "AB03",
  ConnectCurrencyInvalid: "AM03",
  ConnectNotServed: "AC01",
  ConnectParticipantUnknown: "RC01",
  ConnectProxyMismatch: "BE23",
  ConnectNameMismatch: "BE01",
  // purpose-bound money
  MerchantNotEligible: "AG01",
  PurposeBeneficiaryBarred: "AC06",
  PurposeCallerInvalid: "AG08",
  PurposeCampaignExpired: "AB03",
  PurposeCampaignMismatch: "FF01",
  PurposeCampaignNotOpen: "DT04",
  PurposeCampaignStatusInvalid: "AG01",
  PurposeConsentInvalid: "DS0H",
  PurposeDayUsesExceeded: "AM21",
  PurposeDiscountInvalid: "AM09",
  PurposeIdentityMissing: "AC01",
  PurposeMerchantOutside: "AG01",
  PurposeMinimumMissed: "AM12",
  PurposePartiesRelated: "AG01",
  PurposePurchaseStatusInvalid: "AM05",
  PurposePurchaseTimeInvalid: "AB03",
  PurposeRefundInvalid: "AM12",
  PurposeRestoredInvalid: "AM04",
  PurposeRestoredWhole: "AM09",
  PurposeStackExceeded: "AG01",
  PurposeStackRefused: "AG01",
  PurposeVoucherExceeded: "AM04",
  PurposeVouchersInvalid: "FF01",
  // institutions
  InstitutionUnknown: "RC01",
  InstitutionNotActive: "AG10",
  InstitutionTierInvalid: "AG01",
};

/**
 * Errors of the same contracts that only their administration can be refused with: opening accounts, limits, powers,
 * upgrades, corporate actions, deployment.
 */
export const ADMINISTRATION_ERRORS: readonly string[] = [
  "AccessManagedInvalidAuthority",
  "AccessManagedRequiredDelay",
  "AccessManagedUnauthorized",
  "BondAccountNotEmpty",
  "BondAccountOpen",
  "BondAccountsExhausted",
  "BondAccountsUnordered",
  "BondAlreadyIssued",
  "BondCallerNotRegistrar",
  "BondCouponInvalid",
  "BondCouponUnknown",
  "BondIssueTimeInvalid",
  "BondNotMatured",
  "BondRecordNotKept",
  "BondRecordOutOfOrder",
  "BondRecordPending",
  "BondRedemptionExceeded",
  "BondTermsInvalid",
  "ClassLimitsInvalid",
  "ConnectAlreadyEnrolled",
  "ConnectCallerNotSponsor",
  "ConnectCurrenciesInvalid",
  "ConnectEnrolmentInvalid",
  "ConnectKindInvalid",
  "ConnectPortExpired",
  "ConnectPortSignatureInvalid",
  "ConnectPortStale",
  "ConnectProxyInvalid",
  "ConnectProxyTaken",
  "ConnectProxyUnknown",
  "ConnectRateInvalid",
  "CorridorRegistryInvalid",
  "CorridorWindowInvalid",
  "CurrencyAuthorityRequired",
  "ERC1967InvalidImplementation",
  "ERC1967NonPayable",
  "InstitutionAccountInUse",
  "InstitutionAccountTaken",
  "InstitutionAccountUnknown",
  "InstitutionBicInvalid",
  "InstitutionCountryInvalid",
  "InstitutionLeiInvalid",
  "InstitutionLeiTaken",
  "InstitutionNumberInvalid",
  "InstitutionStatusStepInvalid",
  "InvalidInitialization",
  "InvalidShortString",
  "LedgerLegalBasisMissing",
  "LedgerOrderExceedsUnheld",
  "LedgerPowerHolderHasBalance",
  "LedgerPowerUnknown",
  "MerchantCodesInvalid",
  "MerchantEvidenceMissing",
  "MerchantIdentityMissing",
  "MerchantNotAcquired",
  "NotInitializing",
  "PurposeBudgetExceeded",
  "PurposeCampaignRunning",
  "PurposeClaimExpired",
  "PurposeClaimRuleInvalid",
  "PurposeClaimsOver",
  "PurposeGrantInvalid",
  "PurposeListClaimed",
  "PurposePersonLimitExceeded",
  "PurposeProofInvalid",
  "PurposeTermsInvalid",
  "StringTooLong",
  "SubWalletGrantInvalid",
  "SubWalletNotParent",
  "SubWalletParentInvalid",
  "UUPSUnauthorizedCallContext",
  "UUPSUnsupportedProxiableUUID",
  "VenueInvalid",
  "WalletAccountInvalid",
  "WalletAlreadyOpen",
  "WalletEvidenceMissing",
  "WalletHasSubWallets",
  "WalletIdentityMissing",
  "WalletInstitutionPresent",
  "WalletMoveBarred",
  "WalletMoveNotRequested",
  "WalletNotEmpty",
  "WalletNotSponsored",
];

/**
 * The reason for what a contract reverted with.
 * @param data of the revert, from its selector on.
 * @param abis of the contracts that the call may have reached.
 */
export function reasonOfRevert(data: string, ...abis: readonly InterfaceAbi[]): Reason {
  for (const abi of abis) {
    const error = Interface.from(abi).parseError(data);
    if (error === null) continue;
    const values = error.args.map((value, index) => `${error.fragment.inputs[index]?.name ?? ""} ${String(value)}`);
    const code = Object.hasOwn(CONTRACT_REASONS, error.name) ? CONTRACT_REASONS[error.name] : undefined;
    return { code: code ?? "NARR", text: `${error.name}: ${values.join(", ") || "no values"}` };
  }
  return { code: "NARR", text: `an error that is not of the suite: ${data.slice(0, 74)}` };
}

/** The reason for a message that was refused before anything was sent to a chain. */
export function reasonOfRefusal(error: MessageError): Reason {
  return { code: codeOfRefusal(error), text: error.message };
}

function codeOfRefusal(error: MessageError): ReasonCode {
  if (error instanceof DuplicateIdError) return error.path.endsWith("/MsgId") ? "DU01" : "DUPL";
  if (error instanceof UnknownPartyError) {
    return ({ account: "AC01", institution: "RC01", currency: "AM03", security: "AG03" } as const)[error.what];
  }
  if (error instanceof TotalError) return /NbOf/.test(error.path) ? "AM18" : "AM10";
  if (error instanceof ValueError && /Amt$/.test(error.path)) return "AM12";
  if (error instanceof ValueError && /(Dt|DtTm)$/.test(error.path)) return "DT01";
  if (error instanceof ValueError && /(BICFI|AnyBIC|LEI|MmbId)$/.test(error.path)) return "RC01";
  if (error instanceof ValueError && /(IBAN|Othr\/Id)$/.test(error.path)) return "AC01";
  if (error instanceof UnknownMessageError) return "AG03";
  return "FF01";
}
