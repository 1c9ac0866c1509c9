// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {IPeer} from "./IPeer.sol";

/// @notice A bridgehead and its ledger.
struct BridgeheadPlace {
    uint256 chainId;
    address bridgehead;
}

/// @notice Money that a bank moves from its currency's home ledger to another. The EIP-712 struct hash is the passage's id.
/// @param home Where the money stays, held.
/// @param abroad Where it is minted.
/// @param payer The bank, at home.
/// @param to Who gets the money abroad.
/// @param amount Minor units, the same on both ledgers.
/// @param deadline Unix seconds by the clock abroad: minted strictly before it or declined.
/// @param salt Makes two passages with otherwise equal terms differ.
struct Passage {
    BridgeheadPlace home;
    BridgeheadPlace abroad;
    address payer;
    address to;
    uint256 amount;
    uint256 deadline;
    bytes32 salt;
}

/// @notice Money that comes home. The EIP-712 struct hash is the homecoming's id.
/// @param passage Id of the passage whose hold pays; any that has enough left, for one is as good as another.
/// @param holder Whose money is destroyed abroad.
/// @param payee Who is paid at home: any account but the passage's payer, or the payer for the passage's whole amount. (A
///   ledger captures a hold to others than its payer and gives it back in one piece.)
/// @param amount Minor units.
/// @param salt Makes two homecomings with otherwise equal terms differ.
struct Homecoming {
    bytes32 passage;
    address holder;
    address payee;
    uint256 amount;
    bytes32 salt;
}

/// @title IBridgehead
/// @notice What the two ends of a currency's passage have in common.
/// @dev A passage is a hold in place at home and money minted against its proof abroad; a homecoming is money destroyed
/// abroad and a capture of that hold against its proof at home. The issuing central bank alone, through its authority on
/// each ledger, sets how much may pass (nothing until it does) and stops it; a stop never keeps anybody from coming home.
/// Always: held at home = minted abroad + in flight, where in flight is what is locked and neither minted nor declined,
/// declined and not yet released, or burned and not yet paid.
interface IBridgehead is IPeer {
    /// @notice The issuing central bank lets this much pass.
    event CapSet(uint256 previous, uint256 current);
    /// @notice Nothing passes until resumed; what has passed comes home as before.
    event PassageStopped(address indexed by);
    /// @notice Passage goes on.
    event PassageResumed(address indexed by);
    /// @notice A payer took back a hold that no passage or homecoming has used.
    event HoldWithdrawn(bytes32 indexed holdId, address indexed payer);

    /// @notice The passage lies between other bridgeheads.
    error BridgeheadMismatch(bytes32 id, BridgeheadPlace home, BridgeheadPlace abroad);
    /// @notice The issuing central bank has stopped passage.
    error BridgeheadStopped(bytes32 id);
    /// @notice More would have passed than the issuing central bank lets.
    error BridgeheadCapExceeded(bytes32 id, uint256 amount, uint256 passed, uint256 cap);
    /// @notice The hold that the terms ask for is not in place.
    error BridgeheadHoldMissing(bytes32 id, bytes32 holdId, uint256 remaining, uint256 amount);
    /// @notice The hold backs money abroad.
    error BridgeheadHoldBound(bytes32 holdId);
    /// @notice The caller is not the hold's payer.
    error BridgeheadPayerMismatch(bytes32 holdId, address caller, address payer);
    /// @notice The homecoming names another passage.
    error HomecomingPassageMismatch(bytes32 id, bytes32 passage, bytes32 given);
    /// @notice There is no event of this kind to say again.
    error BridgeheadNothingToRestate(bytes32 id);

    /// @notice Lets up to `cap` minor units be abroad at a time. Lowering it below what is abroad recalls nothing.
    /// @dev Restricted (the issuing central bank). Setting it again changes nothing.
    function setCap(uint256 cap) external;

    /// @notice Stops passage.
    /// @dev Restricted (the issuing central bank's halting officer). Again changes nothing.
    function stop() external;

    /// @notice Ends {stop}.
    /// @dev Restricted (the issuing central bank's resuming officer). Again changes nothing.
    function resume() external;

    /// @notice Gives a hold that names this contract executor, and that nothing has used, back to its payer.
    /// @dev Caller: the payer; works while halted and stopped. Reverts with {BridgeheadPayerMismatch},
    /// {BridgeheadHoldBound}, HoldUnauthorized, HoldNotActive.
    function withdraw(Hold calldata hold) external returns (uint256 released);

    /// @notice Most that may be abroad, minor units.
    function cap() external view returns (uint256);

    /// @notice Whether passage is stopped.
    function stopped() external view returns (bool);

    /// @notice The currency on this ledger.
    function currency() external view returns (address);

    /// @notice Id of a passage: its EIP-712 struct hash.
    function passageId(Passage calldata passage) external pure returns (bytes32);

    /// @notice Id of a homecoming: its EIP-712 struct hash.
    function homecomingId(Homecoming calldata homecoming) external pure returns (bytes32);
}
