// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {CurrencyOffice} from "./CurrencyOffice.sol";
import {DigitalCurrency} from "./DigitalCurrency.sol";

/// @title ECNY
/// @notice Digital renminbi (e-CNY, 数字人民币), unit fen.
contract ECNY is DigitalCurrency {
    constructor(
        IInstitutionRegistry registry_,
        address authority_
    ) DigitalCurrency(new CurrencyOffice("e-CNY", "e-CNY", "CNY", registry_), authority_) {}
}
