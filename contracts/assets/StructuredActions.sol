// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {CorporateActions} from "./CorporateActions.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {IBond} from "./IBond.sol";
import {IBondStructure} from "./IBondStructure.sol";
import {IStructuredActions} from "./IStructuredActions.sol";
import {IStructuredBond} from "./IStructuredBond.sol";
import {Rounding} from "./Rounding.sol";

/// @title StructuredActions
/// @notice See {IStructuredActions}.
contract StructuredActions is CorporateActions, IStructuredActions {
    uint256 private constant SCALE = 1e8;

    /// @inheritdoc IStructuredActions
    uint256 public constant FALLBACK = 2 days;

    mapping(IBond bond => mapping(uint256 k => mapping(address holder => bool chosen))) private _choices;
    // How many chose: a coupon that nobody chose another currency for is paid without asking for choices.
    mapping(IBond bond => mapping(uint256 k => uint256 count)) private _choosers;

    constructor(IAssetRegistry register_) CorporateActions(register_) {}

    /// @inheritdoc IStructuredActions
    function chooseCurrency(IBond bond, uint256 k, bool chosen) external {
        REGISTER.requireToken(address(bond));
        require(_structureOf(bond).optionCurrency() != address(0), CouponCurrencyFixed(address(bond)));
        uint256 recordTime = bond.coupon(k).recordTime;
        require(block.timestamp < recordTime, CouponCurrencyClosed(address(bond), k, recordTime, block.timestamp));
        if (_choices[bond][k][msg.sender] == chosen) return;
        _choices[bond][k][msg.sender] = chosen;
        if (chosen) ++_choosers[bond][k];
        else --_choosers[bond][k];
        emit CouponCurrencyChosen(address(bond), k, msg.sender, chosen);
    }

    /// @inheritdoc IStructuredActions
    function payCouponInOption(IBond bond, uint256 k, Hold calldata funding, address[] calldata holders) external {
        CouponRun memory run = _requirePhase(bond, k, Phase.Payable);
        _requireDue(bond, k);
        _requireReference(bond, funding, optionRef(bond, k));

        uint256[] memory shares = _strikeOut(bond, k, bond.couponShares(k, _cut(run), holders), false);
        (uint256 due, uint256 own) = _handle(bond, k, shares, funding.payer);
        uint256 claimed = _payInOption(bond, k, funding, shares, due - own);
        _bookPage(bond, k, run, due, due - claimed);
    }

    /// @inheritdoc IStructuredActions
    function releaseOptionFunding(IBond bond, uint256 k, Hold calldata funding) external {
        _requirePhase(bond, k, Phase.Settled);
        bytes32 required = optionRef(bond, k);
        _requireReference(bond, funding, required);
        uint256 released = IHoldLedger(_structureOf(bond).optionCurrency()).releaseHold(funding);
        emit FundingReleased(address(bond), funding.payer, required, released);
    }

    /// @inheritdoc IStructuredActions
    function choiceOf(IBond bond, uint256 k, address holder) external view returns (bool) {
        return _choices[bond][k][holder];
    }

    /// @inheritdoc IStructuredActions
    function optionRef(IBond bond, uint256 k) public pure returns (bytes32) {
        return keccak256(abi.encode("coupon option", bond, k));
    }

    /// @inheritdoc CorporateActions
    /// @dev Who chose another currency is passed over, until it has been waited for long enough.
    function _payable(
        IBond bond,
        uint256 k,
        uint256[] memory entries
    ) internal view override returns (uint256[] memory) {
        if (_choosers[bond][k] == 0) return entries;
        if (block.timestamp >= bond.coupon(k).paymentTime + FALLBACK) return entries;
        return _strikeOut(bond, k, entries, true);
    }

    /// @inheritdoc CorporateActions
    /// @dev A coupon whose record date lies after the day that the bond was called for is not paid.
    function _isOwed(IBond bond, uint256 k) internal view override returns (bool) {
        uint256 calledFor = IStructuredBond(address(bond)).calledFor();
        if (calledFor != 0 && bond.coupon(k).recordTime > calledFor) return false;
        return super._isOwed(bond, k);
    }

    /// @inheritdoc CorporateActions
    function _redemptionPrice(IBond bond) internal view override returns (uint256) {
        return IStructuredBond(address(bond)).redemptionPrice();
    }

    /// @dev Pays shares in the other currency; who cannot be paid gets a claim in the bond's.
    /// @return claimed Sum of these claims.
    function _payInOption(
        IBond bond,
        uint256 k,
        Hold calldata funding,
        uint256[] memory shares,
        uint256 due
    ) private returns (uint256 claimed) {
        IBondStructure structure = _structureOf(bond);
        uint256 price = structure.optionPrice(k);
        uint256[] memory payments = new uint256[](shares.length);
        for (uint256 i = 0; i < shares.length; ++i) {
            // a share is below 2^64 and a price below 2^47, so that 96 bits hold the amount
            uint256 amount = Rounding.halfUp(uint96(shares[i]) * price, SCALE);
            payments[i] = ((shares[i] >> 96) << 96) | amount;
        }
        (uint256 captured, uint256[] memory skipped) = _capture(
            IHoldLedger(structure.optionCurrency()),
            funding,
            payments
        );
        for (uint256 i = 0; i < skipped.length; ++i) {
            uint256 share = shares[skipped[i]];
            claimed += uint96(share);
            _recordClaim(bond, k, share);
        }
        emit CouponPagePaidInOption(address(bond), k, funding.payer, due - claimed, captured);
    }

    /// @dev Strikes out the amounts of those who chose the other currency, or of those who did not.
    function _strikeOut(
        IBond bond,
        uint256 k,
        uint256[] memory entries,
        bool who
    ) private view returns (uint256[] memory) {
        mapping(address holder => bool chosen) storage choices = _choices[bond][k];
        for (uint256 i = 0; i < entries.length; ++i) {
            if (choices[address(uint160(entries[i] >> 96))] == who) entries[i] = (entries[i] >> 64) << 64;
        }
        return entries;
    }

    function _structureOf(IBond bond) private view returns (IBondStructure) {
        return IStructuredBond(address(bond)).structure();
    }
}
