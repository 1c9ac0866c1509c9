// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IFixings
/// @notice Values that a named agent publishes once for each reference day: a reference rate that coupons float with, an
/// exchange rate that a coupon is paid in another currency at.
/// @dev An index is a name (keccak256 of its text). Values are scaled by 1e8: a rate of 2.15 % a year is 2_150_000, a
/// price of 0.92 is 92_000_000; a rate can be negative. Days are numbers since 1970-01-01, UTC+8. Times are Unix seconds.
///
/// Correction rule. A value can be replaced by its agent for {CORRECTION_WINDOW} after it was published, and never
/// afterwards. Whoever computes with fixings gets a value only from then on, so that no amount changes once it could be
/// used. A missing fixing stops what needs it, by name; nothing takes its place.
///
/// Assumed: the agent publishes what it observed. Not protected: a wrong value that nobody corrects in time stands.
interface IFixings {
    /// @notice `current` publishes the index from now on; zero: nobody.
    event FixingAgentNamed(bytes32 indexed index, address indexed previous, address indexed current);
    /// @notice The index was fixed for a day.
    event FixingPublished(bytes32 indexed index, uint256 indexed day, int256 value);
    /// @notice The value of a day was replaced within the correction window.
    event FixingCorrected(bytes32 indexed index, uint256 indexed day, int256 previous, int256 current);

    /// @notice Only the index's agent may do this.
    error FixingCallerInvalid(bytes32 index, address caller, address agent);
    /// @notice The day's value has been published.
    error FixingKnown(bytes32 index, uint256 day);
    /// @notice Nobody has published a value for this day.
    error FixingMissing(bytes32 index, uint256 day);
    /// @notice A day is not fixed before it has begun.
    error FixingDayAhead(bytes32 index, uint256 day, uint256 today);
    /// @notice The correction window is over.
    error FixingFinal(bytes32 index, uint256 day, uint256 finalFrom, uint256 time);
    /// @notice The value can still be corrected, so nothing is computed with it yet.
    error FixingProvisional(bytes32 index, uint256 day, uint256 finalFrom, uint256 time);

    /// @notice Names who publishes an index; zero for nobody.
    /// @dev Restricted (governor). What was published stays.
    function nameAgent(bytes32 index, address agent) external;

    /// @notice Publishes the value of a day, once.
    /// @dev Caller: the index's agent. Reverts with {FixingCallerInvalid}, {FixingDayAhead}, {FixingKnown}.
    function publish(bytes32 index, uint24 day, int48 value) external;

    /// @notice Replaces the value of a day within the correction window, which does not begin anew.
    /// @dev Caller: the index's agent. Reverts with {FixingCallerInvalid}, {FixingMissing}, {FixingFinal}.
    function correct(bytes32 index, uint24 day, int48 value) external;

    /// @notice The final value of a day.
    /// @dev Reverts with {FixingMissing}, {FixingProvisional}.
    function fixing(bytes32 index, uint256 day) external view returns (int256 value);

    /// @notice What has been published for a day, final or not, and when; zero time: nothing.
    function published(bytes32 index, uint256 day) external view returns (int256 value, uint256 time);

    /// @notice Who publishes the index.
    function agentOf(bytes32 index) external view returns (address);

    /// @notice How long a value can be corrected, seconds.
    function CORRECTION_WINDOW() external view returns (uint256);
}
