// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {LedgerCore} from "../ledger/LedgerCore.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {IERC7943Fungible} from "../ledger/IERC7943.sol";
import {Calendar} from "./Calendar.sol";
import {ClassLimits, ICurrencyOffice} from "./ICurrencyOffice.sol";
import {Limits} from "./Limits.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title CurrencyRules
/// @notice What a wallet's class allows, in the two pieces of code of a currency: {DigitalCurrency}, which applies it to
/// every movement, and {CurrencyOffice}, which answers `canTransfer` by it. Both start from here so that every variable
/// has one place in both (`npm run check` compares their layouts).
abstract contract CurrencyRules is LedgerCore, EIP712, AccessManaged {
    using AccountWord for uint256;
    using WalletWord for uint256;

    /// @custom:storage-location erc7201:dualplatform.currency.DigitalCurrency
    struct CurrencyStorage {
        uint256[256] classes;
        mapping(address account => bytes32 commitment) identities;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.currency.DigitalCurrency")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CURRENCY_STORAGE = 0xe0faf4a3d647678c917bd02276361f8c60c70c699fa492b847e1084adfb2ed00;

    uint8 internal constant INSTITUTION = 6;

    uint256 private constant SENDER_HALTED = 16;
    uint256 private constant RECEIVER_HALTED = 17;
    uint256 private constant SINGLE_LIMIT = 18;
    uint256 private constant DAY_LIMIT = 19;
    uint256 private constant YEAR_LIMIT = 20;
    uint256 private constant BALANCE_LIMIT = 21;

    // A hold's mark: the UTC+8 day it was counted on, and that it was counted.
    uint256 internal constant MARK_COUNTED = 2 ** 16;

    // ------------------------------------------------------------ ledger hooks

    /// @inheritdoc LedgerCore
    function _rulesOf(uint256 fromWord) internal view override returns (uint256) {
        return _limits(fromWord);
    }

    /// @inheritdoc LedgerCore
    function _checkDebit(
        uint256 limits,
        uint256 fromWord,
        uint256 toWord,
        uint256 amount
    ) internal view override returns (uint256 refusal, uint256 counted) {
        if (!Limits.isActive(limits)) {
            (refusal, limits, fromWord) = _resolve(limits, fromWord, toWord);
            if (!Limits.isActive(limits)) return (refusal, fromWord);
        }
        if (_isRedemption(fromWord, toWord)) return (refusal, fromWord);
        if (amount > Limits.single(limits)) return (SINGLE_LIMIT, fromWord);
        if (!Limits.isCounted(limits)) return (refusal, fromWord);

        uint256 today = Calendar.dayOf(block.timestamp);
        counted = fromWord.day() == today ? fromWord : _onDay(fromWord, today);
        if (Limits.exceedsDay(limits, counted.dayOut(), amount)) return (DAY_LIMIT, fromWord);
        if (Limits.exceedsYear(limits, counted.yearOut(), amount)) return (YEAR_LIMIT, fromWord);
        counted = counted.count(amount);
    }

    /// @inheritdoc LedgerCore
    /// @dev Counting an amount always changes the word, and leaves today in it.
    function _holdMark(uint256 fromWord, uint256 counted) internal view virtual override returns (uint256) {
        return counted == fromWord ? 0 : MARK_COUNTED + counted.day();
    }

    /// @inheritdoc LedgerCore
    function _checkCredit(uint256 toWord, uint256 amount) internal view override returns (uint256) {
        uint256 limits = _limits(toWord);
        if (!Limits.isActive(limits)) {
            toWord = _plain(toWord);
            limits = _limits(toWord);
            if (!Limits.isActive(limits)) return _standing(limits, RECEIVER_BARRED, RECEIVER_HALTED);
        }
        uint256 cap = Limits.balance(limits);
        uint256 balance = toWord.balance();
        unchecked {
            return amount > cap || balance + amount > cap ? BALANCE_LIMIT : ALLOWED;
        }
    }

    /// @inheritdoc LedgerCore
    function _captureRefusal(uint256 fromWord) internal view override returns (uint256) {
        if (Limits.isActive(_limits(fromWord))) return ALLOWED;
        uint256 flags = Limits.flags(_limits(_plain(fromWord)));
        return flags & (Limits.HALTED | Limits.ALL_HALTED) == 0 ? ALLOWED : SENDER_HALTED;
    }

    /// @inheritdoc LedgerCore
    function _giveBack(uint256 word, uint256 mark, uint256 amount) internal virtual override returns (uint256) {
        if (mark < MARK_COUNTED) return word;
        uint256 placed = mark % MARK_COUNTED;
        uint256 day = word.day();
        (uint256 dayOut, uint256 yearOut) = (word.dayOut(), word.yearOut());
        // day is when the payer last paid: if that was later than the hold, its counters never held the hold
        if (placed == day) dayOut = dayOut > amount ? dayOut - amount : 0;
        if (Calendar.yearOf(placed) == Calendar.yearOf(day)) yearOut = yearOut > amount ? yearOut - amount : 0;
        return word.withCounters(day, dayOut, yearOut);
    }

    /// @inheritdoc LedgerCore
    function _touch(address, uint256 word) internal pure override returns (uint256) {
        return word;
    }

    /// @inheritdoc LedgerCore
    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal view override {
        if (refusal == SENDER_BARRED) revert IERC7943Fungible.ERC7943CannotSend(from);
        if (refusal == RECEIVER_BARRED) revert IERC7943Fungible.ERC7943CannotReceive(to);
        word = _plain(word);
        uint8 class = uint8(word.class());
        if (refusal == SENDER_HALTED) revert ICurrencyOffice.WalletHalted(from, class);
        if (refusal == RECEIVER_HALTED) revert ICurrencyOffice.WalletHalted(to, class);
        ClassLimits memory limits = _classLimits(class);
        if (refusal == BALANCE_LIMIT)
            revert ICurrencyOffice.WalletBalanceLimitExceeded(to, amount, word.balance(), limits.balance);
        if (refusal == SINGLE_LIMIT) revert ICurrencyOffice.WalletSingleLimitExceeded(from, amount, limits.single);
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        // without a cap on the day only the counter's end is reached, and that is the year's, too
        if (refusal == DAY_LIMIT && limits.day != type(uint40).max)
            revert ICurrencyOffice.WalletDayLimitExceeded(from, amount, dayOut, limits.day);
        revert ICurrencyOffice.WalletYearLimitExceeded(from, amount, yearOut, limits.year);
    }

    // ------------------------------------------- what a kind of currency decides

    /// @dev What {_checkDebit} goes by for a payer whose class has no active limits as its word gives it: limits and word
    /// to go on with and what to answer if they allow it or, with limits that are not active, the answer itself.
    function _resolve(
        uint256 limits,
        uint256 fromWord,
        uint256
    ) internal view virtual returns (uint256 answer, uint256 active, uint256 word) {
        return (_standing(limits, SENDER_BARRED, SENDER_HALTED), 0, fromWord);
    }

    /// @dev The word with class and counters in their places, where an account keeps them otherwise.
    function _plain(uint256 word) internal view virtual returns (uint256) {
        return word;
    }

    /// @dev Money going back to the wallet's own institution is redemption, which no limit counts.
    function _isRedemption(uint256 fromWord, uint256 toWord) internal pure virtual returns (bool) {
        return toWord.class() == INSTITUTION && toWord.sponsor() == fromWord.sponsor();
    }

    // --------------------------------------------------------------- internals

    /// @dev The limits of the wallet's class. A class has 8 bits and there are 256 entries: no bound to check.
    function _limits(uint256 word) internal view returns (uint256 limits) {
        uint256[256] storage classes = _currency().classes;
        uint256 class = word.class();
        assembly ("memory-safe") {
            limits := sload(add(classes.slot, class))
        }
    }

    function _classLimits(uint8 walletClass) internal view returns (ClassLimits memory) {
        uint256 word = _currency().classes[walletClass];
        return
            ClassLimits({
                balance: uint64(Limits.balance(word)),
                single: uint64(Limits.single(word)),
                day: uint40(Limits.day(word)),
                year: uint40(Limits.year(word)),
                open: Limits.flags(word) & Limits.OPEN != 0
            });
    }

    function _currentCounters(uint256 word, uint256 today) internal pure returns (uint256 dayOut, uint256 yearOut) {
        uint256 day = word.day();
        if (day == today) return (word.dayOut(), word.yearOut());
        return (0, Calendar.yearOf(day) == Calendar.yearOf(today) ? word.yearOut() : 0);
    }

    function _onDay(uint256 word, uint256 today) internal pure returns (uint256) {
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, today);
        return word.withCounters(today, dayOut, yearOut);
    }

    function _standing(uint256 limits, uint256 barred, uint256 halted) private pure returns (uint256) {
        return Limits.flags(limits) & Limits.OPEN == 0 ? barred : halted;
    }

    function _currency() internal pure returns (CurrencyStorage storage $) {
        assembly ("memory-safe") {
            $.slot := CURRENCY_STORAGE
        }
    }
}
