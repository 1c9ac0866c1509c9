// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CurrencyOffice} from "../currency/CurrencyOffice.sol";
import {DigitalCurrency} from "../currency/DigitalCurrency.sol";

/// @title LocalCurrencyMock
/// @notice The currency of a jurisdiction that the suite does not deploy: the suite's code under names of its own.
contract LocalCurrencyMock is DigitalCurrency {
    /// @param office_ Knows the names and the registry.
    constructor(CurrencyOffice office_, address authority_) DigitalCurrency(office_, authority_) {}
}
