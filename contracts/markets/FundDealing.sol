// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IClaimToken} from "../assets/IClaimToken.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {IERC7943Fungible} from "../ledger/IERC7943.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {HeldCover} from "./HeldCover.sol";
import {DepositOrder, IDepositTransfers} from "./IDepositTransfers.sol";
import {FundDay, FundOrder, FundOrderKind, FundOrderStatus, FundTerms, IFundDealing} from "./IFundDealing.sol";

/// @title FundDealing
/// @notice See {IFundDealing}.
contract FundDealing is IFundDealing, AccessManaged, EIP712 {
    using HeldCover for IHoldLedger;

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "FundOrder(uint8 kind,address investor,address cash,uint256 amount,uint32 day,bytes32 salt)"
    );

    /// @dev Money has 2 decimals, units 4, a NAV 6: 10^(6 + 4 − 2).
    uint256 private constant SCALE = 1e8;
    uint256 private constant BAND_SCALE = 10_000;

    /// @inheritdoc IFundDealing
    uint256 public constant MAX_PAGE = 64;
    /// @inheritdoc IFundDealing
    uint256 public constant MAX_AHEAD = 7;

    address private immutable UNITS;
    IDepositTransfers private immutable TRANSFERS;
    address private immutable CASH;
    address private immutable FUND;
    uint256 private immutable CUT_OFF;
    uint256 private immutable WEEKDAYS;
    uint256 private immutable PATIENCE;
    uint256 private immutable FIRST_BAND;
    uint256 private immutable FIRST_NAV;

    address private _administrator;
    uint64 private _lastNav;
    uint32 private _lastDay;
    uint16 private _navBand;
    mapping(uint32 day => FundDay) private _days;
    mapping(bytes32 id => FundOrderStatus) private _statuses;

    /// @dev The authority of the units is this contract's, too.
    constructor(
        FundTerms memory terms_,
        address administrator_
    ) AccessManaged(IAccessManaged(terms_.units).authority()) EIP712("FundDealing", "1") {
        require(
            terms_.cutOff < 1 days &&
                terms_.weekdays != 0 &&
                terms_.weekdays < 1 << 7 &&
                terms_.patience != 0 &&
                terms_.firstNav != 0 &&
                terms_.account != address(0) &&
                _isPayable(terms_),
            FundTermsInvalid()
        );
        UNITS = terms_.units;
        TRANSFERS = IDepositTransfers(terms_.transfers);
        CASH = terms_.cash;
        FUND = terms_.account;
        CUT_OFF = terms_.cutOff;
        WEEKDAYS = terms_.weekdays;
        PATIENCE = terms_.patience;
        FIRST_BAND = terms_.navBand;
        FIRST_NAV = terms_.firstNav;
        _lastNav = terms_.firstNav;
        _setNavBand(terms_.navBand);
        _setAdministrator(administrator_);
    }

    // -------------------------------------------------------------------- price

    /// @inheritdoc IFundDealing
    function publishNav(uint32 day, uint64 nav) external {
        require(msg.sender == _administrator, FundCallerNotAdministrator(msg.sender, _administrator));
        require(isDealingDay(day), FundDayInvalid(day));
        require(day > _lastDay, NavOutOfOrder(day, _lastDay));
        (uint256 from, uint256 until) = timesOf(day);
        require(block.timestamp >= from && block.timestamp < until, NavTimeInvalid(day, from, until, block.timestamp));
        uint256 last = _lastNav;
        uint256 difference = (last * _navBand) / BAND_SCALE;
        require(
            nav >= last - difference && nav <= last + difference,
            NavOutOfBand(nav, last - difference, last + difference)
        );
        (_lastNav, _lastDay) = (nav, day);
        (_days[day].nav, _days[day].published) = (nav, uint48(block.timestamp));
        emit NavPublished(day, msg.sender, nav);
    }

    /// @inheritdoc IFundDealing
    function setAdministrator(address administrator_) external restricted {
        _setAdministrator(administrator_);
    }

    /// @inheritdoc IFundDealing
    function setNavBand(uint16 band) external restricted {
        _setNavBand(band);
    }

    // ------------------------------------------------------------------- orders

    /// @inheritdoc IFundDealing
    function place(
        FundOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = orderId(order);
        address investor = order.investor;
        _requireStatus(id, FundOrderStatus.None);
        require(isDealingDay(order.day), FundDayInvalid(order.day));
        _requireTaking(id, order.day);
        require(msg.sender == investor || Signatures.isValid(investor, id, consent), FundConsentInvalid(id, investor));
        require(IERC7943Fungible(UNITS).canReceive(investor), FundInvestorInvalid(investor));

        _statuses[id] = FundOrderStatus.Placed;
        ++_days[order.day].open;
        emit FundOrderPlaced(id, investor, order.day, order);
        if (order.kind == FundOrderKind.Subscription) {
            // the consent to this order is none to the payment: that takes a hold, or the investor's trust in this code
            TRANSFERS.place(_payment(id, order), "", holdSignature);
        } else {
            Hold memory hold = _unitsHold(id, order);
            if (!IHoldLedger(UNITS).isInPlace(hold)) IHoldLedger(UNITS).place(hold, holdSignature);
        }
    }

    /// @inheritdoc IFundDealing
    function cancel(FundOrder calldata order) external {
        bytes32 id = orderId(order);
        require(msg.sender == order.investor, FundOrderCallerInvalid(id, msg.sender, order.investor));
        _requireStatus(id, FundOrderStatus.Placed);
        _requireTaking(id, order.day);
        _end(id, order.day, FundOrderStatus.Cancelled);
        emit FundOrderCancelled(id, order.investor, order.day);
        _giveBack(id, order);
    }

    /// @inheritdoc IFundDealing
    function deal(FundOrder calldata order) external {
        bytes32 id = orderId(order);
        _requireStatus(id, FundOrderStatus.Placed);
        (, uint256 deadline) = timesOf(order.day);
        require(block.timestamp < deadline, FundDealingOver(id, deadline, block.timestamp));
        _end(id, order.day, FundOrderStatus.Dealt);
        if (order.kind == FundOrderKind.Subscription) _subscribe(id, order);
        else _redeem(id, order);
    }

    /// @inheritdoc IFundDealing
    function dealMany(FundOrder[] calldata orders) external returns (bool[] memory dealt) {
        require(orders.length <= MAX_PAGE, FundPageExceeded(orders.length, MAX_PAGE));
        dealt = new bool[](orders.length);
        for (uint256 i = 0; i < orders.length; ++i) {
            // a call to oneself, so that a refusal undoes this order alone
            try this.deal(orders[i]) {
                dealt[i] = true;
            } catch (bytes memory reason) {
                emit FundOrderNotDealt(orderId(orders[i]), reason);
            }
        }
    }

    /// @inheritdoc IFundDealing
    function lapse(FundOrder calldata order) external {
        bytes32 id = orderId(order);
        _requireStatus(id, FundOrderStatus.Placed);
        (, uint256 deadline) = timesOf(order.day);
        require(block.timestamp >= deadline, FundDealingNotOver(id, deadline, block.timestamp));
        _end(id, order.day, FundOrderStatus.Lapsed);
        emit FundOrderLapsed(id, order.investor, order.day);
        _giveBack(id, order);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IFundDealing
    function previewSubscription(uint32 day, uint256 money) public view returns (uint256 units) {
        return (money * SCALE) / _nav(day);
    }

    /// @inheritdoc IFundDealing
    function previewRedemption(uint32 day, uint256 units) public view returns (uint256 money) {
        return (units * _nav(day)) / SCALE;
    }

    /// @inheritdoc IFundDealing
    function orderId(FundOrder calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @inheritdoc IFundDealing
    function paymentOf(FundOrder calldata order) external view returns (DepositOrder memory) {
        return _payment(orderId(order), order);
    }

    /// @inheritdoc IFundDealing
    function holdOf(FundOrder calldata order) external view returns (Hold memory) {
        return _unitsHold(orderId(order), order);
    }

    /// @inheritdoc IFundDealing
    function statusOf(bytes32 id) external view returns (FundOrderStatus) {
        return _statuses[id];
    }

    /// @inheritdoc IFundDealing
    function dayOf(uint32 day) external view returns (FundDay memory) {
        return _days[day];
    }

    /// @inheritdoc IFundDealing
    function isDealingDay(uint32 day) public view returns (bool) {
        // 1 January 1970 was a Thursday
        return (WEEKDAYS >> ((uint256(day) + 3) % 7)) & 1 != 0;
    }

    /// @inheritdoc IFundDealing
    function nextDealingDay(uint256 time) external view returns (uint32 day) {
        // a day fits 16 bits until 2149
        day = uint32(Calendar.dayOf(time));
        (uint256 cutOff, ) = timesOf(day);
        if (time >= cutOff) ++day;
        while (!isDealingDay(day)) ++day;
    }

    /// @inheritdoc IFundDealing
    function timesOf(uint32 day) public view returns (uint256 cutOff, uint256 deadline) {
        cutOff = uint256(day) * 1 days + CUT_OFF - Calendar.OFFSET;
        deadline = cutOff + PATIENCE;
    }

    /// @inheritdoc IFundDealing
    function administrator() external view returns (address) {
        return _administrator;
    }

    /// @inheritdoc IFundDealing
    function lastNav() external view returns (uint64 nav, uint32 day, uint16 band) {
        return (_lastNav, _lastDay, _navBand);
    }

    /// @inheritdoc IFundDealing
    function terms() external view returns (FundTerms memory) {
        return
            FundTerms({
                units: UNITS,
                transfers: address(TRANSFERS),
                cash: CASH,
                account: FUND,
                cutOff: uint32(CUT_OFF),
                weekdays: uint8(WEEKDAYS),
                patience: uint32(PATIENCE),
                navBand: uint16(FIRST_BAND),
                firstNav: uint64(FIRST_NAV)
            });
    }

    // ---------------------------------------------------------------- internals

    function _subscribe(bytes32 id, FundOrder calldata order) private {
        uint256 units = previewSubscription(order.day, order.amount);
        require(units != 0, FundOrderWorthless(id, order.amount, _days[order.day].nav));
        emit FundOrderDealt(id, order.investor, order.day, order.kind, order.amount, units);
        TRANSFERS.execute(_payment(id, order), "", "");
        IClaimToken(UNITS).issue(order.investor, units, id);
    }

    function _redeem(bytes32 id, FundOrder calldata order) private {
        uint256 money = previewRedemption(order.day, order.amount);
        require(money != 0, FundOrderWorthless(id, order.amount, _days[order.day].nav));
        emit FundOrderDealt(id, order.investor, order.day, order.kind, money, order.amount);
        IClaimToken(UNITS).redeemHeld(_unitsHold(id, order), order.amount, id);
        TRANSFERS.execute(
            DepositOrder(FUND, order.investor, CASH, order.cash, money, uint48(block.timestamp), address(this), id),
            "",
            ""
        );
    }

    /// @dev From the deadline on anyone may have given it back at the ledger itself.
    function _giveBack(bytes32 id, FundOrder calldata order) private {
        if (order.kind == FundOrderKind.Subscription) {
            DepositOrder memory payment = _payment(id, order);
            if (IHoldLedger(order.cash).isInPlace(TRANSFERS.holdOf(payment))) TRANSFERS.withdraw(payment);
        } else {
            Hold memory hold = _unitsHold(id, order);
            if (IHoldLedger(UNITS).isInPlace(hold)) IHoldLedger(UNITS).releaseHold(hold);
        }
    }

    /// @dev The one place that ends an order.
    function _end(bytes32 id, uint32 day, FundOrderStatus status) private {
        _statuses[id] = status;
        --_days[day].open;
    }

    function _setAdministrator(address administrator_) private {
        emit FundAdministratorSet(_administrator, administrator_);
        _administrator = administrator_;
    }

    function _setNavBand(uint16 band) private {
        require(band != 0 && band < BAND_SCALE, FundBandInvalid(band));
        emit NavBandSet(_navBand, band);
        _navBand = band;
    }

    /// @dev One currency throughout, and cash that the transfers know.
    function _isPayable(FundTerms memory terms_) private view returns (bool) {
        IDepositTransfers transfers = IDepositTransfers(terms_.transfers);
        address currency = transfers.CURRENCY();
        return
            IClaimToken(terms_.units).CURRENCY() == currency &&
            (terms_.cash == currency || transfers.bankOf(terms_.cash) != 0);
    }

    function _payment(bytes32 id, FundOrder calldata order) private view returns (DepositOrder memory) {
        (, uint256 deadline) = timesOf(order.day);
        // orders are of days near today, whose times fit 48 bits
        uint48 notAfter = uint48(deadline - 1);
        return DepositOrder(order.investor, FUND, order.cash, CASH, order.amount, notAfter, address(this), id);
    }

    function _unitsHold(bytes32 id, FundOrder calldata order) private view returns (Hold memory) {
        (, uint256 deadline) = timesOf(order.day);
        return Hold(order.investor, address(0), address(this), order.amount, deadline, id);
    }

    function _nav(uint32 day) private view returns (uint256 nav) {
        nav = _days[day].nav;
        require(nav != 0, NavMissing(day));
    }

    function _requireTaking(bytes32 id, uint32 day) private view {
        (uint256 cutOff, ) = timesOf(day);
        require(
            block.timestamp < cutOff && day <= Calendar.dayOf(block.timestamp) + MAX_AHEAD,
            FundOrderTimeInvalid(id, cutOff, block.timestamp)
        );
    }

    function _requireStatus(bytes32 id, FundOrderStatus needed) private view {
        FundOrderStatus status = _statuses[id];
        require(status == needed, FundOrderStatusInvalid(id, status));
    }
}
