// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC1822Proxiable} from "@openzeppelin/contracts/interfaces/draft-IERC1822.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IAuthorizations} from "./IAuthorizations.sol";
import {ICurrencyOffice} from "./ICurrencyOffice.sol";
import {ICurrencySupply} from "./ICurrencySupply.sol";

/// @title IDigitalCurrency
/// @notice Everything that a currency answers to at its one address: central-bank money in two tiers, issued by the
/// central bank's desk to institutions, held by the public in wallets that institutions open.
/// @dev What {DigitalCurrency} has and what it forwards to its {CurrencyOffice}, in one interface for callers.
interface IDigitalCurrency is
    ILedger,
    IERC20Metadata,
    IERC20Permit,
    IERC3009,
    IERC3009Cancel,
    IAuthorizations,
    ICurrencySupply,
    ICurrencyOffice,
    IAccessManaged,
    IERC1822Proxiable
{
    /// @notice The code behind the proxy was replaced (ERC-1967).
    event Upgraded(address indexed implementation);
    /// @notice The proxy got its authority (OpenZeppelin Initializable).
    event Initialized(uint64 version);

    /// @notice The proxy has its authority already, or this is the code itself (OpenZeppelin Initializable).
    error InvalidInitialization();
    /// @notice The new code cannot run behind a proxy (OpenZeppelin ERC1967Utils).
    error ERC1967InvalidImplementation(address implementation);
    /// @notice Ether came with an upgrade that calls nothing (OpenZeppelin ERC1967Utils).
    error ERC1967NonPayable();
    /// @notice The call is for the proxy, or for the code behind one (OpenZeppelin UUPSUpgradeable).
    error UUPSUnauthorizedCallContext();
    /// @notice The new code keeps its implementation in another slot (OpenZeppelin UUPSUpgradeable).
    error UUPSUnsupportedProxiableUUID(bytes32 slot);
    /// @notice There is no such function (OpenZeppelin Address, from the call to the office).
    error FailedCall();

    /// @notice Gives the proxy its authority. Called once, in the proxy's constructor.
    /// @dev Reverts with InvalidInitialization, AccessManagedInvalidAuthority.
    function initialize(address authority_) external;

    /// @notice Replaces the code behind the proxy, then calls it with `data` unless that is empty.
    /// @dev Restricted (upgrader, after the delay). Reverts with ERC1967InvalidImplementation,
    /// UUPSUnsupportedProxiableUUID, UUPSUnauthorizedCallContext.
    function upgradeToAndCall(address newImplementation, bytes calldata data) external payable;

    /// @notice Version of OpenZeppelin's upgrade interface: {upgradeToAndCall} alone.
    // solhint-disable-next-line func-name-mixedcase
    function UPGRADE_INTERFACE_VERSION() external view returns (string memory);
}
