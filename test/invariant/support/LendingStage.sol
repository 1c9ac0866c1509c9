// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BondTerms, Coupon} from "../../../contracts/assets/IBond.sol";
import {DayCountConvention} from "../../../contracts/assets/DayCount.sol";
import {ICollateral} from "../../../contracts/markets/ICollateral.sol";
import {IPriceFixings} from "../../../contracts/markets/IPriceFixings.sol";
import {IRepo} from "../../../contracts/markets/IRepo.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {IUnits} from "./IUnits.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Three dealers with money and units of one bond without coupons, which let repos and pledges speak for them; this
/// contract values the bond.
abstract contract LendingStage is Platform {
    uint256 internal constant DEALERS = 3;
    uint256 internal constant BANK = 3;
    uint256 internal constant STRANGER = 4;
    uint256 internal constant CAST = 5;
    uint256 internal constant KEYS = 0x4E90;
    uint256 internal constant CASH = 400_000;
    uint256 internal constant UNITS = 3_000;
    uint256 internal constant SCALE = 1e8;

    IRepo public repo;
    ICollateral public collateral;
    IPriceFixings internal _fixings;
    ISettlementEngine internal _engine;
    IUnits internal _bond;

    constructor() {
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        _fixings = IPriceFixings(_deploy("PriceFixings", ""));
        bytes memory args = abi.encode(_engine, _register, _fixings);
        repo = IRepo(_deploy("Repo", args));
        collateral = ICollateral(_deploy("Collateral", args));
        _bond = _announce(_terms(), new Coupon[](0));
        _register.attachToken("HK0000069689", address(_bond));
        _openAccount(address(this));
        _bond.issue();
        for (uint256 i = 0; i < DEALERS; ++i) _openDealer(person(i), bytes32(i + 1));
    }

    function bond() external view returns (IUnits) {
        return _bond;
    }

    /// @dev Three dealers, their bank, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }

    function _openDealer(address dealer, bytes32 identity) private {
        VM.prank(person(BANK));
        _money.openWallet(dealer, 1, identity);
        _openAccount(dealer);
        _money.issue(dealer, CASH, identity);
        _bond.transfer(dealer, UNITS);
        address[2] memory agents = [address(repo), address(collateral)];
        for (uint256 i = 0; i < agents.length; ++i) {
            VM.prank(dealer);
            _engine.authorizeAgent(agents[i], true);
        }
        VM.prank(dealer);
        _money.approve(address(_engine), type(uint256).max);
        VM.prank(dealer);
        _bond.approve(address(_engine), type(uint256).max);
        VM.prank(dealer);
        _bond.approve(address(collateral), type(uint256).max);
    }

    function _openAccount(address account) private {
        VM.prank(person(BANK));
        _bond.openAccount(account);
    }

    /// @dev A nominal of 100, so that a price in whole minor units is a per cent.
    function _terms() private view returns (BondTerms memory) {
        return
            BondTerms({
                isin: "HK0000069689",
                name: "note",
                symbol: "NOTE",
                currency: address(_money),
                issuer: address(this),
                units: uint64(DEALERS * UNITS),
                unitNominal: 100,
                couponRate: 0,
                dayCount: DayCountConvention.Act365Fixed,
                frequency: 0,
                issueDate: uint48(OPENING),
                maturity: uint48(OPENING + 3_650 days)
            });
    }
}
