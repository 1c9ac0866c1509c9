// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BondTerms, Coupon, DayCountConvention} from "../../../contracts/assets/IBond.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {ITradeMatching, TradeRules} from "../../../contracts/markets/ITradeMatching.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {IUnits} from "./IUnits.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two dealers that trade a bond with each other, an agent for buy-ins, their bank, which holds the rest of the issue, and
/// somebody without a part in it.
abstract contract TradeStage is Platform {
    uint256 internal constant DEALERS = 2;
    uint256 internal constant AGENT = 2;
    uint256 internal constant BANK = 3;
    uint256 internal constant STRANGER = 4;
    uint256 internal constant CAST = 5;
    uint256 internal constant KEYS = 0x7ADE;

    uint256 internal constant RECYCLE = 6;
    uint256 internal constant EXTENSION = 2;
    uint256 internal constant FEE_RATE = 1_000_000;
    uint256 internal constant FEE_CAP = 3_000_000;
    uint256 internal constant SCALE = 1e8;

    bytes12 internal constant ISIN = "HK0000069689";
    uint256 internal constant ISSUE = 1_000_000;
    uint256 internal constant UNITS = 60;
    uint256 internal constant PURSE = 60_000;

    ISettlementEngine public engine;
    ITradeMatching public matching;
    IUnits public bond;

    constructor() {
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _money.openInstitutionWallet(person(BANK));
        _money.setClassLimits(6, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        _money.appoint(_enforcer(), 8, BASIS);
        engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        TradeRules memory rules = TradeRules(uint16(RECYCLE), uint16(EXTENSION), uint32(FEE_RATE), uint32(FEE_CAP));
        matching = ITradeMatching(_deploy("TradeMatching", abi.encode(_authority, _register, engine, rules)));
        matching.setBuyInAgent(person(AGENT), true);
        _issue();
        for (uint256 i = 0; i < BANK; ++i) _settleIn(person(i));
        _money.issue(person(BANK), ISSUE, "the bank's");
    }

    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function _issue() private {
        BondTerms memory terms = BondTerms({
            isin: ISIN,
            name: "Note",
            symbol: "N",
            currency: address(_money),
            issuer: person(BANK),
            units: uint64(ISSUE),
            unitNominal: 1_000,
            couponRate: 0,
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 0,
            issueDate: uint48(OPENING),
            maturity: uint48(OPENING + 7_300 days)
        });
        bond = _announce(terms, new Coupon[](0));
        _register.attachToken(ISIN, address(bond));
        VM.prank(person(BANK));
        bond.openAccount(person(BANK));
        bond.issue();
    }

    /// @dev Wallet and account, what it has at first, and its consent.
    function _settleIn(address who) private {
        VM.prank(person(BANK));
        _money.openWallet(who, 1, bytes32(bytes20(who)));
        VM.prank(person(BANK));
        bond.openAccount(who);
        VM.prank(person(BANK));
        bond.transfer(who, UNITS);
        _money.issue(who, PURSE, "purse");
        VM.prank(who);
        _money.approve(address(engine), type(uint256).max);
        VM.prank(who);
        bond.approve(address(engine), type(uint256).max);
        VM.prank(who);
        engine.authorizeAgent(address(matching), true);
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    function _today() internal view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }
}
