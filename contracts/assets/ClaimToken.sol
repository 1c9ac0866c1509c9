// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {AccountLedger} from "../ledger/AccountLedger.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {LedgerCore} from "../ledger/LedgerCore.sol";
import {LedgerEnforcement} from "../ledger/LedgerEnforcement.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IClaimToken} from "./IClaimToken.sol";

/// @title ClaimToken
/// @notice See {IClaimToken}.
/// @dev Of the 120 bits that the ledger leaves to the token, the lowest 16 are the number of the institution that keeps
/// the account; zero: not open. The rest is unused.
abstract contract ClaimToken is AccountLedger, LedgerEnforcement, AccessManaged, IERC20Metadata, IClaimToken {
    using AccountWord for uint256;
    using ShortStrings for string;
    using ShortStrings for ShortString;

    uint256 private constant KEEPER_UNIT = 2 ** 136;
    uint256 private constant KEEPERS = 2 ** 16;

    uint256 private constant SENDER_HALTED = 16;
    uint256 private constant RECEIVER_HALTED = 17;

    /// @inheritdoc IClaimToken
    address public immutable CURRENCY;
    IInstitutionRegistry internal immutable INSTITUTIONS;
    ShortString private immutable SYMBOL;
    uint8 private immutable DECIMALS;

    bool private _halted;

    /// @param currency_ Its authority is this token's, too.
    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        IDigitalCurrency currency_
    ) EIP712(name_, "1") AccessManaged(currency_.authority()) {
        CURRENCY = address(currency_);
        INSTITUTIONS = IInstitutionRegistry(currency_.registry());
        SYMBOL = symbol_.toShortString();
        DECIMALS = decimals_;
    }

    // ---------------------------------------------------------------- accounts

    /// @inheritdoc IClaimToken
    function openAccount(address account) external {
        uint16 institution = _requireKeeper(msg.sender);
        uint256 word = _word(account);
        require(
            account != address(0) && !word.has(AccountWord.ISSUER) && !_isDebtor(account),
            ClaimAccountInvalid(account)
        );
        require(_keeper(word) == 0, ClaimAccountOpen(account, uint16(_keeper(word))));
        unchecked {
            // the bits were zero, and nothing else of the word is above them
            _account(account).word = word + uint256(institution) * KEEPER_UNIT;
        }
        emit ClaimAccountOpened(account, institution);
    }

    /// @inheritdoc IClaimToken
    function closeAccount(address account) external {
        uint16 institution = _requireKeeper(msg.sender);
        uint256 word = _word(account);
        uint16 keeper = uint16(_keeper(word));
        require(keeper == institution, ClaimAccountNotKept(account, keeper, institution));
        require(word.balance() == 0, ClaimAccountNotEmpty(account, word.balance()));
        _account(account).word = word - uint256(keeper) * KEEPER_UNIT;
        emit ClaimAccountClosed(account, institution);
    }

    // ------------------------------------------------------------------- supply

    /// @inheritdoc IClaimToken
    function issue(address to, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _mint(to, amount);
        emit ClaimsCreated(to, businessRef, amount);
    }

    /// @inheritdoc IClaimToken
    function redeemHeld(Hold calldata terms, uint256 amount, bytes32 businessRef) external {
        _requirePower(AccountWord.ISSUER);
        _burnHeld(terms, amount);
        emit ClaimsDestroyed(terms.payer, businessRef, amount);
    }

    // --------------------------------------------------------------- governance

    /// @inheritdoc IClaimToken
    function haltAll() external restricted {
        if (_halted) return;
        _halted = true;
        emit ClaimTokenHalted(msg.sender);
    }

    /// @inheritdoc IClaimToken
    function resumeAll() external restricted {
        if (!_halted) return;
        _halted = false;
        emit ClaimTokenResumed(msg.sender);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IClaimToken
    function keeperOf(address account) external view returns (uint16) {
        return uint16(_keeper(_word(account)));
    }

    /// @inheritdoc IClaimToken
    function isHalted() external view returns (bool) {
        return _halted;
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
    function decimals() external view returns (uint8) {
        return DECIMALS;
    }

    /// @inheritdoc LedgerEnforcement
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return
            interfaceId == type(IClaimToken).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------- ledger hooks

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
        if (_keeper(fromWord) == 0) return (SENDER_BARRED, fromWord);
        return (_halted ? SENDER_HALTED : ALLOWED, fromWord);
    }

    /// @inheritdoc LedgerCore
    function _holdMark(uint256, uint256) internal pure override returns (uint256) {
        return 0;
    }

    /// @inheritdoc LedgerCore
    function _checkCredit(uint256 toWord, uint256 amount) internal view override returns (uint256) {
        if (_keeper(toWord) == 0) return RECEIVER_BARRED;
        if (amount > AccountWord.MAX_AMOUNT - toWord.balance()) return BALANCE_OVERFLOW;
        return _halted ? RECEIVER_HALTED : ALLOWED;
    }

    /// @inheritdoc LedgerCore
    function _captureRefusal(uint256) internal view override returns (uint256) {
        return _halted ? SENDER_HALTED : ALLOWED;
    }

    /// @inheritdoc LedgerCore
    function _giveBack(uint256 word, uint256, uint256) internal pure override returns (uint256) {
        return word;
    }

    /// @inheritdoc LedgerCore
    function _touch(address, uint256 word) internal pure override returns (uint256) {
        return word;
    }

    /// @inheritdoc LedgerEnforcement
    function _mayPay(uint256 word) internal view override returns (bool) {
        return _keeper(word) != 0 && !_halted;
    }

    /// @inheritdoc LedgerEnforcement
    function _mayBePaid(uint256 word) internal view override returns (bool) {
        return _keeper(word) != 0 && !_halted;
    }

    /// @inheritdoc LedgerCore
    function _refuse(uint256 refusal, address from, address to, uint256 word, uint256 amount) internal pure override {
        if (refusal == SENDER_BARRED) revert ERC7943CannotSend(from);
        if (refusal == RECEIVER_BARRED) revert ERC7943CannotReceive(to);
        require(refusal != BALANCE_OVERFLOW, LedgerBalanceOverflow(to, word.balance(), amount));
        revert ClaimMovementHalted(refusal == SENDER_HALTED ? from : to);
    }

    // -------------------------------------------------- what a token on it decides

    /// @dev Number of the institution that `caller` acts for and that may keep accounts. Reverts otherwise.
    function _requireKeeper(address caller) internal view virtual returns (uint16 institution);

    /// @dev Whether `account` is of whoever owes the claim, who can have none against itself.
    function _isDebtor(address account) internal view virtual returns (bool);

    function _keeper(uint256 word) private pure returns (uint256) {
        return (word / KEEPER_UNIT) % KEEPERS;
    }
}
