// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {CurrencyOffice} from "./CurrencyOffice.sol";
import {DigitalCurrency} from "./DigitalCurrency.sol";

/// @title EHKD
/// @notice Digital Hong Kong dollar (e-HKD, 數碼港元), unit cent.
contract EHKD is DigitalCurrency {
    constructor(
        IInstitutionRegistry registry_,
        address authority_
    ) DigitalCurrency(new CurrencyOffice("e-HKD", "e-HKD", "HKD", registry_), authority_) {}
}
