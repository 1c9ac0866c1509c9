import type { JurisdictionName } from "../../../sdk/deploy/parameters.js";
import { actionsCalls, assetsCalls, bondCalls } from "./assetCalls.js";
import { auctionCalls, auctionsOf } from "./auctionCalls.js";
import { AUCTION_ROWS } from "./auctionTable.js";
import { bookCalls, booksOf } from "./bookCalls.js";
import { BOOK_ROWS } from "./bookTable.js";
import { authorityCalls } from "./authorityCalls.js";
import { corridorCalls, corridorOf } from "./bilateralCalls.js";
import { CORRIDOR_ROWS } from "./bilateralTable.js";
import { collateralCalls, collateralOf } from "./collateralCalls.js";
import { COLLATERAL_ROWS } from "./collateralTable.js";
import { connectDirectoryCalls, openLink, paymentConnectCalls } from "./connectCalls.js";
import { CONNECT_DIRECTORY_ROWS, PAYMENT_CONNECT_ROWS } from "./connectTable.js";
import { councilCalls, exchangeCalls } from "./bridgeCalls.js";
import { COUNCIL_ROWS, EXCHANGE_ROWS } from "./bridgeTable.js";
import { relocationCalls, relocationOf } from "./relocationCalls.js";
import { RELOCATION_ROWS } from "./relocationTable.js";
import { rentalCalls, rentalOf } from "./rentalCalls.js";
import { RENTAL_ROWS } from "./rentalTable.js";
import { cardCalls, cardsOf } from "./cardCalls.js";
import { CARD_ROWS } from "./cardTable.js";
import { matchingOf, tradeCalls } from "./tradeCalls.js";
import { TRADE_ROWS } from "./tradeTable.js";
import { offlineCalls, offlineOf } from "./offlineCalls.js";
import { OFFLINE_ROWS } from "./offlineTable.js";
import { bridgeCurrencyCalls, gateCalls, paymentsCalls } from "./corridorCalls.js";
import { openPayments, openShared } from "./corridorStage.js";
import { BRIDGE_CURRENCY_ROWS, GATE_ROWS, PAYMENTS_ROWS } from "./corridorTable.js";
import { implementationCalls } from "./currencyCalls.js";
import { disclosureCalls, disclosureOf } from "./disclosureCalls.js";
import { DISCLOSURE_ROWS } from "./disclosureTable.js";
import { engineCalls } from "./engineCalls.js";
import { abroadBridgeheadCalls, homeBridgeheadCalls, ledgerExchangeCalls } from "./exchangeCalls.js";
import { BetweenLedgers } from "./exchangeStage.js";
import { ABROAD_BRIDGEHEAD_ROWS, HOME_BRIDGEHEAD_ROWS, LEDGER_EXCHANGE_ROWS } from "./exchangeTable.js";
import { retailCurrencyCalls } from "./familyCalls.js";
import { RETAIL_CURRENCY_ROWS } from "./familyTable.js";
import { foreignLedger, foreignLedgerCalls, gatewayCalls, messageGateway } from "./gatewayCalls.js";
import { FOREIGN_LEDGER_ROWS, GATEWAY_ROWS } from "./gatewayTable.js";
import { industryOrders, industryOrdersCalls, paymentService, paymentServiceCalls } from "./industryCalls.js";
import { INDUSTRY_ORDERS_ROWS, PAYMENT_SERVICE_ROWS } from "./industryTable.js";
import { depositTokenCalls, depositTokenOf, depositTransferCalls, transfersOf } from "./tokenDepositCalls.js";
import { DEPOSIT_TOKEN_ROWS, DEPOSIT_TRANSFER_ROWS } from "./tokenDepositTable.js";
import { fundDealingCalls, fundOf, fundUnitsCalls } from "./fundCalls.js";
import { FUND_DEALING_ROWS, FUND_UNITS_ROWS } from "./fundTable.js";
import { dayEndsCalls, depositsOf, interestCalls, reserveCalls } from "./depositCalls.js";
import { DAY_ENDS_ROWS, INTEREST_ROWS, RESERVE_ROWS } from "./depositTable.js";
import { deskCalls, registryCalls } from "./institutionCalls.js";
import { nettingCalls, openNetting } from "./nettingCalls.js";
import { NETTING_ROWS } from "./nettingTable.js";
import type { Prepare } from "./prepared.js";
import { materialsCalls, projectFundsCalls, projectWorksCalls, projectsOf, wagesCalls } from "./projectCalls.js";
import { MATERIALS_ROWS, PROJECT_FUNDS_ROWS, PROJECT_WORKS_ROWS, WAGES_ROWS } from "./projectTable.js";
import { merchantCalls, purposeCalls, purposeOf } from "./purposeCalls.js";
import { MERCHANT_ROWS, PURPOSE_ROWS } from "./purposeTable.js";
import { openQr, qrGatewayCalls, qrSettlementCalls } from "./qrCalls.js";
import { QR_GATEWAY_ROWS, QR_SETTLEMENT_ROWS } from "./qrTable.js";
import { fixingCalls, repoCalls, repoMarketOf } from "./repoCalls.js";
import { FIXING_ROWS, REPO_ROWS } from "./repoTable.js";
import { recoveryCalls, recoveryOf } from "./recoveryCalls.js";
import { RECOVERY_ROWS } from "./recoveryTable.js";
import {
  fixingsCalls,
  fixingsOf,
  meetingsCalls,
  offersCalls,
  structuredActionsCalls,
  structuredBondCalls,
  structuredBondOf,
} from "./structuredCalls.js";
import {
  FIXINGS_ROWS,
  MEETINGS_ROWS,
  OFFERS_ROWS,
  STRUCTURED_ACTIONS_ROWS,
  STRUCTURED_BOND_ROWS,
} from "./structuredTable.js";
import type { Table } from "./row.js";
import type { Scene } from "./stage.js";
import * as tables from "./table.js";
import { financeCalls, receivableCalls, tradeOf } from "./receivableCalls.js";
import { FINANCE_ROWS, RECEIVABLE_ROWS } from "./receivableTable.js";

/** A deployed contract whose functions are tried by everybody. */
export interface Subject {
  readonly title: string;
  /** Whose artifacts the rows are compared with; nobody's if the rows are only some. */
  readonly contracts: readonly string[];
  /** Whose interface the calls are encoded with. */
  readonly contract: string;
  readonly side: JurisdictionName;
  readonly rows: Table;
  readonly calls: Readonly<Record<string, Prepare>>;
  readonly at: (scene: Scene) => string | Promise<string>;
}

function jurisdiction(side: JurisdictionName, currency: "ECNY" | "EHKD"): Subject[] {
  const of = (contract: string, key: "authority" | "registry" | "desk", rows: Table, calls: Subject["calls"]) => ({
    ...{ title: `${contract} of ${side}`, contracts: [contract], contract, side, rows, calls },
    at: (scene: Scene) => scene.side[key].getAddress(),
  });
  return [
    of("AccessManager", "authority", tables.AUTHORITY_ROWS, authorityCalls),
    of("InstitutionRegistry", "registry", tables.REGISTRY_ROWS, registryCalls),
    of("IssuanceDesk", "desk", tables.DESK_ROWS, deskCalls),
    {
      ...{ title: currency, contracts: [currency, "DigitalCurrency"], contract: currency, side },
      ...{ rows: RETAIL_CURRENCY_ROWS, calls: retailCurrencyCalls },
      at: (scene) => scene.side.currency.getAddress(),
    },
    {
      ...{ title: `${currency}, the code behind the proxy`, contracts: [], contract: currency, side },
      ...{ rows: tables.IMPLEMENTATION_ROWS, calls: implementationCalls },
      at: (scene) => scene.suite.book[side].implementation,
    },
  ];
}

const platform = { side: "hongkong" } as const;

/** Everything that is deployed. */
export const SUBJECTS: readonly Subject[] = [
  ...jurisdiction("mainland", "ECNY"),
  ...jurisdiction("hongkong", "EHKD"),
  {
    ...{ ...platform, title: "SettlementEngine", contracts: ["SettlementEngine"], contract: "SettlementEngine" },
    ...{ rows: tables.ENGINE_ROWS, calls: engineCalls },
    at: (scene) => scene.suite.engine.getAddress(),
  },
  {
    ...{ ...platform, title: "AssetRegistry", contracts: ["AssetRegistry"], contract: "AssetRegistry" },
    ...{ rows: tables.ASSETS_ROWS, calls: assetsCalls },
    at: (scene) => scene.suite.assets.getAddress(),
  },
  {
    ...{ ...platform, title: "Bond", contracts: ["Bond"], contract: "Bond" },
    ...{ rows: tables.BOND_ROWS, calls: bondCalls },
    at: (scene) => scene.bond.getAddress(),
  },
  {
    ...{ ...platform, title: "CorporateActions", contracts: ["CorporateActions"], contract: "CorporateActions" },
    ...{ rows: tables.ACTIONS_ROWS, calls: actionsCalls },
    at: (scene) => scene.suite.corporateActions.getAddress(),
  },
  {
    ...{ ...platform, title: "CentralBankCouncil", contracts: ["CentralBankCouncil"], contract: "CentralBankCouncil" },
    ...{ rows: COUNCIL_ROWS, calls: councilCalls },
    at: (scene) => scene.bridge.council.getAddress(),
  },
  {
    ...{ ...platform, title: "ForeignExchange", contracts: ["ForeignExchange"], contract: "ForeignExchange" },
    ...{ rows: EXCHANGE_ROWS, calls: exchangeCalls },
    at: (scene) => scene.bridge.exchange.getAddress(),
  },
  {
    ...{ ...platform, title: "ForeignLedger", contracts: ["ForeignLedger"], contract: "ForeignLedger" },
    ...{ rows: FOREIGN_LEDGER_ROWS, calls: foreignLedgerCalls },
    at: async (scene) => (await foreignLedger(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "MessageGateway", contracts: ["MessageGateway"], contract: "MessageGateway" },
    ...{ rows: GATEWAY_ROWS, calls: gatewayCalls },
    at: async (scene) => (await messageGateway(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "BridgeCurrency", contracts: ["BridgeCurrency"], contract: "BridgeCurrency" },
    ...{ rows: BRIDGE_CURRENCY_ROWS, calls: bridgeCurrencyCalls },
    at: async (scene) => (await openShared(scene)).shared.currency.getAddress(),
  },
  {
    ...{ ...platform, title: "BridgeGate", contracts: ["BridgeGate"], contract: "BridgeGate" },
    ...{ rows: GATE_ROWS, calls: gateCalls },
    at: async (scene) => (await openShared(scene)).shared.gate.getAddress(),
  },
  {
    ...{ ...platform, title: "BridgePayments", contracts: ["BridgePayments"], contract: "BridgePayments" },
    ...{ rows: PAYMENTS_ROWS, calls: paymentsCalls },
    at: async (scene) => (await openPayments(scene)).payments.getAddress(),
  },
  {
    ...{ ...platform, title: "BridgeNetting", contracts: ["BridgeNetting"], contract: "BridgeNetting" },
    ...{ rows: NETTING_ROWS, calls: nettingCalls },
    at: async (scene) => (await openNetting(scene)).netting.getAddress(),
  },
  {
    ...{ ...platform, title: "QrGateway", contracts: ["QrGateway"], contract: "QrGateway" },
    ...{ rows: QR_GATEWAY_ROWS, calls: qrGatewayCalls },
    at: async (scene) => (await openQr(scene)).gateway.getAddress(),
  },
  {
    ...{ ...platform, title: "QrSettlement", contracts: ["QrSettlement"], contract: "QrSettlement" },
    ...{ rows: QR_SETTLEMENT_ROWS, calls: qrSettlementCalls },
    at: async (scene) => (await openQr(scene)).settlement.getAddress(),
  },
  {
    ...{ ...platform, title: "LedgerExchange", contracts: ["LedgerExchange"], contract: "LedgerExchange" },
    ...{ rows: LEDGER_EXCHANGE_ROWS, calls: ledgerExchangeCalls },
    at: async (scene) => (await (await BetweenLedgers.open(scene)).exchange()).getAddress(),
  },
  {
    ...{ ...platform, title: "BilateralCorridor", contracts: ["BilateralCorridor"], contract: "BilateralCorridor" },
    ...{ rows: CORRIDOR_ROWS, calls: corridorCalls },
    at: async (scene) => (await corridorOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "HomeBridgehead", contracts: ["HomeBridgehead"], contract: "HomeBridgehead" },
    ...{ rows: HOME_BRIDGEHEAD_ROWS, calls: homeBridgeheadCalls },
    at: async (scene) => (await (await BetweenLedgers.open(scene)).home()).getAddress(),
  },
  {
    ...{ ...platform, title: "AbroadBridgehead", contracts: ["AbroadBridgehead"], contract: "AbroadBridgehead" },
    ...{ rows: ABROAD_BRIDGEHEAD_ROWS, calls: abroadBridgeheadCalls },
    at: async (scene) => (await (await BetweenLedgers.open(scene)).abroad()).getAddress(),
  },
  {
    ...{ ...platform, title: "Relocation", contracts: ["Relocation"], contract: "Relocation" },
    ...{ rows: RELOCATION_ROWS, calls: relocationCalls },
    at: async (scene) => (await relocationOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "Rental", contracts: ["Rental"], contract: "Rental" },
    ...{ rows: RENTAL_ROWS, calls: rentalCalls },
    at: async (scene) => (await rentalOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "PrepaidCards", contracts: ["PrepaidCards"], contract: "PrepaidCards" },
    ...{ rows: CARD_ROWS, calls: cardCalls },
    at: async (scene) => (await cardsOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "DepositToken", contracts: ["DepositToken"], contract: "DepositToken" },
    ...{ rows: DEPOSIT_TOKEN_ROWS, calls: depositTokenCalls },
    at: async (scene) => (await depositTokenOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "DepositTransfers", contracts: ["DepositTransfers"], contract: "DepositTransfers" },
    ...{ rows: DEPOSIT_TRANSFER_ROWS, calls: depositTransferCalls },
    at: async (scene) => (await transfersOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "FundUnits", contracts: ["FundUnits"], contract: "FundUnits" },
    ...{ rows: FUND_UNITS_ROWS, calls: fundUnitsCalls },
    at: async (scene) => (await fundOf(scene)).units.getAddress(),
  },
  {
    ...{ ...platform, title: "FundDealing", contracts: ["FundDealing"], contract: "FundDealing" },
    ...{ rows: FUND_DEALING_ROWS, calls: fundDealingCalls },
    at: async (scene) => (await fundOf(scene)).dealing.getAddress(),
  },
  {
    ...{ ...platform, title: "MerchantDirectory", contracts: ["MerchantDirectory"], contract: "MerchantDirectory" },
    ...{ rows: MERCHANT_ROWS, calls: merchantCalls },
    at: async (scene) => (await purposeOf(scene)).merchants.getAddress(),
  },
  {
    ...{ ...platform, title: "PurposeBoundMoney", contracts: ["PurposeBoundMoney"], contract: "PurposeBoundMoney" },
    ...{ rows: PURPOSE_ROWS, calls: purposeCalls },
    at: async (scene) => (await purposeOf(scene)).purpose.getAddress(),
  },
  {
    ...{ ...platform, title: "BondAuction", contracts: ["BondAuction"], contract: "BondAuction" },
    ...{ rows: AUCTION_ROWS, calls: auctionCalls },
    at: async (scene) => (await auctionsOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "BookBuilding", contracts: ["BookBuilding"], contract: "BookBuilding" },
    ...{ rows: BOOK_ROWS, calls: bookCalls },
    at: async (scene) => (await booksOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "ProjectWorks", contracts: ["ProjectWorks"], contract: "ProjectWorks" },
    ...{ rows: PROJECT_WORKS_ROWS, calls: projectWorksCalls },
    at: async (scene) => (await projectsOf(scene)).works.getAddress(),
  },
  {
    ...{ ...platform, title: "ProjectFunds", contracts: ["ProjectFunds"], contract: "ProjectFunds" },
    ...{ rows: PROJECT_FUNDS_ROWS, calls: projectFundsCalls },
    at: async (scene) => (await projectsOf(scene)).funds.getAddress(),
  },
  {
    ...{ ...platform, title: "Wages", contracts: ["Wages"], contract: "Wages" },
    ...{ rows: WAGES_ROWS, calls: wagesCalls },
    at: async (scene) => (await projectsOf(scene)).wages.getAddress(),
  },
  {
    ...{ ...platform, title: "Materials", contracts: ["Materials"], contract: "Materials" },
    ...{ rows: MATERIALS_ROWS, calls: materialsCalls },
    at: async (scene) => (await projectsOf(scene)).materials.getAddress(),
  },
  {
    ...{ ...platform, title: "OfflineWallets", contracts: ["OfflineWallets"], contract: "OfflineWallets" },
    ...{ rows: OFFLINE_ROWS, calls: offlineCalls },
    at: async (scene) => (await offlineOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "Disclosure", contracts: ["Disclosure"], contract: "Disclosure" },
    ...{ rows: DISCLOSURE_ROWS, calls: disclosureCalls },
    at: async (scene) => (await disclosureOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "WalletRecovery", contracts: ["WalletRecovery"], contract: "WalletRecovery" },
    ...{ rows: RECOVERY_ROWS, calls: recoveryCalls },
    at: async (scene) => (await recoveryOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "DayEnds", contracts: ["DayEnds"], contract: "DayEnds" },
    ...{ rows: DAY_ENDS_ROWS, calls: dayEndsCalls },
    at: async (scene) => (await depositsOf(scene)).dayEnds.getAddress(),
  },
  {
    ...{ ...platform, title: "ReserveFramework", contracts: ["ReserveFramework"], contract: "ReserveFramework" },
    ...{ rows: RESERVE_ROWS, calls: reserveCalls },
    at: async (scene) => (await depositsOf(scene)).reserves.getAddress(),
  },
  {
    ...{ ...platform, title: "InterestBook", contracts: ["InterestBook"], contract: "InterestBook" },
    ...{ rows: INTEREST_ROWS, calls: interestCalls },
    at: async (scene) => (await depositsOf(scene)).interest.getAddress(),
  },
  {
    ...{ ...platform, title: "ConnectDirectory", contracts: ["ConnectDirectory"], contract: "ConnectDirectory" },
    ...{ rows: CONNECT_DIRECTORY_ROWS, calls: connectDirectoryCalls },
    at: async (scene) => (await openLink(scene)).directory.getAddress(),
  },
  {
    ...{ ...platform, title: "PaymentConnect", contracts: ["PaymentConnect"], contract: "PaymentConnect" },
    ...{ rows: PAYMENT_CONNECT_ROWS, calls: paymentConnectCalls },
    at: async (scene) => (await openLink(scene)).link.getAddress(),
  },
  {
    ...{ ...platform, title: "PriceFixings", contracts: ["PriceFixings"], contract: "PriceFixings" },
    ...{ rows: FIXING_ROWS, calls: fixingCalls },
    at: async (scene) => (await repoMarketOf(scene)).fixings.getAddress(),
  },
  {
    ...{ ...platform, title: "Repo", contracts: ["Repo"], contract: "Repo" },
    ...{ rows: REPO_ROWS, calls: repoCalls },
    at: async (scene) => (await repoMarketOf(scene)).to,
  },
  {
    ...{ ...platform, title: "TradeMatching", contracts: ["TradeMatching"], contract: "TradeMatching" },
    ...{ rows: TRADE_ROWS, calls: tradeCalls },
    at: async (scene) => (await matchingOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "Collateral", contracts: ["Collateral"], contract: "Collateral" },
    ...{ rows: COLLATERAL_ROWS, calls: collateralCalls },
    at: async (scene) => (await collateralOf(scene)).to,
  },
  {
    ...{ ...platform, title: "PaymentService", contracts: ["PaymentService"], contract: "PaymentService" },
    ...{ rows: PAYMENT_SERVICE_ROWS, calls: paymentServiceCalls },
    at: async (scene) => (await paymentService(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "IndustryOrders", contracts: ["IndustryOrders"], contract: "IndustryOrders" },
    ...{ rows: INDUSTRY_ORDERS_ROWS, calls: industryOrdersCalls },
    at: async (scene) => (await industryOrders(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "Fixings", contracts: ["Fixings"], contract: "Fixings" },
    ...{ rows: FIXINGS_ROWS, calls: fixingsCalls },
    at: async (scene) => (await fixingsOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "StructuredBond", contracts: ["StructuredBond"], contract: "StructuredBond" },
    ...{ rows: STRUCTURED_BOND_ROWS, calls: structuredBondCalls },
    at: async (scene) => (await structuredBondOf(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "StructuredActions", contracts: ["StructuredActions"], contract: "StructuredActions" },
    ...{ rows: STRUCTURED_ACTIONS_ROWS, calls: structuredActionsCalls },
    at: async ({ chain, suite }) =>
      (await chain.ethers.deployContract("StructuredActions", [suite.assets])).getAddress(),
  },
  {
    ...{ ...platform, title: "HolderOffers", contracts: ["HolderOffers"], contract: "HolderOffers" },
    ...{ rows: OFFERS_ROWS, calls: offersCalls },
    at: async ({ chain, suite }) => (await chain.ethers.deployContract("HolderOffers", [suite.assets])).getAddress(),
  },
  {
    ...{ ...platform, title: "BondMeetings", contracts: ["BondMeetings"], contract: "BondMeetings" },
    ...{ rows: MEETINGS_ROWS, calls: meetingsCalls },
    at: async ({ chain, suite }) => (await chain.ethers.deployContract("BondMeetings", [suite.assets])).getAddress(),
  },
  {
    ...{ ...platform, title: "ReceivableRegistry", contracts: ["ReceivableRegistry"], contract: "ReceivableRegistry" },
    ...{ rows: RECEIVABLE_ROWS, calls: receivableCalls },
    at: async (scene) => (await tradeOf(scene)).receivables.getAddress(),
  },
  {
    ...{ ...platform, title: "TradeFinance", contracts: ["TradeFinance"], contract: "TradeFinance" },
    ...{ rows: FINANCE_ROWS, calls: financeCalls },
    at: async (scene) => (await tradeOf(scene)).finance.getAddress(),
  },
];
