// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IssuanceBook} from "./IssuanceBook.sol";
import {SettlementBook} from "./SettlementBook.sol";

/// @dev The rules of money, issuance and settlement written a second time, plainly and without regard to gas. A call
/// reverts when the rules refuse the act; then the contracts must refuse it too, and otherwise must not.
contract Book is IssuanceBook, SettlementBook {}
