// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IAccountLedger} from "../../../contracts/ledger/IAccountLedger.sol";
import {IERC7943Fungible} from "../../../contracts/ledger/IERC7943.sol";
import {IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";

/// @dev A currency as its interfaces say: these tests need no line of its code.
interface IMoney is IERC20, IERC20Permit, IERC3009, IERC7943Fungible, IAccountLedger, IHoldLedger, IDigitalCurrency {
    function initialize(address authority) external;
}
