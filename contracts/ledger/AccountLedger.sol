// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AccountWord} from "./AccountWord.sol";
import {IAccountLedger} from "./IAccountLedger.sol";
import {IERC7943Fungible} from "./IERC7943.sol";
import {Hold, IHoldLedger} from "./IHoldLedger.sol";
import {LedgerCore} from "./LedgerCore.sol";
import {Signatures} from "./Signatures.sol";

/// @title AccountLedger
/// @notice ERC-20 and holds over one storage word an account: everything an owner does with its value, and the freeze.
/// @dev Balances change here, in {LedgerCore-_credit} and by an order of {LedgerEnforcement}, nowhere else. What a
/// payment costs: one write of the payer's word, one of the payee's.
abstract contract AccountLedger is LedgerCore, IAccountLedger, IERC20, IHoldLedger, EIP712 {
    using AccountWord for uint256;

    bytes32 private constant HOLD_TYPEHASH = keccak256(
        "Hold(address payer,address payee,address executor,uint256 amount,uint256 expiry,bytes32 businessRef)"
    );

    // A hold's word: bits 0–63 what is left, 64 used, 72–95 the child's mark (when and how it was counted).
    uint256 private constant HOLD_USED = 2 ** 64;
    uint256 private constant HOLD_MARK_UNIT = 2 ** 72;

    uint256 private constant ENTRY_ADDRESS_SHIFT = 96;

    // ------------------------------------------------------------------ ERC-20

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return _ledger().totalSupply;
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _word(account).balance();
    }

    /// @inheritdoc IERC20
    function allowance(address owner, address spender) external view returns (uint256) {
        return _ledger().allowances[owner][spender];
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) external returns (bool) {
        _pay(msg.sender, to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _spendAllowance(from, amount);
        _pay(from, to, amount);
        return true;
    }

    /// @inheritdoc IAccountLedger
    function transferWithReference(address to, uint256 amount, bytes32 businessRef) external returns (bool) {
        _pay(msg.sender, to, amount);
        emit PaymentReferenced(businessRef, msg.sender, to, amount);
        return true;
    }

    /// @inheritdoc IAccountLedger
    function payOut(uint256[] calldata entries, bytes32 businessRef) external returns (uint256 total) {
        Account storage payer = _account(msg.sender);
        uint256 fromWord = payer.word;
        uint256 rules = _rulesOf(fromWord);
        for (uint256 i = 0; i < entries.length; ++i) {
            (address to, uint256 amount) = _entry(entries[i]);
            // the payer's word is written once, at the end, so it must not be credited meanwhile
            require(to != msg.sender, LedgerPayOutToPayer(msg.sender, i));
            Account storage payee = _receiver(to);
            uint256 toWord = payee.word;
            fromWord = _touch(msg.sender, _committed(rules, msg.sender, fromWord, to, toWord, amount)).debit(amount);
            _credit(payee, msg.sender, to, toWord, amount);
            unchecked {
                // what has been debited is at most the payer's balance
                total += amount;
            }
        }
        payer.word = fromWord;
        emit PaymentReferenced(businessRef, msg.sender, address(0), total);
    }

    // ------------------------------------------------------------------- holds

    /// @inheritdoc IHoldLedger
    function placeHold(Hold calldata terms) external returns (bytes32 id) {
        id = _holdId(terms);
        address payer = terms.payer;
        require(msg.sender == payer, HoldPayerMismatch(id, msg.sender, payer));
        _place(id, payer, terms);
    }

    /// @inheritdoc IHoldLedger
    function placeHoldFrom(Hold calldata terms) external returns (bytes32 id) {
        id = _holdId(terms);
        address payer = terms.payer;
        _spendAllowance(payer, terms.amount);
        _place(id, payer, terms);
    }

    /// @inheritdoc IHoldLedger
    function placeHoldWithSignature(Hold calldata terms, bytes calldata signature) external returns (bytes32 id) {
        id = _holdId(terms);
        address payer = terms.payer;
        require(Signatures.isValid(payer, _hashTypedDataV4(id), signature), HoldSignatureInvalid(id, payer));
        _place(id, payer, terms);
    }

    /// @inheritdoc IHoldLedger
    function voidHold(Hold calldata terms) external returns (bytes32 id) {
        id = holdId(terms);
        require(msg.sender == terms.payer, HoldPayerMismatch(id, msg.sender, terms.payer));
        LedgerStorage storage $ = _ledger();
        require($.holds[id] == 0, HoldAlreadyUsed(id));
        $.holds[id] = HOLD_USED;
        emit HoldVoided(id, terms.payer);
    }

    /// @inheritdoc IHoldLedger
    function captureHold(Hold calldata terms, address payee, uint256 amount) external {
        bytes32 id = _holdId(terms);
        (address payer, address named) = (terms.payer, terms.payee);
        require((named == address(0) || named == payee) && payee != payer, HoldPayeeMismatch(id, payee, named));
        uint256 remaining = _capture(id, payer, terms, amount);
        Account storage account = _receiver(payee);
        _credit(account, payer, payee, account.word, amount);
        emit HoldCaptured(id, payee, amount, remaining);
    }

    /// @inheritdoc IHoldLedger
    function captureHoldToMany(
        Hold calldata terms,
        uint256[] calldata entries
    ) external returns (uint256 captured, uint256[] memory skipped) {
        bytes32 id = _holdId(terms);
        require(terms.payee == address(0), HoldPayeeMismatch(id, address(0), terms.payee));
        address payer = terms.payer;
        uint256 skips;
        skipped = new uint256[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) {
            (address to, uint256 amount) = _entry(entries[i]);
            Account storage payee = _account(to);
            uint256 toWord = payee.word;
            // the payer's word is written once, at the end, so the payer is no payee
            if (to == address(0) || to == payer || _creditRefusal(toWord, amount) != ALLOWED) {
                skipped[skips++] = i;
                continue;
            }
            _moved(payer, to, toWord, amount);
            payee.word = _touch(to, toWord).credit(amount);
            emit Transfer(payer, to, amount);
            captured += amount;
        }
        assembly ("memory-safe") {
            // fewer were skipped than entries exist, so the array only shrinks
            mstore(skipped, skips)
        }
        emit HoldCaptured(id, address(0), captured, _capture(id, payer, terms, captured));
    }

    /// @inheritdoc IHoldLedger
    function releaseHold(Hold calldata terms) external returns (uint256 released) {
        bytes32 id = _holdId(terms);
        LedgerStorage storage $ = _ledger();
        uint256 holdWord = $.holds[id];
        released = holdWord % HOLD_USED;
        require(released != 0, HoldNotActive(id));
        require(
            msg.sender == terms.executor || block.timestamp >= terms.expiry,
            HoldUnauthorized(id, msg.sender, terms.executor)
        );

        $.holds[id] = HOLD_USED;
        Account storage payer = $.accounts[terms.payer];
        payer.word = _giveBack(payer.word, holdWord / HOLD_MARK_UNIT, released).release(released);
        emit HoldReleased(id, terms.payer, released);
    }

    /// @inheritdoc IHoldLedger
    function holdId(Hold calldata terms) public pure returns (bytes32) {
        // reading an address refuses calldata whose upper bits are not clean: equal terms have one id
        (terms.payer, terms.payee, terms.executor);
        return _holdId(terms);
    }

    /// @inheritdoc IHoldLedger
    function holdState(bytes32 id) external view returns (uint256 remaining, bool used) {
        uint256 holdWord = _ledger().holds[id];
        return (holdWord % HOLD_USED, holdWord != 0);
    }

    /// @inheritdoc IHoldLedger
    function heldOf(address account) external view returns (uint256) {
        return _word(account).held();
    }

    // ----------------------------------------------------------------- freezing

    /// @inheritdoc IAccountLedger
    function freeze(address account, bytes32 legalBasis) external {
        _requireOrder(account, legalBasis);
        _setFlag(account, AccountWord.FROZEN, true);
        emit AccountFrozen(account, msg.sender, legalBasis);
    }

    // ---------------------------------------------- the one place value changes

    /// @dev An ordinary payment by the owner's own consent.
    function _pay(address from, address to, uint256 amount) internal {
        Account storage payer = _account(from);
        Account storage payee = _receiver(to);
        uint256 toWord = payee.word;
        uint256 fromWord = payer.word;
        fromWord = _touch(from, _committed(_rulesOf(fromWord), from, fromWord, to, toWord, amount)).debit(amount);
        payer.word = fromWord;
        // paying oneself: the payee's word is the one just written
        _credit(payee, from, to, from == to ? fromWord : toWord, amount);
    }

    /// @dev The payer's word with `amount` counted against its limits, which is allowed and covered.
    function _committed(
        uint256 rules,
        address from,
        uint256 fromWord,
        address to,
        uint256 toWord,
        uint256 amount
    ) private returns (uint256) {
        uint256 spendable;
        unchecked {
            spendable = fromWord.balance() - fromWord.held(); // held ≤ balance (INV-04)
        }
        // one question for both kinds of freeze, which hardly any account is under
        if (fromWord.has(AccountWord.FROZEN + AccountWord.PARTLY_FROZEN)) {
            if (fromWord.has(AccountWord.FROZEN)) _refuse(SENDER_BARRED, from, to, fromWord, amount);
            spendable = _spendable(from, fromWord);
        }
        (uint256 refusal, uint256 counted) = _checkDebit(rules, fromWord, toWord, amount);
        if (refusal != ALLOWED) {
            if (refusal != COUNTED_ELSEWHERE) _refuse(refusal, from, to, fromWord, amount);
            counted = _countElsewhere(from, to, fromWord, counted, amount);
        }
        if (amount > spendable) _refuseCover(from, fromWord, amount, spendable);
        return counted;
    }

    /// @dev Creates supply. The caller has checked its right to.
    function _mint(address to, uint256 amount) internal {
        Account storage payee = _receiver(to);
        // first, because it refuses by name what no balance can hold
        _credit(payee, address(0), to, payee.word, amount);
        _ledger().totalSupply += amount;
    }

    /// @dev Destroys part of a hold that the caller executes: what was held is what is destroyed.
    function _burnHeld(Hold calldata terms, uint256 amount) internal {
        bytes32 id = _holdId(terms);
        // what was promised to somebody is not the executor's to destroy
        require(terms.payee == address(0), HoldPayeeMismatch(id, address(0), terms.payee));
        address payer = terms.payer;
        uint256 remaining = _capture(id, payer, terms, amount);
        _moved(payer, address(0), 0, amount);
        _ledger().totalSupply -= amount;
        emit Transfer(payer, address(0), amount);
        emit HoldCaptured(id, address(0), amount, remaining);
    }

    /// @dev Destroys unheld value of `from`. The caller has checked its right to.
    function _burn(address from, uint256 amount) internal {
        Account storage payer = _account(from);
        uint256 word = payer.word;
        uint256 unheld = word.balance() - word.held();
        require(amount <= unheld, LedgerInsufficientSpendable(from, unheld, amount));
        _moved(from, address(0), 0, amount);
        payer.word = _touch(from, _thawed(from, word, unheld - amount)).debit(amount);
        _ledger().totalSupply -= amount;
        emit Transfer(from, address(0), amount);
    }

    // ------------------------------------------------------------ hold internals

    function _place(bytes32 id, address payer, Hold calldata terms) private {
        uint256 amount = terms.amount;
        (address payee, address executor) = (terms.payee, terms.executor);
        LedgerStorage storage $ = _ledger();
        require(payer != address(0) && executor != address(0) && amount != 0 && payer != payee, HoldTermsInvalid(id));
        require(
            terms.expiry > block.timestamp && terms.expiry <= type(uint48).max,
            HoldExpiryInvalid(id, terms.expiry, block.timestamp)
        );
        require($.holds[id] == 0, HoldAlreadyUsed(id));

        Account storage account = $.accounts[payer];
        uint256 word = account.word;
        // who is paid in the end is not known for sure yet, so the payee's word plays no part
        uint256 counted = _committed(_rulesOf(word), payer, word, payee, 0, amount);
        account.word = counted.hold(amount);
        $.holds[id] = _holdMark(word, counted) * HOLD_MARK_UNIT + HOLD_USED + amount;
        emit HoldPlaced(id, payer, executor, payee, amount, terms.expiry, terms.businessRef);
    }

    /// @dev Takes `amount` out of a hold and out of the payer's balance. The caller credits or destroys it.
    function _capture(
        bytes32 id,
        address payer,
        Hold calldata terms,
        uint256 amount
    ) private returns (uint256 remaining) {
        _requireExecutor(id, terms.executor);
        LedgerStorage storage $ = _ledger();
        uint256 holdWord = $.holds[id];
        remaining = holdWord % HOLD_USED;
        require(remaining != 0, HoldNotActive(id));
        require(block.timestamp < terms.expiry, HoldExpired(id, terms.expiry, block.timestamp));
        require(amount <= remaining, HoldAmountExceeded(id, amount, remaining));
        Account storage account = $.accounts[payer];
        uint256 word = account.word;
        uint256 refusal = _captureRefusal(word);
        if (refusal != ALLOWED) _refuse(refusal, payer, terms.payee, word, amount);

        unchecked {
            // amount ≤ remaining ≤ held ≤ balance of the payer (INV-04)
            remaining -= amount;
            $.holds[id] = remaining == 0 ? HOLD_USED : holdWord - amount;
        }
        account.word = _touch(payer, word).release(amount).debit(amount);
    }

    /// @dev EIP-712 struct hash. The terms are six words in a row in calldata, hashed as they stand. Dirty upper bits
    /// give an id that no hold has: placing one reads the three addresses, which refuses them.
    function _holdId(Hold calldata terms) private pure returns (bytes32 id) {
        bytes32 typehash = HOLD_TYPEHASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            calldatacopy(add(free, 0x20), terms, 0xc0)
            id := keccak256(free, 0xe0)
        }
    }

    // ------------------------------------------------------------------ helpers

    function _approve(address owner, address spender, uint256 amount) internal {
        require(spender != address(0), ERC20InvalidSpender(spender));
        _ledger().allowances[owner][spender] = amount;
        emit Approval(owner, spender, amount);
    }

    function _spendAllowance(address owner, uint256 amount) private {
        require(owner != address(0), ERC20InvalidSender(owner));
        mapping(address spender => uint256) storage allowances = _ledger().allowances[owner];
        uint256 allowed = allowances[msg.sender];
        if (allowed == type(uint256).max) return;
        require(amount <= allowed, ERC20InsufficientAllowance(msg.sender, allowed, amount));
        unchecked {
            allowances[msg.sender] = allowed - amount;
        }
    }

    function _requireExecutor(bytes32 id, address executor) private view {
        require(msg.sender == executor, HoldUnauthorized(id, msg.sender, executor));
    }

    function _refuseCover(address account, uint256 word, uint256 amount, uint256 spendable) private pure {
        uint256 balance = word.balance();
        require(amount <= balance, ERC20InsufficientBalance(account, balance, amount));
        // ERC-7943 wants its own error where only the frozen part stands in the way
        require(
            amount > balance - word.held(),
            IERC7943Fungible.ERC7943InsufficientUnfrozenBalance(account, amount, spendable)
        );
        revert LedgerInsufficientSpendable(account, spendable, amount);
    }

    function _entry(uint256 entry) private pure returns (address to, uint256 amount) {
        return (address(uint160(entry >> ENTRY_ADDRESS_SHIFT)), uint96(entry));
    }
}
