// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {Calendar} from "./Calendar.sol";
import {CurrencyRules} from "./CurrencyRules.sol";
import {ClassLimits, ICurrencyOffice} from "./ICurrencyOffice.sol";
import {ICurrencySupply} from "./ICurrencySupply.sol";
import {Limits} from "./Limits.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title CurrencyOffice
/// @notice See {ICurrencyOffice}. The counter of a currency: wallets, classes, halts, lawful orders, and what a
/// currency says about itself.
/// @dev Code that a {DigitalCurrency} runs on its own storage for every function it lacks. On its own it governs
/// nothing: it has no authority, so nobody can be given a power or a limit in it, and nothing can be issued in it.
contract CurrencyOffice is CurrencyRules, LedgerEnforcement, ICurrencyOffice {
    using AccountWord for uint256;
    using WalletWord for uint256;
    using ShortStrings for string;
    using ShortStrings for ShortString;

    uint8 internal constant CLASS_COUNT = 16;

    address private immutable SELF = address(this);
    IInstitutionRegistry private immutable REGISTRY;
    ShortString private immutable SYMBOL;
    ShortString private immutable CODE;

    /// @param name_ Name of the token and of its EIP-712 domain, 31 bytes at most.
    /// @param code ISO 4217 code.
    constructor(
        string memory name_,
        string memory symbol_,
        string memory code,
        IInstitutionRegistry registry_
    ) EIP712(name_, "1") AccessManaged(address(0)) {
        SYMBOL = symbol_.toShortString();
        CODE = code.toShortString();
        REGISTRY = registry_;
    }

    // ----------------------------------------------------------------- wallets

    /// @inheritdoc ICurrencyOffice
    function openWallet(address account, uint8 walletClass, bytes32 identity) external {
        uint16 sponsor = _requireOperating();
        _requireCustomerClass(walletClass);
        require(identity != 0, WalletIdentityMissing(account));
        _open(account, walletClass, sponsor, identity);
    }

    /// @inheritdoc ICurrencyOffice
    function openInstitutionWallet(address account) external {
        _open(account, INSTITUTION, REGISTRY.requireActive(account), 0);
    }

    /// @inheritdoc ICurrencyOffice
    function closeInstitutionWallet(address account) external {
        uint256 word = _plain(_word(account));
        uint16 sponsor = uint16(word.sponsor());
        require(word.class() == INSTITUTION, WalletClassInvalid(uint8(word.class())));
        require(
            REGISTRY.institutionOf(account) != sponsor ||
                REGISTRY.institution(sponsor).status == IInstitutionRegistry.Status.Offboarded,
            WalletInstitutionPresent(account, sponsor)
        );
        _close(account, word, sponsor);
    }

    /// @inheritdoc ICurrencyOffice
    function reclassifyWallet(address account, uint8 walletClass, bytes32 evidence) external {
        (uint256 word, uint16 sponsor) = _requireSponsored(account);
        _requireCustomerClass(walletClass);
        require(evidence != 0, WalletEvidenceMissing(account));
        uint8 previous = uint8(_plain(word).class());
        if (walletClass == previous) return;
        // what the class's field says beside the class stays
        _account(account).word = word.withOwner(word.class() - previous + walletClass, sponsor);
        emit WalletReclassified(account, sponsor, previous, walletClass, evidence);
    }

    /// @inheritdoc ICurrencyOffice
    function closeWallet(address account) external {
        (uint256 word, uint16 sponsor) = _requireSponsored(account);
        _close(account, word, sponsor);
    }

    // -------------------------------------------------------------- governance

    /// @inheritdoc ICurrencyOffice
    function setClassLimits(uint8 walletClass, ClassLimits calldata limits) external restricted {
        _requireClass(walletClass);
        // a cap that another cap makes unreachable is a mistake in the table
        require(limits.day <= limits.year || limits.day == type(uint40).max, ClassLimitsInvalid(walletClass));
        bool counted = limits.day != type(uint40).max || limits.year != type(uint40).max;
        ClassLimits memory previous = _classLimits(walletClass);
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

    /// @inheritdoc ICurrencyOffice
    function haltClass(uint8 walletClass) external restricted {
        _requireClass(walletClass);
        if (_switch(walletClass, Limits.HALTED, true)) emit ClassHalted(walletClass, msg.sender);
    }

    /// @inheritdoc ICurrencyOffice
    function resumeClass(uint8 walletClass) external restricted {
        _requireClass(walletClass);
        if (_switch(walletClass, Limits.HALTED, false)) emit ClassResumed(walletClass, msg.sender);
    }

    /// @inheritdoc ICurrencyOffice
    function haltAll() external restricted {
        if (_switchAll(true)) emit Halted(msg.sender);
    }

    /// @inheritdoc ICurrencyOffice
    function resumeAll() external restricted {
        if (_switchAll(false)) emit Resumed(msg.sender);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ICurrencyOffice
    function classLimits(uint8 walletClass) external view returns (ClassLimits memory) {
        return _classLimits(walletClass);
    }

    /// @inheritdoc ICurrencyOffice
    function haltState(uint8 walletClass) external view returns (bool classHalted, bool allHalted) {
        uint256 flags = Limits.flags(_currency().classes[walletClass]);
        return (flags & Limits.HALTED != 0, flags & Limits.ALL_HALTED != 0);
    }

    /// @inheritdoc ICurrencyOffice
    function walletOf(
        address account
    ) external view returns (uint8 walletClass, uint16 sponsor, uint256 dayOut, uint256 yearOut) {
        uint256 word = _plain(_word(account));
        (dayOut, yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        return (uint8(word.class()), uint16(word.sponsor()), dayOut, yearOut);
    }

    /// @inheritdoc ICurrencyOffice
    function identityOf(address account) external view returns (bytes32) {
        return _currency().identities[account];
    }

    /// @inheritdoc ICurrencyOffice
    function registry() external view returns (address) {
        return address(REGISTRY);
    }

    /// @inheritdoc ICurrencyOffice
    function office() external view returns (address) {
        return SELF;
    }

    /// @inheritdoc ICurrencyOffice
    function currencyCode() external view returns (string memory) {
        return CODE.toString();
    }

    /// @notice Name of the token and of its EIP-712 domain (ERC-20).
    function name() external view returns (string memory) {
        return _EIP712Name();
    }

    /// @notice Symbol of the token (ERC-20).
    function symbol() external view returns (string memory) {
        return SYMBOL.toString();
    }

    /// @notice Decimal places of an amount (ERC-20).
    /// @dev ISO 4217: two minor digits for CNY, HKD and their neighbours on the bridge.
    function decimals() external pure returns (uint8) {
        return 2;
    }

    /// @inheritdoc LedgerEnforcement
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            interfaceId == type(ICurrencyOffice).interfaceId ||
            interfaceId == type(ICurrencySupply).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            interfaceId == type(IERC20Permit).interfaceId ||
            interfaceId == type(IERC3009).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------ ledger hooks

    /// @inheritdoc LedgerEnforcement
    function _mayPay(uint256 word) internal view override returns (bool) {
        return Limits.isActive(_limits(_plain(word)));
    }

    /// @inheritdoc LedgerEnforcement
    function _mayBePaid(uint256 word) internal view override returns (bool) {
        return _mayPay(word);
    }

    /// @inheritdoc LedgerEnforcement
    function _authorizeAppointment() internal override restricted {}

    // --------------------------------------------------------------- internals

    function _open(address account, uint8 class, uint16 sponsor, bytes32 identity) internal virtual {
        uint256 word = _plain(_word(account));
        require(word.class() == 0, WalletAlreadyOpen(account, uint16(word.sponsor())));
        require(account != address(0) && !word.has(AccountWord.ISSUER), WalletAccountInvalid(account));
        _account(account).word = word.withOwner(class, sponsor);
        if (identity != 0) _currency().identities[account] = identity;
        emit WalletOpened(account, sponsor, class, identity);
    }

    function _close(address account, uint256 word, uint16 sponsor) internal virtual {
        require(word.balance() == 0, WalletNotEmpty(account, word.balance()));
        _account(account).word = word.withOwner(word.class() - _plain(word).class(), 0);
        delete _currency().identities[account];
        emit WalletClosed(account, sponsor);
    }

    function _requireSponsored(address account) internal view virtual returns (uint256 word, uint16 sponsor) {
        sponsor = _requireOperating();
        word = _word(account);
        require(
            word.sponsor() == sponsor && word.class() != 0 && word.class() != INSTITUTION,
            WalletNotSponsored(account, uint16(word.sponsor()), sponsor)
        );
    }

    function _requireOperating() internal view returns (uint16) {
        return REGISTRY.requireOperating(msg.sender);
    }

    function _requireCustomerClass(uint8 class) internal pure virtual {
        require(class >= 1 && class < CLASS_COUNT && class != INSTITUTION, WalletClassInvalid(class));
    }

    function _requireClass(uint8 class) internal pure virtual {
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
}
