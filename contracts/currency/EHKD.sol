// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {RetailCurrency} from "./RetailCurrency.sol";
import {RetailOffice} from "./RetailOffice.sol";

/// @title EHKD
/// @notice Digital Hong Kong dollar (e-HKD, 數碼港元), unit cent.
contract EHKD is RetailCurrency {
    constructor(
        IInstitutionRegistry registry_,
        address authority_
    ) RetailCurrency(new RetailOffice("e-HKD", "e-HKD", "HKD", registry_), authority_) {}
}
