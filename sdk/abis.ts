/** ABIs as constants, for libraries that infer types from them (viem, wagmi, abitype). */
import * as contracts from "../types/ethers-contracts/index.js";

export const accessManagerAbi = contracts.AccessManager__factory.abi;
export const institutionRegistryAbi = contracts.InstitutionRegistry__factory.abi;
export const digitalCurrencyAbi = contracts.IDigitalCurrency__factory.abi;
export const issuanceDeskAbi = contracts.IssuanceDesk__factory.abi;
export const settlementEngineAbi = contracts.SettlementEngine__factory.abi;
export const assetRegistryAbi = contracts.AssetRegistry__factory.abi;
export const bondAbi = contracts.Bond__factory.abi;
export const centralBankCouncilAbi = contracts.CentralBankCouncil__factory.abi;
export const foreignExchangeAbi = contracts.ForeignExchange__factory.abi;
export const bridgeCurrencyAbi = contracts.IBridgeCurrency__factory.abi;
export const bridgeGateAbi = contracts.BridgeGate__factory.abi;
export const bridgeNettingAbi = contracts.BridgeNetting__factory.abi;
export const bridgePaymentsAbi = contracts.BridgePayments__factory.abi;
export const corporateActionsAbi = contracts.CorporateActions__factory.abi;
export const qrGatewayAbi = contracts.QrGateway__factory.abi;
export const qrSettlementAbi = contracts.QrSettlement__factory.abi;
export const prepaidCardsAbi = contracts.PrepaidCards__factory.abi;
export const foreignLedgerAbi = contracts.ForeignLedger__factory.abi;
export const messageGatewayAbi = contracts.MessageGateway__factory.abi;
