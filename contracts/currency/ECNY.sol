// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {RetailCurrency} from "./RetailCurrency.sol";
import {RetailOffice} from "./RetailOffice.sol";

/// @title ECNY
/// @notice Digital renminbi (e-CNY, 数字人民币), unit fen.
contract ECNY is RetailCurrency {
    constructor(
        IInstitutionRegistry registry_,
        address authority_
    ) RetailCurrency(new RetailOffice("e-CNY", "e-CNY", "CNY", registry_), authority_) {}
}
