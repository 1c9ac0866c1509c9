// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {CouponCut, IBond} from "./IBond.sol";
import {ICorporateActions} from "./ICorporateActions.sol";

/// @title CorporateActions
/// @notice See {ICorporateActions}.
/// @dev Calls only bonds on the register and currencies that the register admitted to them, none of which calls back.
contract CorporateActions is ICorporateActions {
    IAssetRegistry internal immutable REGISTER;

    mapping(IBond bond => mapping(uint256 k => CouponRun)) private _runs;
    // One bit a holder, at its place in the bond's list: paid, or claim recorded.
    mapping(IBond bond => mapping(uint256 k => mapping(uint256 bucket => uint256 bits))) private _handled;
    mapping(IBond bond => mapping(uint256 k => mapping(address holder => uint256 amount))) private _claims;

    constructor(IAssetRegistry register_) {
        REGISTER = register_;
    }

    // ------------------------------------------------------------------ coupons

    /// @inheritdoc ICorporateActions
    function openCoupon(IBond bond, uint256 k, CouponCut calldata cut) external {
        _requireAgent(bond);
        uint256 next = bond.recordsSettled();
        require(k == next, CouponOutOfOrder(address(bond), k, next));
        Phase phase = _runs[bond][k].phase;
        require(phase < Phase.Payable, CouponPhaseInvalid(address(bond), k, phase, Phase.Measuring));
        uint256 total = bond.couponTotal(k);
        // holdings are final only once the record date has passed, which the bond says by answering
        bond.entitlement(k, address(0));

        _runs[bond][k] = CouponRun({
            cutRemainder: cut.remainder,
            cutPosition: cut.position,
            lastPosition: 0,
            pending: 0,
            unpaid: 0,
            phase: Phase.Measuring
        });
        emit CouponOpened(address(bond), k, total, cut.remainder, cut.position);
    }

    /// @inheritdoc ICorporateActions
    function measureCoupon(IBond bond, uint256 k, address[] calldata holders) external {
        _requireAgent(bond);
        CouponRun memory run = _requirePhase(bond, k, Phase.Measuring);
        (uint256 units, uint256 amount, uint256 last) = bond.measure(k, _cut(run), run.lastPosition, holders);
        // places rise, so each holder is counted once: units stay within the issue and shares within one unit each of
        // its coupon, both of which fit 64 bits; a place fits 24
        run.lastPosition = uint24(last);
        run.pending += uint64(units);
        run.unpaid += uint64(amount);
        if (run.pending == bond.issueSize()) {
            uint256 total = bond.couponTotal(k);
            require(run.unpaid == total, CouponCutWrong(address(bond), k, run.unpaid, total));
            run.pending = run.unpaid;
            run.phase = Phase.Payable;
            emit CouponMeasured(address(bond), k, total);
        }
        _runs[bond][k] = run;
    }

    /// @inheritdoc ICorporateActions
    function payCoupon(IBond bond, uint256 k, Hold calldata funding, address[] calldata holders) external {
        CouponRun memory run = _requirePhase(bond, k, Phase.Payable);
        _requireDue(bond, k);
        IHoldLedger currency = _requireFunding(bond, funding, couponRef(bond, k), run.unpaid);

        uint256[] memory payments = _payable(bond, k, bond.couponShares(k, _cut(run), holders));
        (uint256 due, uint256 own) = _handle(bond, k, payments, funding.payer);
        uint256 captured = _payShares(bond, k, currency, funding, payments);
        _bookPage(bond, k, run, due, captured + own);
    }

    /// @inheritdoc ICorporateActions
    function claimCoupon(IBond bond, uint256 k, Hold calldata funding, address holder) external {
        uint256 amount = _claims[bond][k][holder];
        require(amount != 0, CouponClaimUnknown(address(bond), k, holder));
        _requireReference(bond, funding, couponRef(bond, k));

        delete _claims[bond][k][holder];
        // a claim is part of the run's unpaid amount
        _runs[bond][k].unpaid -= uint64(amount);
        emit CouponClaimPaid(address(bond), k, holder, amount);
        IHoldLedger(bond.currency()).captureHold(funding, holder, amount);
    }

    /// @inheritdoc ICorporateActions
    function releaseCouponFunding(IBond bond, uint256 k, Hold calldata funding) external {
        if (_isOwed(bond, k)) {
            uint256 unpaid = _requirePhase(bond, k, Phase.Settled).unpaid;
            require(unpaid == 0, FundingInUse(address(bond), unpaid));
        }
        _release(bond, funding, couponRef(bond, k));
    }

    // --------------------------------------------------------------- redemption

    /// @inheritdoc ICorporateActions
    function redeem(IBond bond, Hold calldata funding, address[] calldata holders) external {
        REGISTER.requireToken(address(bond));
        (, uint256 maturity) = bond.lifetime();
        require(block.timestamp >= maturity, RedemptionNotDue(address(bond), maturity, block.timestamp));
        uint256 price = _redemptionPrice(bond);
        uint256 unpaid = IERC20(address(bond)).totalSupply() * price;
        IHoldLedger currency = _requireFunding(bond, funding, redemptionRef(bond), unpaid);

        uint256[] memory units = bond.redeemable(holders);
        (uint256[] memory payments, uint256[] memory burns, uint256 own) = _redemptions(
            units,
            price,
            funding.payer,
            holders
        );
        (uint256 captured, uint256[] memory skipped) = _capture(currency, funding, payments);
        for (uint256 i = 0; i < skipped.length; ++i) burns[skipped[i]] = _deferred(bond, burns[skipped[i]]);
        // the units destroyed are those just paid: a holder named twice has no units left for the second time
        bond.redeem(burns);
        emit RedemptionPagePaid(address(bond), funding.payer, captured / price + own, captured);
    }

    /// @inheritdoc ICorporateActions
    function releaseRedemptionFunding(IBond bond, Hold calldata funding) external {
        REGISTER.requireToken(address(bond));
        uint256 units = IERC20(address(bond)).totalSupply();
        require(units == 0, FundingInUse(address(bond), units * _redemptionPrice(bond)));
        _release(bond, funding, redemptionRef(bond));
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc ICorporateActions
    function couponRun(IBond bond, uint256 k) external view returns (CouponRun memory) {
        return _runs[bond][k];
    }

    /// @inheritdoc ICorporateActions
    function couponState(IBond bond, uint256 k, address holder) external view returns (bool handled, uint256 claim) {
        (uint256 position, ) = bond.accountOf(holder);
        handled = (_handled[bond][k][position >> 8] >> (position & 0xff)) & 1 == 1;
        return (handled, _claims[bond][k][holder]);
    }

    /// @inheritdoc ICorporateActions
    function couponShare(IBond bond, uint256 k, address holder) external view returns (uint256) {
        CouponRun memory run = _runs[bond][k];
        require(run.phase >= Phase.Payable, CouponPhaseInvalid(address(bond), k, run.phase, Phase.Payable));
        address[] memory holders = new address[](1);
        holders[0] = holder;
        return uint64(bond.couponShares(k, _cut(run), holders)[0]);
    }

    /// @inheritdoc ICorporateActions
    function couponRef(IBond bond, uint256 k) public pure returns (bytes32) {
        return keccak256(abi.encode("coupon", bond, k));
    }

    /// @inheritdoc ICorporateActions
    function redemptionRef(IBond bond) public pure returns (bytes32) {
        return keccak256(abi.encode("redemption", bond));
    }

    /// @inheritdoc ICorporateActions
    function assetRegistry() external view returns (address) {
        return address(REGISTER);
    }

    // ---------------------------------------------------------------- internals

    /// @dev The bond's entries of a page as they are to be paid: who gets nothing now has its amount struck out.
    function _payable(IBond, uint256, uint256[] memory entries) internal view virtual returns (uint256[] memory) {
        return entries;
    }

    /// @dev Whether there is, or will be, somebody to pay the coupon to.
    function _isOwed(IBond bond, uint256) internal view virtual returns (bool issued) {
        (issued, , ) = bond.state();
    }

    /// @dev What the redemption of a unit pays.
    function _redemptionPrice(IBond bond) internal view virtual returns (uint256) {
        return bond.unitNominal();
    }

    /// @dev Marks holders as handled and turns the bond's entries of those who were not into entries for the currency.
    /// @return due Sum of their shares.
    /// @return own The payer's own part of it.
    function _handle(
        IBond bond,
        uint256 k,
        uint256[] memory entries,
        address payer
    ) internal returns (uint256 due, uint256 own) {
        mapping(uint256 bucket => uint256 bits) storage handled = _handled[bond][k];
        uint256 bucket = 0;
        uint256 marks = handled[0];
        uint256 count = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            uint256 entry = entries[i];
            uint256 amount = entry % 2 ** 64;
            uint256 place = (entry >> 64) % 2 ** 32;
            if (place / 256 != bucket) {
                handled[bucket] = marks;
                bucket = place / 256;
                marks = handled[bucket];
            }
            uint256 bit = 1 << (place % 256);
            if (amount == 0 || marks & bit != 0) continue;
            marks |= bit;
            unchecked {
                // fewer than 2^24 shares below 2^64
                due += amount;
            }
            if (entry >> 96 == uint160(payer)) {
                own = amount;
            } else {
                // count ≤ i: an entry is overwritten only after it was read
                entries[count++] = ((entry >> 96) << 96) | amount;
            }
        }
        handled[bucket] = marks;
        _shrink(entries, count);
        if (own != 0) emit CouponRetained(address(bond), k, payer, own);
    }

    /// @dev Writes down what a page has paid; the page that leaves nobody pending settles the coupon.
    /// @param due Shares of the holders handled.
    /// @param paid What they were paid of it, or kept.
    function _bookPage(IBond bond, uint256 k, CouponRun memory run, uint256 due, uint256 paid) internal {
        // every share is once in the sums: paid ≤ due ≤ pending ≤ unpaid
        run.pending -= uint64(due);
        run.unpaid -= uint64(paid);
        if (run.pending == 0) {
            run.phase = Phase.Settled;
            emit CouponSettled(address(bond), k, run.unpaid);
            bond.settleRecord(k);
        }
        _runs[bond][k] = run;
    }

    /// @dev Pays a page out of the hold; who cannot be paid now gets a claim.
    function _payShares(
        IBond bond,
        uint256 k,
        IHoldLedger currency,
        Hold calldata funding,
        uint256[] memory payments
    ) private returns (uint256 captured) {
        uint256[] memory skipped;
        (captured, skipped) = _capture(currency, funding, payments);
        for (uint256 i = 0; i < skipped.length; ++i) _recordClaim(bond, k, payments[skipped[i]]);
        emit CouponPagePaid(address(bond), k, funding.payer, captured);
    }

    function _recordClaim(IBond bond, uint256 k, uint256 entry) internal {
        address holder = address(uint160(entry >> 96));
        uint256 amount = uint96(entry);
        _claims[bond][k][holder] = amount;
        emit CouponClaimRecorded(address(bond), k, holder, amount);
    }

    /// @dev What a page pays, and destroys: the payer's own units, `own` of them, come last and are not paid.
    function _redemptions(
        uint256[] memory units,
        uint256 price,
        address payer,
        address[] calldata holders
    ) private pure returns (uint256[] memory payments, uint256[] memory burns, uint256 own) {
        payments = new uint256[](holders.length);
        burns = new uint256[](holders.length);
        uint256 count = 0;
        for (uint256 i = 0; i < holders.length; ++i) {
            if (units[i] == 0) continue;
            if (holders[i] == payer) {
                own = units[i];
                continue;
            }
            uint256 key = uint256(uint160(holders[i])) << 96;
            unchecked {
                // units and price fit 64 bits, and what the issue is redeemed for fits 96
                payments[count] = key | (units[i] * price);
            }
            burns[count++] = key | units[i];
        }
        _shrink(payments, count);
        if (own != 0) burns[count++] = (uint256(uint160(payer)) << 96) | own;
        _shrink(burns, count);
    }

    /// @dev Who was not paid keeps its units: its entry becomes one that destroys nothing.
    function _deferred(IBond bond, uint256 burn) private returns (uint256) {
        emit RedemptionDeferred(address(bond), address(uint160(burn >> 96)), uint96(burn));
        return burn - uint96(burn);
    }

    function _capture(
        IHoldLedger currency,
        Hold calldata funding,
        uint256[] memory entries
    ) internal returns (uint256 captured, uint256[] memory skipped) {
        if (entries.length == 0) return (0, entries);
        return currency.captureHoldToMany(funding, entries);
    }

    function _release(IBond bond, Hold calldata funding, bytes32 required) private {
        _requireReference(bond, funding, required);
        uint256 released = IHoldLedger(bond.currency()).releaseHold(funding);
        emit FundingReleased(address(bond), funding.payer, required, released);
    }

    function _requireFunding(
        IBond bond,
        Hold calldata funding,
        bytes32 required,
        uint256 unpaid
    ) private view returns (IHoldLedger currency) {
        _requireReference(bond, funding, required);
        currency = IHoldLedger(bond.currency());
        (uint256 available, ) = currency.holdState(currency.holdId(funding));
        require(available >= unpaid, FundingInsufficient(address(bond), available, unpaid));
    }

    function _requireDue(IBond bond, uint256 k) internal view {
        uint256 paymentTime = bond.coupon(k).paymentTime;
        require(block.timestamp >= paymentTime, CouponNotDue(address(bond), k, paymentTime, block.timestamp));
    }

    function _requireReference(IBond bond, Hold calldata funding, bytes32 required) internal pure {
        require(funding.businessRef == required, FundingReferenceInvalid(address(bond), funding.businessRef, required));
    }

    function _requireAgent(IBond bond) private view {
        REGISTER.requireToken(address(bond));
        require(
            msg.sender == bond.issuer() || msg.sender == bond.payingAgent(),
            CorporateActionCallerInvalid(address(bond), msg.sender)
        );
    }

    function _requirePhase(IBond bond, uint256 k, Phase required) internal view returns (CouponRun memory run) {
        run = _runs[bond][k];
        require(run.phase == required, CouponPhaseInvalid(address(bond), k, run.phase, required));
    }

    function _cut(CouponRun memory run) internal pure returns (CouponCut memory) {
        return CouponCut({remainder: run.cutRemainder, position: run.cutPosition});
    }

    function _shrink(uint256[] memory list, uint256 length) private pure {
        assembly ("memory-safe") {
            // the caller has filled the first `length` entries, so the list only gets shorter
            mstore(list, length)
        }
    }
}
