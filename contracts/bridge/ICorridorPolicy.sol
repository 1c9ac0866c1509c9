// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a corridor lets through, minor units.
/// @param holdingLimit Cap on what all its banks hold together; 2^64 − 1 means none.
/// @param outflowLimit Cap on how far their holdings may grow within one window; 2^64 − 1 means none.
/// @param inflowLimit Cap on how far their holdings may shrink within one window; 2^64 − 1 means none.
/// @param windowDays Length of a window, UTC+8 calendar days, at least 1. Windows are counted from 1 January 1970.
struct CorridorPolicy {
    uint64 holdingLimit;
    uint64 outflowLimit;
    uint64 inflowLimit;
    uint8 windowDays;
}

/// @title ICorridorPolicy
/// @notice A currency on a ledger that several central banks share: who abroad may hold it, and how much may cross.
/// @dev Amounts are minor units. The issuing central bank (the currency's authority) decides all of this, for its own
/// currency alone.
///
/// **Residents** are the banks of the currency's own registry, in wallets of class 6. **A corridor** is one of the
/// classes 8–15, opened for the registry of one other jurisdiction: that central bank alone says which of its banks
/// take part, this one how much they may do. There are no other wallets: the public has none on the shared ledger.
///
/// **Limits.** The class's limits bind each bank of a corridor: balance (cap per bank), single payment, UTC+8 day. The
/// class's halt is the corridor's off switch. {CorridorPolicy} binds all its banks together.
///
/// **In the value path.** Every movement, whatever brings it about (payment, allowance, authorization, capture of a
/// hold, exchange, net settlement), is refused unless both accounts act for institutions that are active in their own
/// registries *now*. A movement between residents and a corridor, or between two corridors, is also counted against the
/// corridors' policies, and happens only while a venue that this currency has admitted runs it through its engine (see
/// {IBridgeGate}): no plain transfer crosses a border. Money is created for residents only, and destroyed from residents
/// only. Releasing a hold, and redeeming, ask for no standing: a suspended bank gets back what is its own.
///
/// **Lawful orders** (`forcedTransfer`) are counted and not refused by corridors, standing or gate.
/// `captureHoldToMany` skips payees that their class refuses; what a corridor refuses reverts the whole of it.
///
/// Not protected: an account that moves to another institution of the same registry keeps its wallet; limits are per
/// account, several accounts of a bank each have their own (the corridor's policy counts them together).
interface ICorridorPolicy {
    /// @notice Banks of the registry may hold the currency in wallets of the class.
    event CorridorOpened(uint8 indexed walletClass, address indexed registry);
    /// @notice A corridor has this policy from now on.
    event CorridorPolicySet(uint8 indexed walletClass, CorridorPolicy previous, CorridorPolicy current);
    /// @notice Payments through the corridor may, or may no longer, have this purpose.
    event CorridorPurposeSet(uint8 indexed walletClass, bytes4 indexed purpose, bool allowed);

    /// @notice The class is no corridor's, or is one's already.
    error CorridorClassInvalid(uint8 walletClass);
    /// @notice The registry is the currency's own, has another corridor, or has no code.
    error CorridorRegistryInvalid(address registry);
    /// @notice A window has at least one day.
    error CorridorWindowInvalid(uint8 walletClass);
    /// @notice The corridor's banks would hold more than they may together.
    error CorridorHoldingLimitExceeded(uint8 walletClass, uint256 amount, uint256 holdings, uint256 limit);
    /// @notice More would leave to the corridor's banks in this window than may. `flow` is what has, net.
    error CorridorOutflowLimitExceeded(uint8 walletClass, uint256 amount, int256 flow, uint256 limit);
    /// @notice More would come back from the corridor's banks in this window than may. `flow` is what has left, net.
    error CorridorInflowLimitExceeded(uint8 walletClass, uint256 amount, int256 flow, uint256 limit);
    /// @notice The corridor's banks may not pay or be paid for this purpose.
    error CorridorPurposeNotAllowed(uint8 walletClass, bytes4 purpose);
    /// @notice No admitted venue is running this movement through its engine.
    error CorridorGateClosed(address from, address to);
    /// @notice Money is created for, and destroyed from, the central bank's own banks only.
    error CorridorResidentRequired(address account, uint8 walletClass);

    /// @notice Lets banks of another jurisdiction hold the currency in wallets of `walletClass` (8–15).
    /// @dev Restricted (governor). The class's own limits are set by `setClassLimits`. Reverts with
    /// {CorridorClassInvalid}, {CorridorRegistryInvalid}, {CorridorWindowInvalid}. A corridor is never closed, only halted
    /// (`haltClass`).
    function openCorridor(uint8 walletClass, address foreignRegistry, CorridorPolicy calldata policy) external;

    /// @notice Replaces a corridor's policy. Limits below what is held or has flowed stop more and undo nothing; a window
    /// of another length begins anew.
    /// @dev Restricted (governor). Reverts with {CorridorClassInvalid}, {CorridorWindowInvalid}.
    function setCorridorPolicy(uint8 walletClass, CorridorPolicy calldata policy) external;

    /// @notice Puts a purpose on, or takes it off, the list of what payments through the corridor may be for.
    /// @dev Restricted (governor). Reverts with {CorridorClassInvalid}. Repeating changes nothing.
    /// @param purpose Four letters of an ISO 20022 external purpose code.
    function setCorridorPurpose(uint8 walletClass, bytes4 purpose, bool allowed) external;

    /// @notice Opens a wallet of a corridor's class for an account of an active bank of that corridor's registry.
    /// @dev Anyone; the two central banks have decided. Reverts with {CorridorClassInvalid}, the foreign registry's
    /// InstitutionUnknown and InstitutionNotActive, WalletAlreadyOpen, WalletAccountInvalid.
    function openNonResidentWallet(address account, uint8 walletClass) external;

    /// @notice Reverts unless every corridor that a payment from `payer` to `payee` touches allows the purpose.
    /// @dev Reverts with {CorridorPurposeNotAllowed}. Between residents any purpose will do.
    function requirePurpose(address payer, address payee, bytes4 purpose) external view;

    /// @notice Whether payments through the corridor may have this purpose.
    function isPurposeAllowed(uint8 walletClass, bytes4 purpose) external view returns (bool);

    /// @notice A corridor as it stands; all zero if the class has none.
    /// @return foreignRegistry Whose banks it is for.
    /// @return policy What it lets through.
    /// @return holdings What its banks hold now.
    /// @return netOutflow How far that has grown (or, negative, shrunk) in the present window.
    function corridorOf(
        uint8 walletClass
    )
        external
        view
        returns (address foreignRegistry, CorridorPolicy memory policy, uint256 holdings, int256 netOutflow);

    /// @notice The gate that knows which venue is running.
    function gate() external view returns (address);
}
