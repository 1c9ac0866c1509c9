// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AccountLedger} from "../ledger/AccountLedger.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";

/// @title LedgerHarness
/// @notice The ledger with no rules of a token on it: everybody may pay and be paid, the deployer appoints.
contract LedgerHarness is AccountLedger, LedgerEnforcement {
    using AccountWord for uint256;

    /// @notice Only the deployer appoints.
    error HarnessUnauthorized(address caller);

    address private immutable DEPLOYER;

    constructor() EIP712("Harness", "1") {
        DEPLOYER = msg.sender;
    }

    /// @notice {_mint} as it is.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice {_burn} as it is.
    function burn(address from, uint256 amount) external {
        _burn(from, amount);
    }

    /// @notice {_burnHeld} as it is.
    function burnHeld(Hold calldata terms, uint256 amount) external {
        _burnHeld(terms, amount);
    }

    function _authorizeAppointment() internal view override {
        require(msg.sender == DEPLOYER, HarnessUnauthorized(msg.sender));
    }

    function _rulesOf(uint256) internal pure override returns (uint256) {
        return 0;
    }

    function _checkDebit(
        uint256,
        uint256 fromWord,
        uint256,
        uint256
    ) internal pure override returns (uint256, uint256) {
        return (ALLOWED, fromWord);
    }

    function _holdMark(uint256, uint256) internal pure override returns (uint256) {
        return 0;
    }

    function _checkCredit(uint256 toWord, uint256 amount) internal pure override returns (uint256) {
        return amount > AccountWord.MAX_AMOUNT - toWord.balance() ? BALANCE_OVERFLOW : ALLOWED;
    }

    function _captureRefusal(uint256) internal pure override returns (uint256) {
        return ALLOWED;
    }

    function _giveBack(uint256 word, uint256, uint256) internal pure override returns (uint256) {
        return word;
    }

    function _touch(address, uint256 word) internal pure override returns (uint256) {
        return word;
    }

    function _mayPay(uint256) internal pure override returns (bool) {
        return true;
    }

    function _mayBePaid(uint256) internal pure override returns (bool) {
        return true;
    }

    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal pure override {
        require(refusal != BALANCE_OVERFLOW, LedgerBalanceOverflow(to, word.balance(), amount));
        require(refusal != SENDER_BARRED, ERC7943CannotSend(from));
        revert ERC7943CannotReceive(to);
    }
}
