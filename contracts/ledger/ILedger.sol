// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IAccountLedger} from "./IAccountLedger.sol";
import {IERC7943Fungible} from "./IERC7943.sol";
import {IHoldLedger} from "./IHoldLedger.sol";
import {ILedgerEnforcement} from "./ILedgerEnforcement.sol";

/// @title ILedger
/// @notice Everything that any token of the suite answers to, in one interface for callers.
interface ILedger is
    IERC20,
    IERC20Errors,
    IERC165,
    IERC5267,
    IERC7943Fungible,
    IAccountLedger,
    IHoldLedger,
    ILedgerEnforcement
{}
