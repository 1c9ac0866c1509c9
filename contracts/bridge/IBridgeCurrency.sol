// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";

/// @title IBridgeCurrency
/// @notice Everything that a currency on the shared ledger answers to at its one address.
interface IBridgeCurrency is IDigitalCurrency, ICorridorPolicy {}
