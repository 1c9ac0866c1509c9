import type { JurisdictionName } from "../../../sdk/deploy/parameters.js";
import { actionsCalls, assetsCalls, bondCalls } from "./assetCalls.js";
import { authorityCalls } from "./authorityCalls.js";
import { corridorCalls, corridorOf } from "./bilateralCalls.js";
import { CORRIDOR_ROWS } from "./bilateralTable.js";
import { connectDirectoryCalls, openLink, paymentConnectCalls } from "./connectCalls.js";
import { CONNECT_DIRECTORY_ROWS, PAYMENT_CONNECT_ROWS } from "./connectTable.js";
import { councilCalls, exchangeCalls } from "./bridgeCalls.js";
import { COUNCIL_ROWS, EXCHANGE_ROWS } from "./bridgeTable.js";
import { cardCalls, cardsOf } from "./cardCalls.js";
import { CARD_ROWS } from "./cardTable.js";
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
import { dayEndsCalls, depositsOf, interestCalls, reserveCalls } from "./depositCalls.js";
import { DAY_ENDS_ROWS, INTEREST_ROWS, RESERVE_ROWS } from "./depositTable.js";
import { deskCalls, registryCalls } from "./institutionCalls.js";
import { nettingCalls, openNetting } from "./nettingCalls.js";
import { NETTING_ROWS } from "./nettingTable.js";
import type { Prepare } from "./prepared.js";
import { merchantCalls, purposeCalls, purposeOf } from "./purposeCalls.js";
import { MERCHANT_ROWS, PURPOSE_ROWS } from "./purposeTable.js";
import { openQr, qrGatewayCalls, qrSettlementCalls } from "./qrCalls.js";
import { QR_GATEWAY_ROWS, QR_SETTLEMENT_ROWS } from "./qrTable.js";
import { recoveryCalls, recoveryOf } from "./recoveryCalls.js";
import { RECOVERY_ROWS } from "./recoveryTable.js";
import type { Table } from "./row.js";
import type { Scene } from "./stage.js";
import * as tables from "./table.js";

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
    ...{ ...platform, title: "PrepaidCards", contracts: ["PrepaidCards"], contract: "PrepaidCards" },
    ...{ rows: CARD_ROWS, calls: cardCalls },
    at: async (scene) => (await cardsOf(scene)).getAddress(),
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
    ...{ ...platform, title: "PaymentService", contracts: ["PaymentService"], contract: "PaymentService" },
    ...{ rows: PAYMENT_SERVICE_ROWS, calls: paymentServiceCalls },
    at: async (scene) => (await paymentService(scene)).getAddress(),
  },
  {
    ...{ ...platform, title: "IndustryOrders", contracts: ["IndustryOrders"], contract: "IndustryOrders" },
    ...{ rows: INDUSTRY_ORDERS_ROWS, calls: industryOrdersCalls },
    at: async (scene) => (await industryOrders(scene)).getAddress(),
  },
];
