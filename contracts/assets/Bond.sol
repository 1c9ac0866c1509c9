// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {AccountLedger} from "../ledger/AccountLedger.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {LedgerCore} from "../ledger/LedgerCore.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {BondPromise} from "./BondPromise.sol";
import {HoldingWord} from "./HoldingWord.sol";
import {IAssetRegistry, IAssetToken} from "./IAssetRegistry.sol";
import {BondTerms, Coupon, CouponCut, IBond} from "./IBond.sol";
import {Rounding} from "./Rounding.sol";

/// @title Bond
/// @notice See {IBond}.
/// @dev Not upgradeable: what was promised is code. Only who pays corporate actions can be replaced, by the authority.
contract Bond is BondPromise, AccountLedger, LedgerEnforcement, AccessManaged, IERC20Metadata {
    using AccountWord for uint256;
    using HoldingWord for uint256;
    using ShortStrings for string;
    using ShortStrings for ShortString;

    /// @dev All that a movement of units needs to know of the bond, in one word.
    /// @param nextRecord Time of the first record date that is not counted in `passed`.
    /// @param passed Record dates passed when this was last written.
    /// @param settled Coupons settled; always the first ones.
    struct State {
        uint48 nextRecord;
        uint16 passed;
        uint16 settled;
        bool issued;
        bool matured;
        bool halted;
    }

    /// @dev What turns holdings at a record date into shares of its coupon.
    struct CouponRule {
        uint256 numerator;
        uint256 denominator;
        uint256 cutRemainder;
        uint256 cutPosition;
        uint256 settled;
    }

    /// @dev A snapshot that was overwritten while a coupon still needed it.
    /// @param k Last record date that it is for; the first is the one after the entry before.
    struct Kept {
        uint64 k;
        uint64 units;
    }

    uint256 private constant MATURED = 16;
    uint256 private constant SENDER_HALTED = 17;
    uint256 private constant RECEIVER_HALTED = 18;

    IAssetRegistry private immutable REGISTER;
    IInstitutionRegistry private immutable INSTITUTIONS;
    ShortString private immutable SYMBOL;

    State private _state;
    address private _payingAgent;
    address[] private _accounts;
    mapping(address account => Kept[] snapshots) private _kept;

    constructor(
        BondTerms memory terms,
        Coupon[] memory coupons,
        IAssetRegistry register_,
        address authority_
    ) BondPromise(terms, coupons) EIP712(terms.name, "1") AccessManaged(authority_) {
        register_.requireCurrency(terms.currency);
        REGISTER = register_;
        INSTITUTIONS = IInstitutionRegistry(register_.institutions());
        SYMBOL = terms.symbol.toShortString();
        _state.nextRecord = _recordTime(0);
    }

    // ------------------------------------------------------------------- issue

    /// @inheritdoc IBond
    function issue() external {
        address registrar = REGISTER.asset(ISIN).registrar;
        require(msg.sender == registrar, BondCallerNotRegistrar(msg.sender, registrar));
        require(!_state.issued, BondAlreadyIssued(ISIN));
        // every record date must find the whole issue in existence
        uint256 until = _recordTime(0) == NEVER ? MATURITY : _recordTime(0);
        require(
            block.timestamp >= ISSUE_DATE && block.timestamp < until,
            BondIssueTimeInvalid(block.timestamp, ISSUE_DATE, until)
        );

        _state.issued = true;
        _mint(ISSUER, UNITS);
        emit BondIssued(ISIN, ISSUER, UNITS);
        REGISTER.report(IAssetRegistry.AssetStatus.Issued);
    }

    // ---------------------------------------------------------------- accounts

    /// @inheritdoc IBond
    function openAccount(address account) external {
        uint16 custodian = INSTITUTIONS.requireActive(msg.sender);
        uint256 word = _word(account);
        require(account != address(0) && !word.has(AccountWord.ISSUER), BondAccountInvalid(account));
        require(word.custodian() == 0, BondAccountOpen(account, uint16(word.custodian())));
        uint256 position = word.position();
        if (position == 0) {
            _accounts.push(account);
            position = _accounts.length;
            require(position <= HoldingWord.MAX_POSITION, BondAccountsExhausted(HoldingWord.MAX_POSITION));
        }

        _account(account).word = word.withPlace(position, custodian);
        emit BondAccountOpened(account, custodian, position);
    }

    /// @inheritdoc IBond
    function closeAccount(address account) external {
        uint16 custodian = INSTITUTIONS.requireActive(msg.sender);
        uint256 word = _word(account);
        uint16 keeper = uint16(word.custodian());
        require(keeper == custodian, BondAccountNotKept(account, keeper, custodian));
        require(word.balance() == 0, BondAccountNotEmpty(account, word.balance()));

        _account(account).word = word.withPlace(word.position(), 0);
        emit BondAccountClosed(account, custodian);
    }

    // ------------------------------------------------------- corporate actions

    /// @inheritdoc IBond
    function setPayingAgent(address agent) external restricted {
        emit BondPayingAgentSet(_payingAgent, agent);
        _payingAgent = agent;
    }

    /// @inheritdoc IBond
    function redeem(uint256[] calldata entries) external {
        _requirePower(AccountWord.ISSUER);
        require(block.timestamp >= _maturity(), BondNotMatured(_maturity(), block.timestamp));
        require(!_state.halted, BondIsHalted(msg.sender));
        if (!_state.matured) {
            _state.matured = true;
            REGISTER.report(IAssetRegistry.AssetStatus.Matured);
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            address account = address(uint160(entries[i] >> 96));
            uint256 units = uint96(entries[i]);
            uint256 available = _redeemable(account);
            require(units <= available, BondRedemptionExceeded(account, units, available));
            _burn(account, units);
        }
        if (this.totalSupply() == 0) REGISTER.report(IAssetRegistry.AssetStatus.Redeemed);
    }

    /// @inheritdoc IBond
    function settleRecord(uint256 k) external {
        _requirePower(AccountWord.ISSUER);
        require(k == _state.settled, BondRecordOutOfOrder(k, _state.settled));
        _requirePassed(k);
        // k < coupons.length ≤ 65,535
        _state.settled = uint16(k + 1);
        emit BondRecordSettled(k);
    }

    // -------------------------------------------------------------- governance

    /// @inheritdoc IBond
    function haltAll() external restricted {
        if (_state.halted) return;
        _state.halted = true;
        emit BondHalted(msg.sender);
    }

    /// @inheritdoc IBond
    function resumeAll() external restricted {
        if (!_state.halted) return;
        _state.halted = false;
        emit BondResumed(msg.sender);
    }

    // ---------------------------------------------------------------- holdings

    /// @inheritdoc IBond
    function entitlement(uint256 k, address account) external view returns (uint256 units) {
        _requirePassed(k);
        (, units) = _holding(k, account, _state.settled);
    }

    /// @inheritdoc IBond
    function entitlements(uint256 k, address[] calldata accounts_) external view returns (uint256[] memory entries) {
        _requirePassed(k);
        uint256 settled = _state.settled;
        entries = new uint256[](accounts_.length);
        for (uint256 i = 0; i < accounts_.length; ++i) {
            (uint256 position, uint256 units) = _holding(k, accounts_[i], settled);
            entries[i] = (position << 64) | units;
        }
    }

    /// @inheritdoc IBond
    function couponShares(
        uint256 k,
        CouponCut calldata cut,
        address[] calldata accounts_
    ) external view returns (uint256[] memory entries) {
        CouponRule memory rule = _couponRule(k, cut);
        entries = new uint256[](accounts_.length);
        for (uint256 i = 0; i < accounts_.length; ++i) {
            address account = accounts_[i];
            (uint256 position, uint256 units) = _holding(k, account, rule.settled);
            uint256 share = _share(rule, units, position);
            entries[i] = (uint256(uint160(account)) << 96) | (position << 64) | share;
        }
    }

    /// @inheritdoc IBond
    function measure(
        uint256 k,
        CouponCut calldata cut,
        uint256 last,
        address[] calldata accounts_
    ) external view returns (uint256 units, uint256 amount, uint256 newLast) {
        CouponRule memory rule = _couponRule(k, cut);
        newLast = last;
        for (uint256 i = 0; i < accounts_.length; ++i) {
            address account = accounts_[i];
            (uint256 position, uint256 held) = _holding(k, account, rule.settled);
            require(position > newLast, BondAccountsUnordered(account, position, newLast));
            newLast = position;
            unchecked {
                // fewer than 2^24 positions, each with less than 2^64 units and minor units
                units += held;
                amount += _share(rule, held, position);
            }
        }
    }

    /// @inheritdoc IBond
    function redeemable(address[] calldata accounts_) external view returns (uint256[] memory units) {
        units = new uint256[](accounts_.length);
        for (uint256 i = 0; i < accounts_.length; ++i) units[i] = _redeemable(accounts_[i]);
    }

    /// @inheritdoc IBond
    function accounts(uint256 offset, uint256 limit) external view returns (address[] memory page) {
        uint256 total = _accounts.length;
        if (offset > total) offset = total;
        page = new address[](limit < total - offset ? limit : total - offset);
        for (uint256 i = 0; i < page.length; ++i) page[i] = _accounts[offset + i];
    }

    /// @inheritdoc IBond
    function accountCount() external view returns (uint256) {
        return _accounts.length;
    }

    /// @inheritdoc IBond
    function accountOf(address account) external view returns (uint256 position, uint16 custodian) {
        uint256 word = _word(account);
        return (word.position(), uint16(word.custodian()));
    }

    /// @inheritdoc IBond
    function recordsPassed() external view returns (uint256 passed) {
        (passed, ) = _records();
    }

    /// @inheritdoc IBond
    function recordsSettled() external view returns (uint256) {
        return _state.settled;
    }

    /// @inheritdoc IAssetToken
    function assetRegistry() external view returns (address) {
        return address(REGISTER);
    }

    /// @inheritdoc IBond
    function payingAgent() external view returns (address) {
        return _payingAgent;
    }

    /// @inheritdoc IBond
    function state() external view returns (bool issued, bool matured, bool halted) {
        return (_state.issued, _state.matured, _state.halted);
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
    /// @dev Units are indivisible.
    function decimals() external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc LedgerEnforcement
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            interfaceId == type(IBond).interfaceId ||
            interfaceId == type(IAssetToken).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------ ledger hooks

    /// @inheritdoc LedgerCore
    function _rulesOf(uint256) internal pure override returns (uint256) {
        return 0;
    }

    /// @inheritdoc LedgerCore
    function _checkDebit(
        uint256,
        uint256 fromWord,
        uint256,
        uint256
    ) internal view override returns (uint256 refusal, uint256 counted) {
        if (fromWord.custodian() == 0) return (SENDER_BARRED, fromWord);
        if (block.timestamp >= _maturity()) return (MATURED, fromWord);
        return (_state.halted ? SENDER_HALTED : ALLOWED, fromWord);
    }

    /// @inheritdoc LedgerCore
    function _holdMark(uint256, uint256) internal pure override returns (uint256) {
        return 0;
    }

    /// @inheritdoc LedgerCore
    function _checkCredit(uint256 toWord, uint256 amount) internal view override returns (uint256) {
        if (toWord.custodian() == 0) return RECEIVER_BARRED;
        // no account can come to hold more than the issue
        if (amount > UNITS - toWord.balance()) return BALANCE_OVERFLOW;
        return _state.halted ? RECEIVER_HALTED : ALLOWED;
    }

    /// @inheritdoc LedgerCore
    /// @dev Not the maturity: a pledge is enforced after it, too.
    function _captureRefusal(uint256) internal view override returns (uint256) {
        return _state.halted ? SENDER_HALTED : ALLOWED;
    }

    /// @inheritdoc LedgerCore
    function _giveBack(uint256 word, uint256, uint256) internal pure override returns (uint256) {
        return word;
    }

    /// @inheritdoc LedgerCore
    /// @dev The balance has not changed since the word last saw a record date, so it is the balance of every record
    /// date that passed since.
    function _touch(address account, uint256 word) internal override returns (uint256) {
        (uint256 passed, uint256 settled) = _countRecords();
        uint256 seen = word.seen();
        if (seen == passed) return word;
        // seen − 1 is the last record date that the snapshot is for
        if (seen > settled) _kept[account].push(Kept(uint64(seen - 1), uint64(word.recordBalance())));
        return word.withRecord(word.balance(), passed);
    }

    /// @inheritdoc LedgerEnforcement
    function _mayPay(uint256 word) internal view override returns (bool) {
        return word.custodian() != 0 && !_state.halted && block.timestamp < _maturity();
    }

    /// @inheritdoc LedgerEnforcement
    function _mayBePaid(uint256 word) internal view override returns (bool) {
        return word.custodian() != 0 && !_state.halted;
    }

    /// @inheritdoc LedgerCore
    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal view override {
        if (refusal == SENDER_BARRED) revert ERC7943CannotSend(from);
        if (refusal == RECEIVER_BARRED) revert ERC7943CannotReceive(to);
        require(refusal != BALANCE_OVERFLOW, LedgerBalanceOverflow(to, word.balance(), amount));
        if (refusal == MATURED) revert BondMatured(_maturity(), block.timestamp);
        revert BondIsHalted(refusal == SENDER_HALTED ? from : to);
    }

    /// @inheritdoc LedgerEnforcement
    // solhint-disable-next-line no-empty-blocks
    function _authorizeAppointment() internal override restricted {}

    // ------------------------------------------------------------------ records

    /// @dev Place of an account in the list, and what it held at record date `k`, which has passed.
    function _holding(
        uint256 k,
        address account,
        uint256 settled
    ) private view returns (uint256 position, uint256 units) {
        uint256 word = _word(account);
        position = word.position();
        units = k >= word.seen() ? word.balance() : _snapshot(k, account, word, settled);
    }

    /// @dev What the account held at a record date that its word has seen.
    function _snapshot(uint256 k, address account, uint256 word, uint256 settled) private view returns (uint256) {
        if (k + 1 == word.seen()) return word.recordBalance();
        require(k >= settled, BondRecordNotKept(k, account));
        Kept[] storage kept = _kept[account];
        uint256 low = 0;
        uint256 high = kept.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (kept[middle].k < k) low = middle + 1;
            else high = middle;
        }
        // what was not overwritten is in the word
        return low == kept.length ? word.recordBalance() : kept[low].units;
    }

    function _couponRule(uint256 k, CouponCut calldata cut) private view returns (CouponRule memory rule) {
        _requirePassed(k);
        (rule.numerator, rule.denominator) = couponPerUnit(k);
        (rule.cutRemainder, rule.cutPosition) = (cut.remainder, cut.position);
        rule.settled = _state.settled;
    }

    function _share(CouponRule memory rule, uint256 units, uint256 position) private pure returns (uint256) {
        unchecked {
            // units and nominal < 2^64, rate < 2^32, days < 2^24; an instalment of nominal adds less than 2^115
            return
                Rounding.share(units * rule.numerator, rule.denominator, position, rule.cutRemainder, rule.cutPosition);
        }
    }

    function _requirePassed(uint256 k) private view {
        uint256 recordTime = coupon(k).recordTime;
        require(recordTime <= block.timestamp, BondRecordPending(k, recordTime, block.timestamp));
    }

    /// @dev Counts the record dates that have passed since anyone last did.
    function _countRecords() private returns (uint256 passed, uint256 settled) {
        State storage current = _state;
        settled = current.settled;
        if (block.timestamp < current.nextRecord) return (current.passed, settled);
        uint48 next;
        (passed, next) = _records();
        // passed ≤ coupons.length ≤ 65,535
        current.passed = uint16(passed);
        current.nextRecord = next;
    }

    /// @dev How many record dates have passed, and when the next is.
    function _records() private view returns (uint256 passed, uint48 next) {
        passed = _state.passed;
        next = _state.nextRecord;
        if (block.timestamp < next) return (passed, next);
        passed = _recordsPassedSince(passed);
        next = _recordTime(passed);
    }

    // ---------------------------------------------------------------- internals

    function _isIssued() internal view returns (bool) {
        return _state.issued;
    }

    function _redeemable(address account) private view returns (uint256) {
        uint256 word = _word(account);
        return word.has(AccountWord.FROZEN) ? 0 : _spendable(account, word);
    }
}
