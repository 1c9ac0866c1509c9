// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {
    DocumentKind,
    IReceivableRegistry,
    ReceivableVerdict,
    TradeConsent
} from "../../../contracts/trade/IReceivableRegistry.sol";
import {ITradeFinance} from "../../../contracts/trade/ITradeFinance.sol";
import {Setting} from "./Setting.sol";
import {VM} from "./Vm.sol";

/// @dev Two banks, an exporter that both may do everything for, its debtor, and the attestor. Every office is this
/// contract's.
abstract contract ReceivableStage is Setting {
    uint256 internal constant OPENING = 1_797_897_600;
    uint256 internal constant KEYS = 0x7AF1;
    uint256 internal constant BANKS = 2;
    uint256 internal constant EXPORTER = 2;
    uint256 internal constant DEBTOR = 3;
    uint256 internal constant PARTIES = 4;
    uint256 internal constant ATTESTOR = 4;
    uint256 internal constant STRANGER = 5;

    uint256 internal constant PURSE = 1_000_000_000;
    uint256 internal constant ADVANCE = 8_000;
    uint256 internal constant NEVER = type(uint48).max;

    IDigitalCurrency public money;
    ISettlementEngine internal _engine;
    IReceivableRegistry public receivables;
    ITradeFinance public finance;

    constructor() {
        _openAt(OPENING);
        address authority = _deploy("AccessManager", abi.encode(address(this)));
        IInstitutionRegistry institutions = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(authority)));
        (money, ) = _deployMoney("EHKD", institutions, authority);
        money.appoint(address(this), 4, BASIS);
        ClassLimits memory none = ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true);
        money.setClassLimits(1, none);
        money.setClassLimits(6, none);
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        address[] memory currencies = new address[](1);
        currencies[0] = address(money);
        receivables = IReceivableRegistry(
            _deploy("ReceivableRegistry", abi.encode(institutions, authority, currencies))
        );
        finance = ITradeFinance(_deploy("TradeFinance", abi.encode(receivables, _engine)));
        receivables.appointFinance(address(finance));
        receivables.setAttestor(DocumentKind.CustomsDeclaration, person(ATTESTOR));
        receivables.setAdvanceRate(DocumentKind.CustomsDeclaration, uint16(ADVANCE));
        _enter(institutions, 1, "TESTAAAA000000000067");
        _enter(institutions, 2, "HWUPKR0MPOU8FGXBT394");
        for (uint256 i = 0; i < PARTIES; ++i) _openParty(i);
        for (uint16 bank = 1; bank <= BANKS; ++bank) {
            VM.prank(person(EXPORTER));
            receivables.giveConsent(TradeConsent(person(EXPORTER), bank, 0, 3, uint48(NEVER), 0), "");
        }
    }

    /// @dev The banks, the exporter, the debtor, the attestor, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    /// @dev What the customs say of a declaration.
    function _verdict(bytes32 key, uint64 value) internal view returns (ReceivableVerdict memory verdict) {
        (verdict.key, verdict.kind, verdict.documents) = (key, DocumentKind.CustomsDeclaration, BASIS);
        (verdict.verified, verdict.exporter, verdict.debtor) = (true, person(EXPORTER), person(DEBTOR));
        (verdict.currency, verdict.value) = (address(money), value);
        (verdict.dueDate, verdict.notAfter) = (uint48(NEVER), uint48(NEVER));
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _enter(IInstitutionRegistry institutions, uint16 number, string memory lei) private {
        address bank = person(number - 1);
        institutions.register(
            number,
            bytes20(bytes(lei)),
            "TESTHKT0",
            "HK",
            IInstitutionRegistry.Tier.Operating,
            type(uint64).max,
            bank,
            "name"
        );
        institutions.setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
        money.openInstitutionWallet(bank);
    }

    function _openParty(uint256 i) private {
        address party = person(i);
        if (i >= BANKS) {
            VM.prank(person(0));
            money.openWallet(party, 1, bytes32(i + 1));
        }
        money.issue(party, PURSE, bytes32(i));
        VM.prank(party);
        money.approve(address(_engine), type(uint256).max);
        VM.prank(party);
        _engine.authorizeAgent(address(finance), true);
    }
}
