// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBond} from "../../../contracts/assets/IBond.sol";
import {ILedger} from "../../../contracts/ledger/ILedger.sol";

/// @dev A bond as its interfaces say: these tests need no line of its code.
interface IUnits is ILedger, IBond {}
