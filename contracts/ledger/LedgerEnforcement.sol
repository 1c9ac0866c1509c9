// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {AccountWord} from "./AccountWord.sol";
import {IAccountLedger} from "./IAccountLedger.sol";
import {IERC7943Fungible} from "./IERC7943.sol";
import {IHoldLedger} from "./IHoldLedger.sol";
import {ILedgerEnforcement} from "./ILedgerEnforcement.sol";
import {LedgerCore} from "./LedgerCore.sol";

/// @title LedgerEnforcement
/// @notice Lawful orders, powers, and the rules of the ledger as views: ERC-7943 over the account words.
abstract contract LedgerEnforcement is LedgerCore, ILedgerEnforcement, IERC7943Fungible, ERC165 {
    using AccountWord for uint256;

    // ------------------------------------------------------------------ orders

    /// @inheritdoc ILedgerEnforcement
    function unfreeze(address account, bytes32 legalBasis) external {
        _requireOrder(account, legalBasis);
        _setFlag(account, AccountWord.FROZEN, false);
        emit AccountUnfrozen(account, msg.sender, legalBasis);
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external returns (bool) {
        return _orderFrozenAmount(account, amount, mandateOf(msg.sender));
    }

    /// @inheritdoc ILedgerEnforcement
    function setFrozenTokens(address account, uint256 amount, bytes32 legalBasis) external returns (bool) {
        return _orderFrozenAmount(account, amount, legalBasis);
    }

    /// @inheritdoc IERC7943Fungible
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool) {
        return _orderTransfer(from, to, amount, mandateOf(msg.sender));
    }

    /// @inheritdoc ILedgerEnforcement
    function forcedTransfer(address from, address to, uint256 amount, bytes32 legalBasis) external returns (bool) {
        return _orderTransfer(from, to, amount, legalBasis);
    }

    /// @inheritdoc ILedgerEnforcement
    function appoint(address account, uint256 power, bytes32 mandate) external {
        _authorizeAppointment();
        _requireKnownPower(power);
        require(mandate != 0, IAccountLedger.LedgerLegalBasisMissing(account));
        uint256 balance = _word(account).balance();
        require(power != AccountWord.ISSUER || balance == 0, LedgerPowerHolderHasBalance(account, balance));
        _setFlag(account, power, true);
        if (power == AccountWord.ENFORCER) _ledger().mandates[account] = mandate;
        emit PowerGranted(account, power, mandate);
    }

    /// @inheritdoc ILedgerEnforcement
    function dismiss(address account, uint256 power) external {
        _authorizeAppointment();
        _requireKnownPower(power);
        if (!_word(account).has(power)) return;
        _setFlag(account, power, false);
        emit PowerRevoked(account, power);
    }

    /// @inheritdoc ILedgerEnforcement
    function hasPower(address account, uint256 power) external view returns (bool) {
        _requireKnownPower(power);
        return _word(account).has(power);
    }

    /// @inheritdoc ILedgerEnforcement
    function mandateOf(address account) public view returns (bytes32) {
        return _ledger().mandates[account];
    }

    /// @inheritdoc ILedgerEnforcement
    function isFrozen(address account) external view returns (bool) {
        return _word(account).has(AccountWord.FROZEN);
    }

    /// @inheritdoc ILedgerEnforcement
    function spendableOf(address account) external view returns (uint256) {
        return _spendable(account, _word(account));
    }

    /// @inheritdoc ILedgerEnforcement
    function accountWord(address account) external view returns (uint256) {
        return _word(account);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) public view virtual returns (bool) {
        uint256 word = _word(account);
        return account != address(0) && !word.has(AccountWord.FROZEN) && _mayPay(word);
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view virtual returns (bool) {
        uint256 word = _word(account);
        return account != address(0) && !word.has(BARS_CREDIT) && _mayBePaid(word);
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _ledger().frozen[account];
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) public view virtual returns (bool) {
        if (from == address(0) || to == address(0)) return false;
        uint256 fromWord = _word(from);
        uint256 toWord = _word(to);
        // ERC-7943: freezing is answered here, what the balance lacks or holds have taken is left to the transfer
        if (fromWord.has(AccountWord.PARTLY_FROZEN) && amount > _spendable(from, fromWord)) return false;
        if (fromWord.has(AccountWord.FROZEN)) return false;
        (uint256 refusal, ) = _checkDebit(_rulesOf(fromWord), fromWord, toWord, amount);
        if (refusal == COUNTED_ELSEWHERE) refusal = _elsewhereRefusal(fromWord, to, amount);
        if (refusal != ALLOWED) return false;
        // paying oneself adds nothing to the balance
        return _creditRefusal(toWord, from == to ? 0 : amount) == ALLOWED;
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IERC7943Fungible).interfaceId ||
            interfaceId == type(IHoldLedger).interfaceId ||
            interfaceId == type(IAccountLedger).interfaceId ||
            interfaceId == type(ILedgerEnforcement).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // --------------------------------------------------------------- internals

    function _orderTransfer(address from, address to, uint256 amount, bytes32 legalBasis) private returns (bool) {
        _requireOrder(from, legalBasis);
        require(from != to, ERC7943CannotTransfer(from, to, amount));
        Account storage payer = _account(from);
        Account storage payee = _receiver(to);
        uint256 word = payer.word;
        uint256 unheld = word.balance();
        require(amount <= unheld, ERC20InsufficientBalance(from, unheld, amount));
        unheld -= word.held();
        require(amount <= unheld, LedgerOrderExceedsUnheld(from, amount, unheld));
        payer.word = _touch(from, _thawed(from, word, unheld - amount)).debit(amount);
        _credit(payee, from, to, payee.word, amount);
        emit ForcedTransfer(from, to, amount);
        emit EnforcementOrdered(from, msg.sender, legalBasis);
        return true;
    }

    function _orderFrozenAmount(address account, uint256 amount, bytes32 legalBasis) private returns (bool) {
        _requireOrder(account, legalBasis);
        _ledger().frozen[account] = amount;
        _setFlag(account, AccountWord.PARTLY_FROZEN, amount != 0);
        emit Frozen(account, amount);
        emit EnforcementOrdered(account, msg.sender, legalBasis);
        return true;
    }

    function _requireKnownPower(uint256 power) private pure {
        require(power == AccountWord.ISSUER || power == AccountWord.ENFORCER, LedgerPowerUnknown(power));
    }

    // ----------------------------------------------- what a token on it decides

    /// @dev Whether the account's own standing lets it pay.
    function _mayPay(uint256 word) internal view virtual returns (bool);

    /// @dev Whether the account's own standing lets it be paid.
    function _mayBePaid(uint256 word) internal view virtual returns (bool);

    /// @dev Who may give and take powers. Reverts otherwise.
    function _authorizeAppointment() internal virtual;
}
