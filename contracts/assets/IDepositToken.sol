// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClaimToken} from "./IClaimToken.sol";

/// @title IDepositToken
/// @notice Deposits of one bank as tokens: each is a claim of its holder, the bank's customer, on that bank, in the
/// currency's minor units, payable at par.
/// @dev One contract a bank; not upgradeable. The **bank** (whoever acts for it in the registry) opens and closes its
/// customers' accounts, while it is active, and gives and takes the powers over its own books: _issuer_ (its own lending
/// desk, the contract that converts and transfers deposits) and _enforcer_ (who carries out orders against its
/// customers). The **central bank** halts and resumes all movements (`haltAll`, `resumeAll`) and has no other power here.
///
/// **What backs it.** Deposits in circulation are created less destroyed ones, and the bank's own liability: they are
/// backed by the whole of what the bank owns, not by central bank money set aside. Nothing here bounds what a bank
/// creates by lending. Not guaranteed: that the bank has central bank money for every deposit at once, that it is
/// solvent, or that anyone else pays for it. What is guaranteed is that deposits leave this bank only by being destroyed
/// against central bank money paid by it, at par and in the same transaction ({IDepositTransfers}), or by the
/// bank's own act against a hold of their owner.
interface IDepositToken is IClaimToken {
    /// @notice The caller does not act for the bank.
    error DepositCallerNotBank(address caller, uint16 institution, uint16 bank);

    /// @notice Number of the bank in the registry of the currency.
    // solhint-disable-next-line func-name-mixedcase
    function BANK() external view returns (uint16);
}
