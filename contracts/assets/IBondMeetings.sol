// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBond} from "./IBond.sol";

/// @title IBondMeetings
/// @notice Holders of a structured bond decide on a resolution, one vote a unit held at a record date.
/// @dev Times are Unix seconds. Immutable, without owner. The record date of a meeting is that of one of the bond's
/// coupons: the bond knows what everybody held then, as long as the coupon is not settled, and voting ends at its payment
/// time at the latest. So votes need no holds: units stay free to be sold while their former holders vote, and a unit
/// that changes hands is not voted twice. Pledged units are voted by their owner, as their coupon is paid to it.
///
/// Quorum and majority are the bond's ({IBondStructure-meetingRules}). Units that the issuer held at the record date do
/// not vote and do not count. Abstentions count for the quorum alone. The resolution is carried if the votes are the
/// quorum at least, of the units outstanding, and those for it are the majority at least, of those for and against.
///
/// What is recorded is that holders decided; what follows from it is done elsewhere.
/// Not protected: a meeting needs a coupon's record date; a bond without coupons has none.
interface IBondMeetings {
    /// @notice Nothing known; convened, and votes are taken from the record date on; cancelled; ended with the
    /// resolution carried, lost, or without enough votes.
    enum Phase {
        None,
        Convened,
        Cancelled,
        Carried,
        Lost,
        Inquorate
    }

    /// @notice What a vote says.
    enum Vote {
        For,
        Against,
        Abstain
    }

    /// @param k Coupon whose record date it is.
    /// @param recordTime From it on votes are taken.
    /// @param until Votes are taken before it.
    /// @param inFavour Units for the resolution.
    /// @param against Units against it.
    /// @param abstained Units that only count for the quorum.
    /// @param outstanding Units that could vote; known from the first vote on.
    struct Meeting {
        IBond bond;
        Phase phase;
        uint16 k;
        uint48 recordTime;
        uint48 until;
        uint64 inFavour;
        uint64 against;
        uint64 abstained;
        uint64 outstanding;
        bytes32 resolution;
    }

    /// @notice Holders at the record date of coupon `k` vote on `resolution`, the hash of its text.
    event MeetingConvened(
        bytes32 indexed id,
        address indexed bond,
        uint256 indexed k,
        bytes32 resolution,
        uint256 recordTime,
        uint256 until
    );
    /// @notice The meeting does not take place.
    event MeetingCancelled(bytes32 indexed id, bytes32 reason);
    /// @notice `holder` voted with the `units` that it held at the record date.
    event VoteCast(bytes32 indexed id, address indexed holder, Vote vote, uint256 units);
    /// @notice The meeting ended with this result.
    event MeetingEnded(
        bytes32 indexed id,
        Phase result,
        uint256 inFavour,
        uint256 against,
        uint256 abstained,
        uint256 outstanding
    );

    /// @notice The bond has no rules for meetings.
    error MeetingBondNotStructured(address bond);
    /// @notice The meeting exists.
    error MeetingKnown(bytes32 id);
    /// @notice The meeting is in another phase.
    error MeetingPhaseInvalid(bytes32 id, Phase current, Phase required);
    /// @notice A meeting is convened with the notice that the terms ask for.
    error MeetingNoticeTooShort(bytes32 id, uint256 recordTime, uint256 notice, uint256 time);
    /// @notice Voting ends after the record date, and at the coupon's payment time at the latest.
    error MeetingEndInvalid(bytes32 id, uint256 until, uint256 recordTime, uint256 paymentTime);
    /// @notice The bond is redeemed before the record date.
    error MeetingOvertaken(bytes32 id, uint256 recordTime, uint256 maturity);
    /// @notice This is done in another window of time.
    error MeetingTimeInvalid(bytes32 id, uint256 from, uint256 until, uint256 time);
    /// @notice The issuer does not vote.
    error VoteOfIssuer(bytes32 id, address issuer);
    /// @notice The account held nothing at the record date.
    error VoteWithoutUnits(bytes32 id, address holder);
    /// @notice The account has voted.
    error VoteKnown(bytes32 id, address holder);

    /// @notice Calls the holders at the record date of coupon `k` to vote.
    /// @dev Caller: the bond's issuer or paying agent. Reverts with AssetTokenUnknown, CorporateActionCallerInvalid,
    /// {MeetingBondNotStructured}, {MeetingKnown}, BondCouponUnknown, {MeetingNoticeTooShort}, {MeetingEndInvalid},
    /// {MeetingOvertaken}.
    function convene(IBond bond, uint256 k, bytes32 resolution, uint48 until) external returns (bytes32 id);

    /// @notice Calls the meeting off before its record date.
    /// @dev Caller: the bond's issuer or paying agent. Reverts with {MeetingPhaseInvalid}, {MeetingTimeInvalid},
    /// CorporateActionCallerInvalid.
    /// @param reason Hash of the decision.
    function cancelMeeting(bytes32 id, bytes32 reason) external;

    /// @notice Votes with all units that the caller held at the record date, once.
    /// @dev Caller: a holder at the record date. Reverts with {MeetingPhaseInvalid}, {MeetingTimeInvalid},
    /// {VoteOfIssuer}, {VoteKnown}, {VoteWithoutUnits}.
    function castVote(bytes32 id, Vote vote) external;

    /// @notice Records the result.
    /// @dev Anyone, once voting has ended. Reverts with {MeetingPhaseInvalid}, {MeetingTimeInvalid}.
    function endMeeting(bytes32 id) external;

    /// @notice The meeting; all zero when unknown.
    function meetingOf(bytes32 id) external view returns (Meeting memory);

    /// @notice Whether `holder` has voted.
    function hasVoted(bytes32 id, address holder) external view returns (bool);

    /// @notice Id of a meeting.
    function meetingId(IBond bond, uint256 k, bytes32 resolution) external pure returns (bytes32);

    /// @notice The register whose bonds these are.
    function assetRegistry() external view returns (address);
}
