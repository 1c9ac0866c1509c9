// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {Coupon, IBond} from "./IBond.sol";
import {IBondMeetings} from "./IBondMeetings.sol";
import {ICorporateActions} from "./ICorporateActions.sol";
import {IStructuredBond} from "./IStructuredBond.sol";

/// @title BondMeetings
/// @notice See {IBondMeetings}.
contract BondMeetings is IBondMeetings {
    uint256 private constant WHOLE = 10_000;

    IAssetRegistry private immutable REGISTER;

    mapping(bytes32 id => Meeting) private _meetings;
    mapping(bytes32 id => mapping(address holder => bool)) private _voted;

    constructor(IAssetRegistry register_) {
        REGISTER = register_;
    }

    /// @inheritdoc IBondMeetings
    function convene(IBond bond, uint256 k, bytes32 resolution, uint48 until) external returns (bytes32 id) {
        REGISTER.requireToken(address(bond));
        _requireAgent(bond);
        bool structured = IERC165(address(bond)).supportsInterface(type(IStructuredBond).interfaceId);
        require(structured, MeetingBondNotStructured(address(bond)));
        id = meetingId(bond, k, resolution);
        require(_meetings[id].phase == Phase.None, MeetingKnown(id));
        Coupon memory coupon = bond.coupon(k);
        _requireDates(id, bond, coupon, until);
        _meetings[id] = Meeting({
            bond: bond,
            phase: Phase.Convened,
            // k < coupons.length ≤ 65,535
            k: uint16(k),
            recordTime: coupon.recordTime,
            until: until,
            inFavour: 0,
            against: 0,
            abstained: 0,
            outstanding: 0,
            resolution: resolution
        });
        emit MeetingConvened(id, address(bond), k, resolution, coupon.recordTime, until);
    }

    /// @inheritdoc IBondMeetings
    function cancelMeeting(bytes32 id, bytes32 reason) external {
        Meeting storage meeting = _convened(id);
        _requireAgent(meeting.bond);
        _requireTime(id, 0, meeting.recordTime);
        meeting.phase = Phase.Cancelled;
        emit MeetingCancelled(id, reason);
    }

    /// @inheritdoc IBondMeetings
    function castVote(bytes32 id, Vote vote) external {
        Meeting storage meeting = _convened(id);
        _requireTime(id, meeting.recordTime, meeting.until);
        (IBond bond, uint256 k) = (meeting.bond, meeting.k);
        address issuer = bond.issuer();
        require(msg.sender != issuer, VoteOfIssuer(id, issuer));
        require(!_voted[id][msg.sender], VoteKnown(id, msg.sender));
        // a holding at a record date is at most the issue, which fits 64 bits
        uint64 units = uint64(bond.entitlement(k, msg.sender));
        require(units != 0, VoteWithoutUnits(id, msg.sender));

        _voted[id][msg.sender] = true;
        if (meeting.outstanding == 0) meeting.outstanding = uint64(bond.issueSize() - bond.entitlement(k, issuer));
        if (vote == Vote.For) meeting.inFavour += units;
        else if (vote == Vote.Against) meeting.against += units;
        else meeting.abstained += units;
        emit VoteCast(id, msg.sender, vote, units);
    }

    /// @inheritdoc IBondMeetings
    function endMeeting(bytes32 id) external {
        Meeting storage meeting = _convened(id);
        _requireTime(id, meeting.until, type(uint256).max);
        Phase result = _result(meeting);
        meeting.phase = result;
        emit MeetingEnded(id, result, meeting.inFavour, meeting.against, meeting.abstained, meeting.outstanding);
    }

    /// @inheritdoc IBondMeetings
    function meetingOf(bytes32 id) external view returns (Meeting memory) {
        return _meetings[id];
    }

    /// @inheritdoc IBondMeetings
    function hasVoted(bytes32 id, address holder) external view returns (bool) {
        return _voted[id][holder];
    }

    /// @inheritdoc IBondMeetings
    function meetingId(IBond bond, uint256 k, bytes32 resolution) public pure returns (bytes32) {
        return keccak256(abi.encode("meeting", bond, k, resolution));
    }

    /// @inheritdoc IBondMeetings
    function assetRegistry() external view returns (address) {
        return address(REGISTER);
    }

    function _result(Meeting storage meeting) private view returns (Phase) {
        (uint256 quorum, uint256 majority, ) = IStructuredBond(address(meeting.bond)).structure().meetingRules();
        (uint256 inFavour, uint256 against) = (meeting.inFavour, meeting.against);
        uint256 cast = inFavour + against + meeting.abstained;
        if (cast == 0 || cast * WHOLE < quorum * meeting.outstanding) return Phase.Inquorate;
        // nobody for it: not carried, even if all abstained
        bool carried = inFavour != 0 && inFavour * WHOLE >= majority * (inFavour + against);
        return carried ? Phase.Carried : Phase.Lost;
    }

    function _requireDates(bytes32 id, IBond bond, Coupon memory coupon, uint256 until) private view {
        (, , uint256 notice) = IStructuredBond(address(bond)).structure().meetingRules();
        (, uint256 maturity) = bond.lifetime();
        uint256 recordTime = coupon.recordTime;
        require(block.timestamp + notice < recordTime, MeetingNoticeTooShort(id, recordTime, notice, block.timestamp));
        require(recordTime <= maturity, MeetingOvertaken(id, recordTime, maturity));
        require(
            recordTime < until && until <= coupon.paymentTime,
            MeetingEndInvalid(id, until, recordTime, coupon.paymentTime)
        );
    }

    function _requireTime(bytes32 id, uint256 from, uint256 until) private view {
        require(
            block.timestamp >= from && block.timestamp < until,
            MeetingTimeInvalid(id, from, until, block.timestamp)
        );
    }

    function _requireAgent(IBond bond) private view {
        require(
            msg.sender == bond.issuer() || msg.sender == bond.payingAgent(),
            ICorporateActions.CorporateActionCallerInvalid(address(bond), msg.sender)
        );
    }

    function _convened(bytes32 id) private view returns (Meeting storage meeting) {
        meeting = _meetings[id];
        require(meeting.phase == Phase.Convened, MeetingPhaseInvalid(id, meeting.phase, Phase.Convened));
    }
}
