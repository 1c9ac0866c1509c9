// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BondTerms, Coupon, CouponCut, DayCountConvention} from "../../../contracts/assets/IBond.sol";
import {IBondMeetings} from "../../../contracts/assets/IBondMeetings.sol";
import {BondStructureTerms, EarlyDate, Instalment} from "../../../contracts/assets/IBondStructure.sol";
import {IFixings} from "../../../contracts/assets/IFixings.sol";
import {IHolderOffers} from "../../../contracts/assets/IHolderOffers.sol";
import {IStructuredActions} from "../../../contracts/assets/IStructuredActions.sol";
import {IStructuredBond} from "../../../contracts/assets/IStructuredBond.sol";
import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {ILedger} from "../../../contracts/ledger/ILedger.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev A structured bond as its interfaces say.
interface IStructuredUnits is ILedger, IStructuredBond {}

/// @dev An issuer and three holders of a floating, amortising bond that pays every three days, is put and called, and
/// pays in two currencies. This contract publishes fixings, too.
abstract contract StructuredStage is Platform {
    uint256 internal constant ISSUER = 0;
    uint256 internal constant CAST = 4;
    uint256 internal constant BANK = 5;
    uint256 internal constant KEYS = 0x57B0;

    bytes12 internal constant ISIN = "HK0000069689";
    bytes32 internal constant RATE = "rate";
    bytes32 internal constant PRICE = "price";
    uint256 internal constant ISSUE = 1_000;
    uint256 internal constant NOMINAL = 10_000;
    uint256 internal constant INSTALMENT = 500;
    uint256 internal constant HIGHEST = 90_000_000;
    uint256 internal constant COUPONS = 6;
    uint256 internal constant PERIOD = 3;
    /// @dev Coupon on whose last day the bond is put, and called.
    uint256 internal constant PUT = 3;
    uint256 internal constant CALL = 5;
    uint256 internal constant MOST = 1e16;

    IDigitalCurrency public other;
    IFixings public fixings;
    IStructuredUnits public bond;
    IStructuredActions public actions;
    IHolderOffers public offers;
    IBondMeetings public meetings;
    uint256 internal immutable FIRST_DAY;

    constructor() {
        FIRST_DAY = (OPENING + 8 hours) / 1 days + 1;
        _admit(1, "TESTAAAA000000000067", person(BANK));
        (other, ) = _deployMoney("ECNY", _registry, _authority);
        other.appoint(address(this), 4, BASIS);
        other.setClassLimits(1, ClassLimits(type(uint64).max, type(uint64).max, 2 ** 40 - 1, 2 ** 40 - 1, true));
        _money.appoint(_enforcer(), 8, BASIS);
        other.appoint(_enforcer(), 8, BASIS);
        _register.listCurrency(address(other));
        fixings = IFixings(_deploy("Fixings", abi.encode(_authority)));
        fixings.nameAgent(RATE, address(this));
        fixings.nameAgent(PRICE, address(this));
        actions = IStructuredActions(_deploy("StructuredActions", abi.encode(_register)));
        offers = IHolderOffers(_deploy("HolderOffers", abi.encode(_register)));
        meetings = IBondMeetings(_deploy("BondMeetings", abi.encode(_register)));
        _issue();
        for (uint256 i = 0; i < CAST; ++i) _settleIn(i);
        _money.issue(person(ISSUER), MOST, "home");
        other.issue(person(ISSUER), MOST, "other");
    }

    /// @dev The issuer, its holders, and their bank.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function recordTime(uint256 k) public view returns (uint256) {
        return _dayStart(k + 1) - 12 hours;
    }

    /// @dev Also when coupon `k` is paid from.
    function _dayStart(uint256 k) internal view returns (uint256) {
        return (FIRST_DAY + PERIOD * k) * 1 days - 8 hours;
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + 9);
    }

    /// @dev One more for the largest remainder, again and again; the last that gets one is the cut.
    function _cutOf(
        uint256[] memory parts,
        uint256 denominator,
        uint256 total
    ) internal pure returns (CouponCut memory cut) {
        uint256 sum;
        for (uint256 i = 0; i < parts.length; ++i) {
            sum += parts[i] / denominator;
            parts[i] %= denominator;
        }
        cut = CouponCut(type(uint64).max, 0);
        for (; sum < total; ++sum) {
            uint256 best = 0;
            for (uint256 i = 1; i < parts.length; ++i) if (parts[i] > parts[best]) best = i;
            cut = CouponCut(uint64(parts[best]), uint24(best + 1));
            parts[best] = 0;
        }
    }

    function _all() internal pure returns (address[] memory list) {
        list = new address[](CAST);
        for (uint256 i = 0; i < CAST; ++i) list[i] = person(i);
    }

    function _some4(uint256 page) internal pure returns (address[] memory list) {
        list = new address[](1 + (page % 4));
        for (uint256 i = 0; i < list.length; ++i) list[i] = person((page >> (8 + 4 * i)) % CAST);
    }

    function _issue() private {
        BondTerms memory terms = BondTerms({
            isin: ISIN,
            name: "Note",
            symbol: "N",
            currency: address(_money),
            issuer: person(ISSUER),
            units: uint64(ISSUE),
            unitNominal: uint64(NOMINAL),
            couponRate: uint32(HIGHEST),
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 12,
            issueDate: uint48(OPENING),
            maturity: uint48(_dayStart(COUPONS))
        });
        Coupon[] memory coupons = new Coupon[](COUPONS);
        BondStructureTerms memory structure;
        structure.instalments = new Instalment[](COUPONS);
        for (uint256 k = 0; k < COUPONS; ++k) {
            uint24 start = uint24(FIRST_DAY + PERIOD * k);
            uint24 end = uint24(start + PERIOD);
            coupons[k] = Coupon(start, end, start, end, uint48(recordTime(k)), uint48(_dayStart(k + 1)));
            structure.instalments[k] = Instalment(start, uint64(INSTALMENT));
        }
        structure.fixings = address(fixings);
        structure.index = RATE;
        structure.spread = 1_000_000;
        structure.calls = _early(CALL);
        structure.puts = _early(PUT);
        structure.optionCurrency = address(other);
        structure.optionIndex = PRICE;
        (structure.quorum, structure.majority) = (2_000, 6_000);
        bytes32 hash = keccak256(abi.encode(terms, coupons, structure));
        _register.announce(ISIN, terms.issuer, address(this), hash);
        bytes memory args = abi.encode(terms, coupons, structure, _register, _authority);
        bond = IStructuredUnits(_deploy("StructuredBond", args));
        _register.attachToken(ISIN, address(bond));
        bond.appoint(address(actions), 4, BASIS);
    }

    function _early(uint256 k) private view returns (EarlyDate[] memory dates) {
        dates = new EarlyDate[](1);
        dates[0] = EarlyDate({
            from: uint48(_dayStart(k - 2)),
            until: uint48(_dayStart(k) - 1 days),
            time: uint48(_dayStart(k)),
            price: uint64(NOMINAL)
        });
    }

    /// @dev Wallets and account; each holder is given a quarter and something of its own.
    function _settleIn(uint256 i) private {
        address who = person(i);
        VM.prank(person(BANK));
        _money.openWallet(who, 1, bytes32(i + 1));
        VM.prank(person(BANK));
        other.openWallet(who, 1, bytes32(i + 1));
        VM.prank(person(BANK));
        bond.openAccount(who);
        if (i == ISSUER) bond.issue();
        if (i == ISSUER) return;
        VM.prank(person(ISSUER));
        bond.transfer(who, 200 + 37 * i);
    }
}
