/**
 * The library of the suite for other people's programs: a typed connection to a deployment, what accounts sign, money,
 * calendar, identifiers and solvers. Each topic is also a path of its own, for example `dual-platform/money`.
 */
export { attach, connect, readAddressBook } from "./deployment.js";
export type { AddressBook, Deployment, JurisdictionContracts } from "./deployment.js";
export { FUNCTION_ROLES, POWERS, ROLES } from "./roles.js";
export type { Power, Role } from "./roles.js";
export { UserError, sentenceOf } from "./errors.js";

export * from "./money.js";
export * from "./calendar.js";
export * from "./identifiers.js";
export {
  CLASS_NUMBERS,
  UNLIMITED_AMOUNT,
  UNLIMITED_COUNT,
  WALLET_CLASSES,
  classLimits,
  loadLimitProfile,
} from "./limits.js";
export type { ClassLimits, WalletClass } from "./limits.js";
export { institutionByBic, loadInstitutions } from "./institutions.js";

export { digestOf, domainOf, sign } from "./eip712/typedData.js";
export type { TypedData } from "./eip712/typedData.js";
export * from "./eip712/authorizations.js";
export * from "./eip712/bridgehead.js";
export * from "./eip712/disclosure.js";
export * from "./eip712/collateral.js";
export * from "./eip712/connect.js";
export * from "./eip712/exchange.js";
export * from "./eip712/bridgeNetting.js";
export * from "./eip712/bridgePayments.js";
export * from "./eip712/foreignExchange.js";
export * from "./eip712/industry.js";
export * from "./eip712/interop.js";
export * from "./eip712/issuance.js";
export * from "./eip712/ledger.js";
export * from "./eip712/offlineWallets.js";
export * from "./eip712/depositTransfers.js";
export * from "./eip712/fundDealing.js";
export * from "./eip712/prepaidCards.js";
export * from "./eip712/relocation.js";
export * from "./eip712/rental.js";
export * from "./eip712/purpose.js";
export * from "./eip712/trade.js";
export * from "./eip712/trades.js";
export * from "./eip712/auction.js";
export * from "./eip712/book.js";
export * from "./eip712/repo.js";
export * from "./eip712/settlement.js";
export * from "./eip712/qr.js";
export * from "./eip712/walletRecovery.js";
export * from "./instructions.js";

// the solvers' own instructions are bare lists of legs, hence a name of their own
export * as netting from "./netting.js";
export * as daycount from "./daycount.js";
export * as rounding from "./rounding.js";
export * as bonds from "./bonds.js";
export * as structuredBonds from "./structured.js";
export * as rates from "./rates.js";
export * as council from "./council.js";
export * as netCycles from "./bridge/netting.js";
export * as travelRule from "./bridge/travelRule.js";
export * as depositTransfers from "./markets/deposits.js";
export * as funds from "./markets/fund.js";
export * as cards from "./payments/cards.js";
export * as relocation from "./projects/relocation.js";
export * as rental from "./projects/rental.js";
export * as paymentConnect from "./payments/connect.js";
export * as deposits from "./issuance/interest.js";
export * as dayEnds from "./issuance/dayEnds.js";
export * as reserves from "./issuance/reserves.js";
export * as disclosure from "./payments/disclosure.js";
export * as identity from "./payments/identity.js";
export * as recovery from "./payments/recovery.js";
export * as visibility from "./payments/visibility.js";
export * as collateral from "./markets/collateral.js";
export * as repo from "./markets/repo.js";
export * as projectTerms from "./eip712/projects.js";
export * as projects from "./projects/site.js";
export * as payees from "./projects/pages.js";
export * as purpose from "./payments/purpose.js";
export * as receivables from "./trade/receivables.js";
export * as waterfall from "./trade/waterfall.js";
export * as trades from "./markets/trades.js";
export * as auction from "./markets/auction.js";
export { OfflineDevice, OfflineRefused } from "./offline/device.js";
export { DeviceKey } from "./offline/key.js";
export * as offlineMessages from "./offline/messages.js";

export * as qrBatch from "./qr/batch.js";
export * as qrCode from "./qr/emvco.js";
export * as qrPayment from "./qr/payment.js";

export * as iso20022 from "./iso20022.js";

export { Relayer } from "./interop/relayer.js";
export type { Side, Votes } from "./interop/relayer.js";
export { agreeing, httpEndpoint } from "./interop/endpoints.js";
export { ExchangeRelayer } from "./interop/exchange.js";
export type { ExchangeLedger } from "./interop/exchange.js";
export * as messages from "./interop/messages.js";
