// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bond} from "./Bond.sol";
import {BondPromise} from "./BondPromise.sol";
import {BondStructure} from "./BondStructure.sol";
import {IAssetRegistry, IAssetToken} from "./IAssetRegistry.sol";
import {BondTerms, Coupon, IBond} from "./IBond.sol";
import {BondStructureTerms, EarlyDate, IBondStructure} from "./IBondStructure.sol";
import {IStructuredBond} from "./IStructuredBond.sol";

/// @title StructuredBond
/// @notice See {IStructuredBond}.
contract StructuredBond is Bond, IStructuredBond {
    /// @dev One word, because every payment of units asks until when they trade.
    struct Call {
        uint48 time;
        uint16 number;
    }

    IBondStructure private immutable STRUCTURE;
    bytes32 private immutable STRUCTURED_HASH;

    Call private _called;

    constructor(
        BondTerms memory terms,
        Coupon[] memory coupons,
        BondStructureTerms memory structure_,
        IAssetRegistry register_,
        address authority_
    ) Bond(terms, coupons, register_, authority_) {
        if (structure_.optionCurrency != address(0)) register_.requireCurrency(structure_.optionCurrency);
        STRUCTURE = new BondStructure(terms, coupons, structure_);
        STRUCTURED_HASH = keccak256(abi.encode(terms, coupons, structure_));
    }

    /// @inheritdoc IStructuredBond
    function callBond(uint256 number) external {
        require(msg.sender == ISSUER, BondCallerNotIssuer(msg.sender, ISSUER));
        require(_isIssued(), BondNotIssued(ISIN));
        require(_called.time == 0, BondCalledAlready(_called.time));
        EarlyDate memory date = STRUCTURE.callDate(number);
        require(
            block.timestamp >= date.from && block.timestamp < date.until,
            BondCallTimeInvalid(number, date.from, date.until, block.timestamp)
        );
        // there are fewer calls than gas to enter 65,536 of them
        _called = Call({time: date.time, number: uint16(number)});
        emit BondCalled(ISIN, number, date.time);
    }

    /// @inheritdoc IStructuredBond
    function redemptionPrice() external view returns (uint256) {
        Call memory called = _called;
        return called.time == 0 ? STRUCTURE.nominalOf(this.couponCount()) : STRUCTURE.callAmount(called.number);
    }

    /// @inheritdoc IStructuredBond
    function calledFor() external view returns (uint256) {
        return _called.time;
    }

    /// @inheritdoc IStructuredBond
    function structure() external view returns (IBondStructure) {
        return STRUCTURE;
    }

    /// @inheritdoc IBond
    function couponPerUnit(
        uint256 k
    ) public view override(BondPromise, IBond) returns (uint256 numerator, uint256 denominator) {
        uint256 time = _called.time;
        require(time == 0 || coupon(k).recordTime <= time, BondCouponCancelled(k, time));
        return STRUCTURE.couponPerUnit(k);
    }

    /// @inheritdoc IAssetToken
    /// @dev keccak256(abi.encode(terms, coupons, structure)) of the constructor's arguments.
    function termsHash() external view override(BondPromise, IAssetToken) returns (bytes32) {
        return STRUCTURED_HASH;
    }

    /// @inheritdoc Bond
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IStructuredBond).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc BondPromise
    function _maturity() internal view override returns (uint256) {
        uint256 time = _called.time;
        return time == 0 ? MATURITY : time;
    }
}
