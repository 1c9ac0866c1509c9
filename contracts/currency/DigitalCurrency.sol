// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {AccountLedger} from "../ledger/AccountLedger.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {Authorizations} from "./Authorizations.sol";
import {Calendar} from "./Calendar.sol";
import {ClassLimits, IDigitalCurrency} from "./IDigitalCurrency.sol";
import {Limits} from "./Limits.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title DigitalCurrency
/// @notice See {IDigitalCurrency}.
/// @dev Upgradeable by its central bank (UUPS, through the authority's delay). Identity (name, symbol, code, registry)
/// is code, so a proxy cannot be initialised into another currency.
contract DigitalCurrency is
    IDigitalCurrency,
    Authorizations,
    AccessManaged,
    Initializable,
    UUPSUpgradeable,
    IERC20Metadata
{
    using AccountWord for uint256;
    using WalletWord for uint256;
    using ShortStrings for string;
    using ShortStrings for ShortString;

    /// @custom:storage-location erc7201:dualplatform.currency.DigitalCurrency
    struct CurrencyStorage {
        uint256[256] classes;
        mapping(address account => bytes32 commitment) identities;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.currency.DigitalCurrency")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CURRENCY_STORAGE = 0xe0faf4a3d647678c917bd02276361f8c60c70c699fa492b847e1084adfb2ed00;

    uint8 private constant CLASS_COUNT = 16;
    uint8 private constant CORPORATE = 5;
    uint8 private constant INSTITUTION = 6;
    uint8 private constant GOVERNMENT = 7;

    uint256 private constant SENDER_HALTED = 16;
    uint256 private constant RECEIVER_HALTED = 17;
    uint256 private constant SINGLE_LIMIT = 18;
    uint256 private constant DAY_LIMIT = 19;
    uint256 private constant YEAR_LIMIT = 20;
    uint256 private constant BALANCE_LIMIT = 21;

    // A hold's mark: the UTC+8 day it was counted on, and that it was counted.
    uint256 private constant MARK_COUNTED = 2 ** 16;

    IInstitutionRegistry private immutable REGISTRY;
    ShortString private immutable SYMBOL;
    ShortString private immutable CODE;

    /// @param name_ Name of the token and of its EIP-712 domain, 31 bytes at most.
    /// @param code ISO 4217 code.
    constructor(
        string memory name_,
        string memory symbol_,
        string memory code,
        IInstitutionRegistry registry_,
        address authority_
    ) EIP712(name_, "1") AccessManaged(authority_) {
        SYMBOL = symbol_.toShortString();
        CODE = code.toShortString();
        REGISTRY = registry_;
        _disableInitializers();
    }

    /// @notice Gives the proxy its authority. Called once, in the proxy's constructor.
    /// @dev Reverts with InvalidInitialization, AccessManagedInvalidAuthority.
    function initialize(address authority_) external initializer {
        require(authority_.code.length != 0, AccessManagedInvalidAuthority(authority_));
        _setAuthority(authority_);
    }

    // ------------------------------------------------------------------ supply

    /// @inheritdoc IDigitalCurrency
    function issue(address to, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _mint(to, amount);
        emit Issued(to, businessRef, amount);
    }

    /// @inheritdoc IDigitalCurrency
    function redeemHeld(Hold calldata terms, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _burnHeld(terms, amount);
        emit Redeemed(terms.payer, businessRef, amount);
    }

    // ----------------------------------------------------------------- wallets

    /// @inheritdoc IDigitalCurrency
    function openWallet(address account, uint8 walletClass, bytes32 identity) external {
        uint16 sponsor = REGISTRY.requireOperating(msg.sender);
        _requireCustomerClass(walletClass);
        require(identity != 0, WalletIdentityMissing(account));
        _open(account, walletClass, sponsor, identity);
    }

    /// @inheritdoc IDigitalCurrency
    function openInstitutionWallet(address account) external {
        _open(account, INSTITUTION, REGISTRY.requireActive(account), 0);
    }

    /// @inheritdoc IDigitalCurrency
    function reclassifyWallet(address account, uint8 walletClass) external {
        (uint256 word, uint16 sponsor) = _requireSponsored(account);
        _requireCustomerClass(walletClass);
        uint8 previous = uint8(word.class());
        if (walletClass == previous) return;
        _account(account).word = word.withOwner(walletClass, sponsor);
        emit WalletReclassified(account, sponsor, previous, walletClass);
    }

    /// @inheritdoc IDigitalCurrency
    function closeWallet(address account) external {
        (uint256 word, uint16 sponsor) = _requireSponsored(account);
        require(word.balance() == 0, WalletNotEmpty(account, word.balance()));
        _account(account).word = word.withOwner(0, 0);
        delete _currency().identities[account];
        emit WalletClosed(account, sponsor);
    }

    // -------------------------------------------------------------- governance

    /// @inheritdoc IDigitalCurrency
    function setClassLimits(uint8 walletClass, ClassLimits calldata limits) external restricted {
        _requireClass(walletClass);
        // a cap that another cap makes unreachable is a mistake in the table
        require(limits.day <= limits.year || limits.day == type(uint40).max, ClassLimitsInvalid(walletClass));
        bool counted = limits.day != type(uint40).max || limits.year != type(uint40).max;
        ClassLimits memory previous = classLimits(walletClass);
        uint256 flags = Limits.flags(_currency().classes[walletClass]) & (Limits.HALTED | Limits.ALL_HALTED);
        _currency().classes[walletClass] = Limits.pack(
            limits.balance,
            limits.single,
            limits.day,
            limits.year,
            flags | (limits.open ? Limits.OPEN : 0) | (counted ? Limits.COUNTED : 0)
        );
        emit ClassLimitsSet(walletClass, previous, limits);
    }

    /// @inheritdoc IDigitalCurrency
    function haltClass(uint8 walletClass) external restricted {
        _requireClass(walletClass);
        if (_switch(walletClass, Limits.HALTED, true)) emit ClassHalted(walletClass, msg.sender);
    }

    /// @inheritdoc IDigitalCurrency
    function resumeClass(uint8 walletClass) external restricted {
        _requireClass(walletClass);
        if (_switch(walletClass, Limits.HALTED, false)) emit ClassResumed(walletClass, msg.sender);
    }

    /// @inheritdoc IDigitalCurrency
    function haltAll() external restricted {
        if (_switchAll(true)) emit Halted(msg.sender);
    }

    /// @inheritdoc IDigitalCurrency
    function resumeAll() external restricted {
        if (_switchAll(false)) emit Resumed(msg.sender);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IDigitalCurrency
    function classLimits(uint8 walletClass) public view returns (ClassLimits memory) {
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

    /// @inheritdoc IDigitalCurrency
    function haltState(uint8 walletClass) external view returns (bool classHalted, bool allHalted) {
        uint256 flags = Limits.flags(_currency().classes[walletClass]);
        return (flags & Limits.HALTED != 0, flags & Limits.ALL_HALTED != 0);
    }

    /// @inheritdoc IDigitalCurrency
    function walletOf(
        address account
    ) external view returns (uint8 walletClass, uint16 sponsor, uint256 dayOut, uint256 yearOut) {
        uint256 word = _word(account);
        (dayOut, yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        return (uint8(word.class()), uint16(word.sponsor()), dayOut, yearOut);
    }

    /// @inheritdoc IDigitalCurrency
    function identityOf(address account) external view returns (bytes32) {
        return _currency().identities[account];
    }

    /// @inheritdoc IDigitalCurrency
    function registry() external view returns (address) {
        return address(REGISTRY);
    }

    /// @inheritdoc IDigitalCurrency
    function currencyCode() external view returns (string memory) {
        return CODE.toString();
    }

    /// @inheritdoc IERC20Metadata
    function name() external view returns (string memory) {
        return _EIP712Name();
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return SYMBOL.toString();
    }

    /// @inheritdoc IERC20Metadata
    /// @dev ISO 4217: two minor digits for CNY, HKD and their neighbours on the bridge.
    function decimals() external pure returns (uint8) {
        return 2;
    }

    /// @inheritdoc AccountLedger
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IDigitalCurrency).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            interfaceId == type(IERC20Permit).interfaceId ||
            interfaceId == type(IERC3009).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------ ledger hooks

    /// @inheritdoc AccountLedger
    function _checkDebit(
        uint256 fromWord,
        uint256 toWord,
        uint256 amount
    ) internal view override returns (uint256 refusal, uint256 counted) {
        uint256 limits = _limits(fromWord);
        if (!Limits.isActive(limits)) return (_standing(limits, SENDER_BARRED, SENDER_HALTED), fromWord);
        if (_isRedemption(fromWord, toWord)) return (ALLOWED, fromWord);
        if (amount > Limits.single(limits)) return (SINGLE_LIMIT, fromWord);
        if (!Limits.isCounted(limits)) return (ALLOWED, fromWord);

        uint256 today = Calendar.dayOf(block.timestamp);
        counted = fromWord.day() == today ? fromWord : _onDay(fromWord, today);
        if (Limits.exceedsDay(limits, counted.dayOut(), amount)) return (DAY_LIMIT, fromWord);
        if (Limits.exceedsYear(limits, counted.yearOut(), amount)) return (YEAR_LIMIT, fromWord);
        counted = counted.count(amount);
    }

    /// @inheritdoc AccountLedger
    /// @dev Counting an amount always changes the word, and leaves today in it.
    function _holdMark(uint256 fromWord, uint256 counted) internal pure override returns (uint256) {
        return counted == fromWord ? 0 : MARK_COUNTED + counted.day();
    }

    /// @inheritdoc AccountLedger
    function _checkCredit(uint256 toWord, uint256 amount) internal view override returns (uint256) {
        uint256 limits = _limits(toWord);
        if (!Limits.isActive(limits)) return _standing(limits, RECEIVER_BARRED, RECEIVER_HALTED);
        uint256 cap = Limits.balance(limits);
        uint256 balance = toWord.balance();
        unchecked {
            return amount > cap || balance + amount > cap ? BALANCE_LIMIT : ALLOWED;
        }
    }

    /// @inheritdoc AccountLedger
    function _captureRefusal(uint256 fromWord) internal view override returns (uint256) {
        uint256 flags = Limits.flags(_limits(fromWord));
        return flags & (Limits.HALTED | Limits.ALL_HALTED) == 0 ? ALLOWED : SENDER_HALTED;
    }

    /// @inheritdoc AccountLedger
    function _giveBack(uint256 word, uint256 mark, uint256 amount) internal pure override returns (uint256) {
        if (mark < MARK_COUNTED) return word;
        uint256 placed = mark % MARK_COUNTED;
        uint256 day = word.day();
        (uint256 dayOut, uint256 yearOut) = (word.dayOut(), word.yearOut());
        // day is when the payer last paid: if that was later than the hold, its counters never held the hold
        if (placed == day) dayOut = dayOut > amount ? dayOut - amount : 0;
        if (Calendar.yearOf(placed) == Calendar.yearOf(day)) yearOut = yearOut > amount ? yearOut - amount : 0;
        return word.withCounters(day, dayOut, yearOut);
    }

    /// @inheritdoc AccountLedger
    function _touch(address, uint256 word) internal pure override returns (uint256) {
        return word;
    }

    /// @inheritdoc AccountLedger
    function _mayPay(uint256 word) internal view override returns (bool) {
        return Limits.isActive(_limits(word));
    }

    /// @inheritdoc AccountLedger
    function _mayBePaid(uint256 word) internal view override returns (bool) {
        return _mayPay(word);
    }

    /// @inheritdoc AccountLedger
    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal view override {
        if (refusal == SENDER_BARRED) revert ERC7943CannotSend(from);
        if (refusal == RECEIVER_BARRED) revert ERC7943CannotReceive(to);
        uint8 class = uint8(word.class());
        if (refusal == SENDER_HALTED) revert WalletHalted(from, class);
        if (refusal == RECEIVER_HALTED) revert WalletHalted(to, class);
        ClassLimits memory limits = classLimits(class);
        if (refusal == BALANCE_LIMIT) revert WalletBalanceLimitExceeded(to, amount, word.balance(), limits.balance);
        if (refusal == SINGLE_LIMIT) revert WalletSingleLimitExceeded(from, amount, limits.single);
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        if (refusal == DAY_LIMIT) revert WalletDayLimitExceeded(from, amount, dayOut, limits.day);
        revert WalletYearLimitExceeded(from, amount, yearOut, limits.year);
    }

    /// @inheritdoc AccountLedger
    function _authorizeAppointment() internal override restricted {}

    /// @inheritdoc UUPSUpgradeable
    function _authorizeUpgrade(address) internal override restricted {}

    // --------------------------------------------------------------- internals

    function _open(address account, uint8 class, uint16 sponsor, bytes32 identity) private {
        uint256 word = _word(account);
        require(word.class() == 0, WalletAlreadyOpen(account, uint16(word.sponsor())));
        require(account != address(0) && !word.has(AccountWord.ISSUER), WalletAccountInvalid(account));
        _account(account).word = word.withOwner(class, sponsor);
        if (identity != 0) _currency().identities[account] = identity;
        emit WalletOpened(account, sponsor, class, identity);
    }

    function _requireSponsored(address account) private view returns (uint256 word, uint16 sponsor) {
        sponsor = REGISTRY.requireOperating(msg.sender);
        word = _word(account);
        require(
            word.sponsor() == sponsor && word.class() != 0 && word.class() != INSTITUTION,
            WalletNotSponsored(account, uint16(word.sponsor()), sponsor)
        );
    }

    /// @dev The limits of the wallet's class. A class has 8 bits and there are 256 entries: no bound to check.
    function _limits(uint256 word) private view returns (uint256 limits) {
        uint256[256] storage classes = _currency().classes;
        uint256 class = word.class();
        assembly ("memory-safe") {
            limits := sload(add(classes.slot, class))
        }
    }

    function _requireCustomerClass(uint8 class) private pure {
        require(class >= 1 && class < CLASS_COUNT && class != INSTITUTION, WalletClassInvalid(class));
    }

    function _requireClass(uint8 class) private pure {
        require(class < CLASS_COUNT, WalletClassInvalid(class));
    }

    function _switchAll(bool on) private returns (bool changed) {
        for (uint8 class = 0; class < CLASS_COUNT; ++class) {
            if (_switch(class, Limits.ALL_HALTED, on)) changed = true;
        }
    }

    function _switch(uint8 class, uint256 flag, bool on) private returns (bool changed) {
        uint256 limits = _currency().classes[class];
        uint256 flags = Limits.flags(limits);
        changed = (flags & flag != 0) != on;
        if (changed) _currency().classes[class] = Limits.withFlags(limits, flags ^ flag);
    }

    function _currentCounters(uint256 word, uint256 today) private pure returns (uint256 dayOut, uint256 yearOut) {
        uint256 day = word.day();
        if (day == today) return (word.dayOut(), word.yearOut());
        return (0, Calendar.yearOf(day) == Calendar.yearOf(today) ? word.yearOut() : 0);
    }

    function _onDay(uint256 word, uint256 today) private pure returns (uint256) {
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, today);
        return word.withCounters(today, dayOut, yearOut);
    }

    /// @dev Money going back to the wallet's own institution is redemption, which no limit counts.
    function _isRedemption(uint256 fromWord, uint256 toWord) private pure returns (bool) {
        return toWord.class() == INSTITUTION && toWord.sponsor() == fromWord.sponsor();
    }

    function _standing(uint256 limits, uint256 barred, uint256 halted) private pure returns (uint256) {
        return Limits.flags(limits) & Limits.OPEN == 0 ? barred : halted;
    }

    function _currency() private pure returns (CurrencyStorage storage $) {
        assembly ("memory-safe") {
            $.slot := CURRENCY_STORAGE
        }
    }
}
