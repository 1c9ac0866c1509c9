// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaimToken} from "../../../contracts/assets/IClaimToken.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {ILedger} from "../../../contracts/ledger/ILedger.sol";
import {BankRules, IDepositTransfers} from "../../../contracts/markets/IDepositTransfers.sol";
import {FundTerms, IFundDealing} from "../../../contracts/markets/IFundDealing.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two banks whose deposits are tokens, two customers each, and a fund that keeps its cash at the second bank. This
/// contract is the fund's administrator and lends for both banks.
abstract contract TokenStage is Platform {
    uint256 internal constant BANKS = 2;
    /// @dev Persons 2 and 3 are the first bank's, 4 and 5 the second's; 6 is the fund's account there.
    uint256 internal constant FUND = 6;
    uint256 internal constant STRANGER = 7;
    uint256 internal constant CAST = 8;
    uint256 internal constant KEYS = 0xDE90;

    uint256 internal constant RESERVES = 4_000;
    uint256 internal constant OUT_SINGLE = 1_500;
    uint256 internal constant OUT_DAY = 2_500;
    uint256 internal constant IN_SINGLE = 1_200;

    uint256 internal constant CUT_OFF = 15 hours;
    uint256 internal constant PATIENCE = 20 hours;
    uint256 internal constant BAND = 100;
    uint64 internal constant FIRST_NAV = 10_000_000;

    ISettlementEngine internal _engine;
    IDepositTransfers public transfers;
    IFundDealing public dealing;
    ILedger public units;
    ILedger[BANKS] public tokens;

    constructor() {
        ClassLimits memory none = ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true);
        _money.setClassLimits(6, none);
        _money.appoint(_enforcer(), 8, BASIS);
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        transfers = IDepositTransfers(_deploy("DepositTransfers", abi.encode(_money, _engine)));
        string[2] memory leis = ["TESTAAAA000000000067", "TESTBBBB000000000007"];
        for (uint256 b = 0; b < BANKS; ++b) {
            _admit(uint16(b + 1), leis[b], person(b));
            _openBank(b);
        }
        for (uint256 i = BANKS; i < STRANGER; ++i) _openCustomer(i);
        _openFund();
    }

    /// @dev Two banks, four customers, the fund, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function _openBank(uint256 b) private {
        tokens[b] = ILedger(_deploy("DepositToken", abi.encode("deposits", "DEP", _money, uint16(b + 1))));
        transfers.admit(address(tokens[b]));
        _money.openInstitutionWallet(person(b));
        _money.issue(person(b), RESERVES, bytes32(b));
        address[3] memory issuers = [address(transfers), address(this), _enforcer()];
        for (uint256 i = 0; i < issuers.length; ++i) {
            VM.prank(person(b));
            tokens[b].appoint(issuers[i], i == 2 ? 8 : 4, BASIS);
        }
        VM.prank(person(b));
        _engine.authorizeAgent(address(transfers), true);
        VM.prank(person(b));
        _money.approve(address(_engine), type(uint256).max);
        VM.prank(person(b));
        transfers.setRules(BankRules(uint64(OUT_SINGLE), uint64(OUT_DAY), uint64(IN_SINGLE)));
    }

    function _openCustomer(uint256 i) private {
        uint256 b = _bankOf(i);
        VM.prank(person(b));
        _money.openWallet(person(i), 1, bytes32(i));
        VM.prank(person(b));
        IClaimToken(address(tokens[b])).openAccount(person(i));
        VM.prank(person(i));
        _money.approve(address(transfers), type(uint256).max);
        VM.prank(person(i));
        tokens[b].approve(address(transfers), type(uint256).max);
    }

    function _openFund() private {
        units = ILedger(_deploy("FundUnits", abi.encode(bytes12("HK0000069689"), "fund", "FUND", _money)));
        FundTerms memory terms = FundTerms({
            units: address(units),
            transfers: address(transfers),
            cash: address(tokens[1]),
            account: person(FUND),
            cutOff: uint32(CUT_OFF),
            weekdays: 127,
            patience: uint32(PATIENCE),
            navBand: uint16(BAND),
            firstNav: FIRST_NAV
        });
        dealing = IFundDealing(_deploy("FundDealing", abi.encode(terms, address(this))));
        units.appoint(address(dealing), 4, BASIS);
        for (uint256 i = BANKS; i < STRANGER; ++i) {
            VM.prank(person(i));
            transfers.authorizeAgent(address(dealing), true);
            VM.prank(person(_bankOf(i)));
            IClaimToken(address(units)).openAccount(person(i));
            VM.prank(person(i));
            units.approve(address(dealing), type(uint256).max);
        }
    }

    function _bankOf(uint256 i) internal pure returns (uint256) {
        return i < 4 ? 0 : 1;
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }
}
