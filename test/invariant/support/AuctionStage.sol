// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DayCountConvention} from "../../../contracts/assets/DayCount.sol";
import {BondTerms, Coupon} from "../../../contracts/assets/IBond.sol";
import {AuctionTerms, IBondAuction, PriceRule, Underwriter} from "../../../contracts/markets/IBondAuction.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {IUnits} from "./IUnits.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev An issuer with a bond, three bidders, an underwriter, their bank, and somebody without a part in it. Auctions come
/// one after the other, at a uniform price and at multiple prices in turn.
abstract contract AuctionStage is Platform {
    uint256 internal constant ISSUER = 0;
    uint256 internal constant FIRST = 1;
    uint256 internal constant BIDDERS = 3;
    uint256 internal constant UNDERWRITER = 4;
    uint256 internal constant BANK = 5;
    uint256 internal constant STRANGER = 6;
    uint256 internal constant CAST = 7;
    uint256 internal constant KEYS = 0xA0C7;

    uint256 internal constant SIZE = 1_000_000;
    uint256 internal constant PURSE = 100_000_000;
    uint256 internal constant LOT = 20;
    uint256 internal constant LOWEST = 90;
    uint256 internal constant HIGHEST = 100;
    uint256 internal constant MOST = 15;
    uint256 internal constant GUARANTEE = 50;
    uint256 internal constant BIDS = 6;
    uint256 internal constant OWN_BIDS = 3;
    uint256 internal constant LENGTH = 1 days;

    ISettlementEngine public engine;
    IBondAuction public auctions;
    IUnits public bond;

    /// @dev Kept, because an address takes long to work out of its key.
    address[CAST] private _people;

    constructor() {
        for (uint256 i = 0; i < CAST; ++i) _people[i] = VM.addr(KEYS + i);
        _admit(1, "TESTAAAA000000000067", person(BANK));
        engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        auctions = IBondAuction(_deploy("BondAuction", abi.encode(engine, _register)));
        bond = _issue();
        for (uint256 i = 0; i <= UNDERWRITER; ++i) _enrol(i);
    }

    function person(uint256 i) public view returns (address) {
        return _people[i];
    }

    /// @dev Terms of the `a`-th auction.
    function _terms(uint256 a, uint256 opens) internal view returns (AuctionTerms memory terms) {
        (terms.issuer, terms.security, terms.currency) = (person(ISSUER), address(bond), address(_money));
        terms.documentHash = bytes32(a + 1);
        (terms.lot, terms.minimumPrice, terms.maximumPrice) = (uint64(LOT), uint64(LOWEST), uint64(HIGHEST));
        (terms.tick, terms.minimumUnits, terms.maximumUnits) = (1, 1, uint64(MOST));
        (terms.guarantee, terms.bids, terms.bidsPerBidder) = (uint64(GUARANTEE), uint16(BIDS), uint8(OWN_BIDS));
        terms.priceRule = a % 2 == 0 ? PriceRule.Uniform : PriceRule.Multiple;
        (terms.opens, terms.reveals) = (uint40(opens), uint40(opens + LENGTH));
        (terms.closes, terms.settlesFrom) = (uint40(opens + 2 * LENGTH), uint40(opens + 2 * LENGTH));
        terms.settlesUntil = uint40(opens + 4 * LENGTH);
        terms.underwriters = new Underwriter[](1);
        terms.underwriters[0] = Underwriter(person(UNDERWRITER), 1);
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _issue() private returns (IUnits units) {
        BondTerms memory terms = BondTerms({
            isin: "HK0000069689",
            name: "Note",
            symbol: "NOTE",
            currency: address(_money),
            issuer: person(ISSUER),
            units: uint64(SIZE),
            unitNominal: 100,
            couponRate: 0,
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 0,
            issueDate: uint48(OPENING),
            maturity: uint48(OPENING + 36_500 days)
        });
        units = _announce(terms, new Coupon[](0));
        _register.attachToken(terms.isin, address(units));
        VM.prank(person(BANK));
        units.openAccount(person(ISSUER));
        units.issue();
    }

    /// @dev Wallet, account, allowances and authority of one of the parties.
    function _enrol(uint256 i) private {
        address who = person(i);
        if (i != ISSUER) {
            VM.prank(person(BANK));
            bond.openAccount(who);
        }
        VM.prank(person(BANK));
        _money.openWallet(who, 1, bytes32(i + 1));
        if (i != ISSUER) _money.issue(who, PURSE, "purse");
        address[2] memory spenders = [address(engine), address(auctions)];
        for (uint256 s = 0; s < 2; ++s) {
            VM.prank(who);
            _money.approve(spenders[s], type(uint256).max);
            VM.prank(who);
            bond.approve(spenders[s], type(uint256).max);
        }
        VM.prank(who);
        engine.authorizeAgent(address(auctions), true);
    }
}
