// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssetRegistry} from "../assets/IAssetRegistry.sol";
import {IBond} from "../assets/IBond.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {
    EligibleAsset,
    ICollateral,
    PledgeState,
    PledgeStatus,
    PledgeTerms,
    Position,
    Selection
} from "./ICollateral.sol";
import {IPriceFixings} from "./IPriceFixings.sol";

/// @title Collateral
/// @notice See {ICollateral}.
/// @dev Terms and schedule come with each call and are recognised by digest and hash; a position is one word. Calls only the
/// engine and bonds on the register, none of which calls back.
contract Collateral is ICollateral, EIP712 {
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "PledgeTerms(address pledgor,address pledgee,address agent,address currency,address valuationAgent,bytes32 schedule,uint64 obligation,uint8 maxAge,uint48 opensBy,uint48 due,uint32 callPeriod,uint32 grace,bytes32 businessRef)"
    );
    uint256 private constant SCALE = 1e8;
    uint256 private constant NEVER = type(uint48).max;

    /// @inheritdoc ICollateral
    uint256 public constant MAX_POSITIONS = 16;
    /// @inheritdoc ICollateral
    address public immutable ENGINE;
    /// @inheritdoc ICollateral
    address public immutable REGISTER;
    /// @inheritdoc ICollateral
    address public immutable FIXINGS;
    uint256 private immutable PRICE_SCALE;

    mapping(bytes32 id => PledgeState) private _states;
    mapping(bytes32 id => Position[]) private _positions;

    constructor(ISettlementEngine engine, IAssetRegistry register, IPriceFixings fixings) EIP712("Collateral", "1") {
        ENGINE = address(engine);
        REGISTER = address(register);
        FIXINGS = address(fixings);
        PRICE_SCALE = fixings.PRICE_SCALE();
    }

    // ------------------------------------------------------------------ opening

    /// @inheritdoc ICollateral
    function open(
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        Selection[] calldata selected,
        bytes calldata pledgorConsent,
        bytes calldata pledgeeConsent
    ) external returns (bytes32 id) {
        id = pledgeId(terms);
        _requireNew(id);
        _requireSound(id, terms);
        _requireSelector(id, terms);
        require(block.timestamp <= terms.opensBy, PledgeExpired(id, terms.opensBy, block.timestamp));
        _requireConsent(id, terms.pledgor, pledgorConsent);
        _requireConsent(id, terms.pledgee, pledgeeConsent);
        _requireSchedule(id, terms, schedule);
        PledgeState storage state = _states[id];
        (state.status, state.outstanding) = (PledgeStatus.Active, terms.obligation);
        emit PledgeOpened(id, terms.pledgor, terms.pledgee, terms);
        _pledge(id, terms, schedule, selected);
        _requireCovered(id, terms, schedule);
    }

    /// @inheritdoc ICollateral
    function withdraw(PledgeTerms calldata terms) external returns (bytes32 id) {
        id = pledgeId(terms);
        require(msg.sender == terms.pledgor || msg.sender == terms.pledgee, PledgeCallerInvalid(id, msg.sender));
        _requireNew(id);
        _states[id].status = PledgeStatus.Withdrawn;
        emit PledgeWithdrawn(id, msg.sender);
    }

    // --------------------------------------------------------------- collateral

    /// @inheritdoc ICollateral
    function rearrange(
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        uint256[] calldata freed,
        Selection[] calldata selected
    ) external {
        bytes32 id = _running(terms);
        _requireSelector(id, terms);
        _requireSchedule(id, terms, schedule);
        uint256 last = type(uint256).max;
        for (uint256 i = 0; i < freed.length; ++i) {
            uint256 positions = _positions[id].length;
            require(freed[i] < last && freed[i] < positions, PledgePositionInvalid(id, freed[i], positions));
            last = freed[i];
            _release(id, terms, _remove(id, last));
        }
        _pledge(id, terms, schedule, selected);
        _requireCovered(id, terms, schedule);
        if (_states[id].status == PledgeStatus.Active) return;
        _states[id].status = PledgeStatus.Active;
        emit PledgeCovered(id, terms.pledgor);
    }

    /// @inheritdoc ICollateral
    function mark(PledgeTerms calldata terms, EligibleAsset[] calldata schedule) external returns (uint256 cover) {
        bytes32 id = _running(terms);
        _requireSchedule(id, terms, schedule);
        PledgeState storage state = _states[id];
        uint256 outstanding = state.outstanding;
        cover = _cover(id, terms, schedule, outstanding);
        emit PledgeMarked(id, cover, outstanding);
        if (cover >= outstanding || state.status == PledgeStatus.Called) return cover;
        uint48 deadline = uint48(block.timestamp + terms.callPeriod);
        (state.status, state.callDeadline) = (PledgeStatus.Called, deadline);
        emit PledgeCalled(id, terms.pledgor, cover, outstanding, deadline);
    }

    // --------------------------------------------------------------- obligation

    /// @inheritdoc ICollateral
    function pay(PledgeTerms calldata terms, uint64 amount, bytes32 businessRef) external {
        bytes32 id = _running(terms);
        require(msg.sender == terms.pledgor, PledgeCallerInvalid(id, msg.sender));
        _reduce(id, terms, amount);
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(terms.currency, terms.pledgor, terms.pledgee, amount);
        ISettlementEngine(ENGINE).settle(
            Instruction({
                businessRef: businessRef,
                notBefore: 0,
                notAfter: type(uint48).max,
                nettable: false,
                legs: legs
            }),
            new bytes[](0),
            new Hold[](0)
        );
    }

    /// @inheritdoc ICollateral
    function acknowledge(PledgeTerms calldata terms, uint64 amount) external {
        bytes32 id = _running(terms);
        _requirePledgee(id, terms);
        _reduce(id, terms, amount);
    }

    // ------------------------------------------------------------------ default

    /// @inheritdoc ICollateral
    function declareDefault(PledgeTerms calldata terms) external {
        bytes32 id = _running(terms);
        _requirePledgee(id, terms);
        PledgeState storage state = _states[id];
        bool missed = state.status == PledgeStatus.Called && block.timestamp > state.callDeadline;
        require(missed || block.timestamp > uint256(terms.due) + terms.grace, PledgeDefaultNotEstablished(id));
        (state.status, state.defaultDay) = (PledgeStatus.Defaulted, uint24(Calendar.dayOf(block.timestamp)));
        emit PledgeDefaulted(id, terms.pledgor, state.defaultDay);
    }

    /// @inheritdoc ICollateral
    function enforce(PledgeTerms calldata terms) external {
        bytes32 id = pledgeId(terms);
        PledgeState memory state = _states[id];
        require(state.status == PledgeStatus.Defaulted, PledgeStatusInvalid(id, state.status));
        _requirePledgee(id, terms);
        Position[] memory positions = _positions[id];
        delete _positions[id];
        uint256 outstanding = state.outstanding;
        for (uint256 i = 0; i < positions.length; ++i) {
            outstanding -= _enforce(id, terms, positions[i], outstanding, state.defaultDay);
        }
        state.status = PledgeStatus.Enforced;
        state.outstanding = uint64(outstanding);
        _states[id] = state;
        emit PledgeEnforced(id, terms.pledgee, outstanding);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc ICollateral
    function pledgeId(PledgeTerms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(TERMS_TYPEHASH, terms)));
    }

    /// @inheritdoc ICollateral
    function stateOf(bytes32 id) external view returns (PledgeState memory) {
        return _states[id];
    }

    /// @inheritdoc ICollateral
    function positionsOf(bytes32 id) external view returns (Position[] memory) {
        return _positions[id];
    }

    /// @inheritdoc ICollateral
    function positionRef(bytes32 id, uint256 number) public pure returns (bytes32) {
        return keccak256(abi.encode(id, number));
    }

    // ---------------------------------------------------------------- internals

    function _pledge(
        bytes32 id,
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        Selection[] calldata selected
    ) private {
        Position[] storage positions = _positions[id];
        uint256 count = positions.length + selected.length;
        require(count <= MAX_POSITIONS, PledgePositionsExceeded(id, count, MAX_POSITIONS));
        uint32 number = _states[id].placed;
        // as many positions as that would take longer than anybody has
        _states[id].placed = number + uint32(selected.length);
        for (uint256 i = 0; i < selected.length; ++i) {
            (address bond, uint64 units) = (selected[i].bond, selected[i].units);
            _requireEligible(id, terms, schedule, bond);
            Position memory position = Position(bond, units, number++);
            positions.push(position);
            emit PositionPledged(id, bond, position.number, units);
            IHoldLedger(bond).placeHoldFrom(_hold(id, terms, position));
        }
    }

    /// @dev The last position takes the place of the one that goes.
    function _remove(bytes32 id, uint256 index) private returns (Position memory position) {
        Position[] storage positions = _positions[id];
        position = positions[index];
        positions[index] = positions[positions.length - 1];
        positions.pop();
    }

    function _release(bytes32 id, PledgeTerms calldata terms, Position memory position) private {
        uint256 released = IHoldLedger(position.bond).releaseHold(_hold(id, terms, position));
        emit PositionReleased(id, position.bond, position.number, released);
    }

    /// @dev Works while everything is halted, so that nobody who has paid waits.
    function _reduce(bytes32 id, PledgeTerms calldata terms, uint64 amount) private {
        PledgeState storage state = _states[id];
        uint64 outstanding = state.outstanding;
        require(amount != 0 && amount <= outstanding, PledgeAmountInvalid(id, amount, outstanding));
        outstanding -= amount;
        state.outstanding = outstanding;
        emit ObligationPaid(id, msg.sender, amount, outstanding);
        if (outstanding != 0) return;
        state.status = PledgeStatus.Discharged;
        emit PledgeDischarged(id, terms.pledgor);
        while (_positions[id].length != 0) _release(id, terms, _remove(id, _positions[id].length - 1));
    }

    /// @dev What the position pays off, minor units.
    function _enforce(
        bytes32 id,
        PledgeTerms calldata terms,
        Position memory position,
        uint256 outstanding,
        uint256 defaultDay
    ) private returns (uint256 value) {
        (uint256 price, uint256 day) = IPriceFixings(FIXINGS).lastFixing(terms.valuationAgent, position.bond);
        require(
            day >= defaultDay || Calendar.dayOf(block.timestamp) > defaultDay + terms.maxAge,
            PledgeFixingPending(id, position.bond, day, defaultDay)
        );
        // what is worth nothing pays nothing
        uint256 units = price == 0 ? 0 : (outstanding * PRICE_SCALE + price - 1) / price;
        if (units > position.units) units = position.units;
        if (units != 0) {
            value = (units * price) / PRICE_SCALE;
            if (value > outstanding) value = outstanding;
            emit PositionCaptured(id, position.bond, position.number, units, value);
            IHoldLedger(position.bond).captureHold(_hold(id, terms, position), terms.pledgee, units);
        }
        if (units < position.units) _release(id, terms, position);
    }

    /// @dev What counts of the collateral: at most 16 lines by 16 positions.
    function _cover(
        bytes32 id,
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        uint256 outstanding
    ) private view returns (uint256 cover) {
        Position[] memory positions = _positions[id];
        for (uint256 a = 0; a < schedule.length; ++a) {
            EligibleAsset calldata line = schedule[a];
            uint256 units = 0;
            for (uint256 i = 0; i < positions.length; ++i) {
                if (positions[i].bond == line.bond) units += positions[i].units;
            }
            if (units == 0) continue;
            (uint256 price, ) = IPriceFixings(FIXINGS).requireFixing(terms.valuationAgent, line.bond, terms.maxAge);
            uint256 value = (units * price * (SCALE - line.haircut)) / (PRICE_SCALE * SCALE);
            uint256 limit = (outstanding * line.limit) / SCALE;
            cover += value < limit ? value : limit;
        }
    }

    function _hold(
        bytes32 id,
        PledgeTerms calldata terms,
        Position memory position
    ) private view returns (Hold memory) {
        return
            Hold({
                payer: terms.pledgor,
                payee: terms.pledgee,
                executor: address(this),
                amount: position.units,
                expiry: NEVER,
                businessRef: positionRef(id, position.number)
            });
    }

    function _running(PledgeTerms calldata terms) private view returns (bytes32 id) {
        id = pledgeId(terms);
        PledgeStatus status = _states[id].status;
        require(status == PledgeStatus.Active || status == PledgeStatus.Called, PledgeStatusInvalid(id, status));
    }

    function _requireNew(bytes32 id) private view {
        PledgeStatus status = _states[id].status;
        require(status == PledgeStatus.None, PledgeStatusInvalid(id, status));
    }

    function _requireSound(bytes32 id, PledgeTerms calldata terms) private pure {
        bool parties = terms.pledgor != terms.pledgee && terms.pledgor != address(0) && terms.pledgee != address(0);
        require(
            parties && terms.obligation != 0 && terms.opensBy < terms.due && terms.callPeriod != 0,
            PledgeTermsInvalid(id)
        );
    }

    function _requireSelector(bytes32 id, PledgeTerms calldata terms) private view {
        require(msg.sender == terms.pledgor || msg.sender == terms.agent, PledgeCallerInvalid(id, msg.sender));
    }

    function _requirePledgee(bytes32 id, PledgeTerms calldata terms) private view {
        require(msg.sender == terms.pledgee, PledgeCallerInvalid(id, msg.sender));
    }

    function _requireConsent(bytes32 id, address party, bytes calldata consent) private view {
        require(msg.sender == party || Signatures.isValid(party, id, consent), PledgeConsentInvalid(id, party));
    }

    /// @dev Lines that rise are different bonds: none is counted twice.
    function _requireSchedule(bytes32 id, PledgeTerms calldata terms, EligibleAsset[] calldata schedule) private pure {
        bytes32 hash = keccak256(abi.encode(schedule));
        bool sound = hash == terms.schedule && schedule.length <= MAX_POSITIONS;
        address last = address(0);
        for (uint256 i = 0; sound && i < schedule.length; ++i) {
            sound = schedule[i].bond > last && schedule[i].haircut < SCALE && schedule[i].limit != 0;
            last = schedule[i].bond;
        }
        require(sound, PledgeScheduleInvalid(id, hash));
    }

    function _requireEligible(
        bytes32 id,
        PledgeTerms calldata terms,
        EligibleAsset[] calldata schedule,
        address bond
    ) private view {
        bool listed = false;
        for (uint256 i = 0; i < schedule.length && !listed; ++i) listed = schedule[i].bond == bond;
        require(listed, PledgeAssetIneligible(id, bond));
        IAssetRegistry(REGISTER).requireToken(bond);
        require(IBond(bond).currency() == terms.currency, PledgeAssetIneligible(id, bond));
    }

    function _requireCovered(bytes32 id, PledgeTerms calldata terms, EligibleAsset[] calldata schedule) private view {
        uint256 outstanding = _states[id].outstanding;
        uint256 cover = _cover(id, terms, schedule, outstanding);
        require(cover >= outstanding, PledgeCoverInsufficient(id, cover, outstanding));
    }
}
