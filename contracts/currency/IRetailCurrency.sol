// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "./IDigitalCurrency.sol";
import {IWalletFamilies} from "./IWalletFamilies.sol";
import {IWalletMoves} from "./IWalletMoves.sol";

/// @title IRetailCurrency
/// @notice Everything that a currency for the public answers to at its one address.
interface IRetailCurrency is IDigitalCurrency, IWalletFamilies, IWalletMoves {}
