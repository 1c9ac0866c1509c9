// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {AccountWord} from "./AccountWord.sol";
import {IAccountLedger} from "./IAccountLedger.sol";
import {IERC7943Fungible} from "./IERC7943.sol";

/// @title LedgerCore
/// @notice What a ledger keeps, and the one place where value arrives at an account: the ground that {AccountLedger}
/// (payments, holds) and {LedgerEnforcement} (orders, powers, rules as views) stand on.
/// @dev Two contracts so that a currency can run them from two pieces of code: the one that everybody pays with stays
/// small, because the compiler finds a function by comparing selectors one after the other. A token built on the ledger
/// says its rules by overriding the hooks at the end of the file; rules answer with a refusal code first, so that the
/// same code serves `canTransfer` and the revert.
abstract contract LedgerCore is IERC20Errors {
    using AccountWord for uint256;

    /// @dev One word; a struct only so that a reference to it can be kept and its slot is computed once.
    struct Account {
        uint256 word;
    }

    /// @custom:storage-location erc7201:dualplatform.ledger.AccountLedger
    struct LedgerStorage {
        mapping(address account => Account) accounts;
        mapping(address owner => mapping(address spender => uint256 amount)) allowances;
        mapping(bytes32 id => uint256 word) holds;
        mapping(address account => uint256 amount) frozen;
        mapping(address account => bytes32 basis) mandates;
        uint256 totalSupply;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.ledger.AccountLedger")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEDGER_STORAGE = 0xfe9d32372103aa25f74d07ff81818bdf4784105ba80f93828516dc7b497ee000;

    /// @dev Refusals of the ledger itself; a child's own codes start at 16.
    uint256 internal constant ALLOWED = 0;
    uint256 internal constant SENDER_BARRED = 1;
    uint256 internal constant RECEIVER_BARRED = 2;
    uint256 internal constant BALANCE_OVERFLOW = 3;
    /// @dev No refusal yet: what has been paid is counted outside the payer's word, see {_countElsewhere}.
    uint256 internal constant COUNTED_ELSEWHERE = 4;

    /// @dev An issuer is a desk, not a purse: no contract of the suite owns value (INV-03).
    uint256 internal constant BARS_CREDIT = AccountWord.FROZEN + AccountWord.ISSUER;

    // ------------------------------------------------------------ where value changes

    /// @dev Checks the payee, writes its word and logs the movement.
    function _credit(Account storage payee, address from, address to, uint256 toWord, uint256 amount) internal {
        uint256 refusal = _creditRefusal(toWord, amount);
        if (refusal != ALLOWED) _refuse(refusal, from, to, toWord, amount);
        _moved(from, to, toWord, amount);
        payee.word = _touch(to, toWord).credit(amount);
        emit IERC20.Transfer(from, to, amount);
    }

    /// @dev ERC-7943: what an order takes or a burn destroys stops being frozen before the transfer is logged.
    function _thawed(address account, uint256 word, uint256 left) internal returns (uint256) {
        if (!word.has(AccountWord.PARTLY_FROZEN) || _ledger().frozen[account] <= left) return word;
        _ledger().frozen[account] = left;
        emit IERC7943Fungible.Frozen(account, left);
        return word.withFlag(AccountWord.PARTLY_FROZEN, left != 0);
    }

    // ------------------------------------------------------------------ helpers

    function _setFlag(address account, uint256 flag, bool on) internal {
        Account storage target = _account(account);
        target.word = target.word.withFlag(flag, on);
    }

    function _requireOrder(address account, bytes32 legalBasis) internal view {
        _requirePower(AccountWord.ENFORCER);
        require(legalBasis != 0, IAccountLedger.LedgerLegalBasisMissing(account));
    }

    function _requirePower(uint256 power) internal view {
        require(_word(msg.sender).has(power), IAccountLedger.LedgerPowerMissing(msg.sender, power));
    }

    function _receiver(address to) internal view returns (Account storage) {
        require(to != address(0), ERC20InvalidReceiver(to));
        return _account(to);
    }

    function _spendable(address account, uint256 word) internal view returns (uint256 free) {
        unchecked {
            free = word.balance() - word.held(); // held ≤ balance (INV-04)
            if (word.has(AccountWord.PARTLY_FROZEN)) {
                uint256 frozen = _ledger().frozen[account];
                free = free > frozen ? free - frozen : 0;
            }
        }
    }

    function _creditRefusal(uint256 toWord, uint256 amount) internal view returns (uint256) {
        if (toWord.has(BARS_CREDIT)) return RECEIVER_BARRED;
        return _checkCredit(toWord, amount);
    }

    function _word(address account) internal view returns (uint256) {
        return _account(account).word;
    }

    function _account(address account) internal view returns (Account storage) {
        return _ledger().accounts[account];
    }

    function _ledger() internal pure returns (LedgerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := LEDGER_STORAGE
        }
    }

    // ----------------------------------------------- what a token on it decides

    /// @dev What {_checkDebit} needs of storage for this payer: asked once, however many payees are paid.
    function _rulesOf(uint256 fromWord) internal view virtual returns (uint256 rules);

    /// @dev Rules on the payer of an ordinary payment or, with `toWord` zero, of a hold. Frozen accounts do not come
    /// here.
    /// @param rules From {_rulesOf}.
    /// @return refusal {ALLOWED}, {COUNTED_ELSEWHERE} or a code that {_refuse} can name.
    /// @return counted The payer's word with its counters moved on.
    function _checkDebit(
        uint256 rules,
        uint256 fromWord,
        uint256 toWord,
        uint256 amount
    ) internal view virtual returns (uint256 refusal, uint256 counted);

    /// @dev The rest of the rules where {_checkDebit} answers {COUNTED_ELSEWHERE}. A branch of its own, so that whoever
    /// is counted in its own word pays nothing for it.
    /// @param to Payee named; zero where a hold names none.
    /// @return refusal {ALLOWED} or a code that {_countElsewhere} can name.
    function _elsewhereRefusal(
        uint256 fromWord,
        address to,
        uint256 amount
    ) internal view virtual returns (uint256 refusal) {}

    /// @dev Counts what {_checkDebit} answered {COUNTED_ELSEWHERE} for, or reverts by {_elsewhereRefusal}.
    /// @param counted From {_checkDebit}.
    /// @return The payer's word.
    function _countElsewhere(
        address from,
        address to,
        uint256 fromWord,
        uint256 counted,
        uint256 amount
    ) internal virtual returns (uint256) {}

    /// @dev What {_giveBack} must know of a hold being placed now: 24 bits stored with it.
    function _holdMark(uint256 fromWord, uint256 counted) internal view virtual returns (uint256 mark);

    /// @dev Rules on the payee of any movement. Must refuse what would take the balance past
    /// {AccountWord-MAX_AMOUNT}, whatever `amount` is.
    function _checkCredit(uint256 toWord, uint256 amount) internal view virtual returns (uint256 refusal);

    /// @dev Rules on the payer at a capture: only what stops every movement.
    function _captureRefusal(uint256 fromWord) internal view virtual returns (uint256 refusal);

    /// @dev The payer's word with its counters moved back for a released hold.
    function _giveBack(uint256 word, uint256 mark, uint256 amount) internal virtual returns (uint256);

    /// @dev Called with every word before its balance changes.
    function _touch(address account, uint256 word) internal virtual returns (uint256);

    /// @dev Called wherever value changes hands, when ledger and rules have allowed it and before it arrives; zero is
    /// nobody. Reverts to stop the movement. Of the payer's word only what no payment changes can be relied on.
    function _moved(address from, address to, uint256 toWord, uint256 amount) internal virtual {}

    /// @dev Reverts with the error that names `refusal`. `word` is the word of the account refused.
    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal view virtual;
}
