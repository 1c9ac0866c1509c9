// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPriceFixings
/// @notice What valuation agents say assets are worth: one price a day, agent and asset, in the order of the days, and
/// never another for the same day.
/// @dev Immutable, without owner. Anybody may publish under its own name: a fixing means something to those who have
/// agreed on its agent. Days are numbers since 1970-01-01 (UTC+8). A price is that of one unit, with accrued interest, in
/// minor units of the asset's currency, scaled by {PRICE_SCALE}; zero is a price. Prices past 2^64 − 1 cannot be said.
///
/// Not protected: what the price is worth, and an agent that is silent: who uses fixings decides how old one may be.
interface IPriceFixings {
    /// @notice `agent` says that a unit of `asset` is worth `price` on `day`.
    event PriceFixed(address indexed agent, address indexed asset, uint24 indexed day, uint64 price);

    /// @notice The day is still to come, or not after the last one that has a fixing.
    error FixingDayInvalid(address agent, address asset, uint256 day, uint256 last, uint256 today);
    /// @notice The signature is not the agent's over this fixing.
    error FixingSignatureInvalid(address agent, address asset, uint256 day);
    /// @notice There is no fixing, or the last is of a day before `oldest`. `day` is zero when there is none.
    error FixingStale(address agent, address asset, uint256 day, uint256 oldest);

    /// @notice Publishes a price under the caller's name.
    /// @dev Caller: anyone, as a valuation agent. Reverts with {FixingDayInvalid}.
    function publish(address asset, uint24 day, uint64 price) external;

    /// @notice Publishes a price that its agent has signed (EIP-712; EOA or ERC-1271).
    /// @dev Caller: anyone. Reverts with {FixingDayInvalid}, {FixingSignatureInvalid}.
    function publishWithSignature(
        address agent,
        address asset,
        uint24 day,
        uint64 price,
        bytes calldata signature
    ) external;

    /// @notice The agent's last fixing; zero and day zero when there is none.
    function lastFixing(address agent, address asset) external view returns (uint256 price, uint256 day);

    /// @notice The agent's last fixing, of a day that is at most `maxAge` days ago.
    /// @dev Reverts with {FixingStale}.
    function requireFixing(
        address agent,
        address asset,
        uint256 maxAge
    ) external view returns (uint256 price, uint256 day);

    /// @notice What a price of one minor unit a unit is.
    function PRICE_SCALE() external view returns (uint256);
}
