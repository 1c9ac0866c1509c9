// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7943Fungible} from "../ledger/IERC7943.sol";
import {LedgerCore} from "../ledger/LedgerCore.sol";
import {CurrencyOffice} from "../currency/CurrencyOffice.sol";
import {CurrencyRules} from "../currency/CurrencyRules.sol";
import {WalletWord} from "../currency/WalletWord.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {BridgeRules} from "./BridgeRules.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {CorridorPolicy, ICorridorPolicy} from "./ICorridorPolicy.sol";

/// @title BridgeOffice
/// @notice See {ICorridorPolicy}. The counter of a currency on the shared ledger.
contract BridgeOffice is CurrencyOffice, BridgeRules, ICorridorPolicy {
    using WalletWord for uint256;

    uint8 private constant FIRST_CORRIDOR = 8;

    /// @dev Parameters as for {BridgeCurrency}.
    constructor(
        string memory name_,
        string memory symbol_,
        string memory code,
        IInstitutionRegistry registry_,
        IBridgeGate gate_
    ) CurrencyOffice(name_, symbol_, code, registry_) BridgeRules(registry_, gate_) {}

    // --------------------------------------------------------------- corridors

    /// @inheritdoc ICorridorPolicy
    function openCorridor(
        uint8 walletClass,
        address foreignRegistry,
        CorridorPolicy calldata policy
    ) external restricted {
        require(_isCorridorClass(walletClass), CorridorClassInvalid(walletClass));
        Corridor storage corridor = _bridge().corridors[walletClass];
        require(corridor.registry == address(0), CorridorClassInvalid(walletClass));
        require(
            foreignRegistry.code.length != 0 && foreignRegistry != address(HOME),
            CorridorRegistryInvalid(foreignRegistry)
        );
        // two corridors to one jurisdiction would double what it may hold
        for (uint8 class = FIRST_CORRIDOR; class < CLASS_COUNT; ++class) {
            require(_bridge().corridors[class].registry != foreignRegistry, CorridorRegistryInvalid(foreignRegistry));
        }
        corridor.registry = foreignRegistry;
        emit CorridorOpened(walletClass, foreignRegistry);
        _setPolicy(walletClass, corridor, policy);
    }

    /// @inheritdoc ICorridorPolicy
    function setCorridorPolicy(uint8 walletClass, CorridorPolicy calldata policy) external restricted {
        _setPolicy(walletClass, _requireCorridor(walletClass), policy);
    }

    /// @inheritdoc ICorridorPolicy
    function setCorridorPurpose(uint8 walletClass, bytes4 purpose, bool allowed) external restricted {
        _requireCorridor(walletClass);
        if (isPurposeAllowed(walletClass, purpose) == allowed) return;
        _bridge().purposes[walletClass][purpose] = allowed;
        emit CorridorPurposeSet(walletClass, purpose, allowed);
    }

    /// @inheritdoc ICorridorPolicy
    function openNonResidentWallet(address account, uint8 walletClass) external {
        address foreignRegistry = _requireCorridor(walletClass).registry;
        _open(account, walletClass, IInstitutionRegistry(foreignRegistry).requireActive(account), 0);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ICorridorPolicy
    function requirePurpose(address payer, address payee, bytes4 purpose) external view {
        _requirePurposeOf(payer, purpose);
        _requirePurposeOf(payee, purpose);
    }

    /// @inheritdoc ICorridorPolicy
    function isPurposeAllowed(uint8 walletClass, bytes4 purpose) public view returns (bool) {
        return _bridge().purposes[walletClass][purpose];
    }

    /// @inheritdoc ICorridorPolicy
    function corridorOf(
        uint8 walletClass
    )
        external
        view
        returns (address foreignRegistry, CorridorPolicy memory policy, uint256 holdings, int256 netOutflow)
    {
        Corridor storage corridor = _bridge().corridors[walletClass];
        foreignRegistry = corridor.registry;
        if (foreignRegistry == address(0)) return (foreignRegistry, policy, holdings, netOutflow);
        return (foreignRegistry, _policy(corridor), corridor.holdings, _netOutflow(corridor));
    }

    /// @inheritdoc ICorridorPolicy
    function gate() external view returns (address) {
        return address(GATE);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) public view override returns (bool) {
        return super.canSend(account) && _isActive(account);
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view override returns (bool) {
        return super.canReceive(account) && _isActive(account);
    }

    /// @inheritdoc IERC7943Fungible
    /// @dev Across a border: as if the caller were to move it.
    function canTransfer(address from, address to, uint256 amount) public view override returns (bool) {
        if (!super.canTransfer(from, to, amount) || !_isActive(from) || !_isActive(to)) return false;
        (uint256 fromClass, uint256 toClass) = (_word(from).class(), _word(to).class());
        if (fromClass == toClass) return true;
        return GATE.isOpen(address(this), msg.sender) && _mayCross(fromClass, toClass, amount);
    }

    /// @inheritdoc CurrencyOffice
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ICorridorPolicy).interfaceId || super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------------- hooks

    /// @inheritdoc LedgerCore
    /// @dev What this code moves, it moves by order.
    function _moved(address from, address, uint256 toWord, uint256 amount) internal override {
        (uint256 fromClass, uint256 toClass) = (_word(from).class(), toWord.class());
        if (fromClass != toClass) _cross(fromClass, toClass, amount, false);
    }

    /// @inheritdoc BridgeRules
    function _isRedemption(
        uint256 fromWord,
        uint256 toWord
    ) internal pure override(CurrencyRules, BridgeRules) returns (bool) {
        return super._isRedemption(fromWord, toWord);
    }

    /// @dev Institutions and corridors: no other class may be given limits, and thereby be opened.
    function _requireClass(uint8 class) internal pure override {
        require(class == INSTITUTION || _isCorridorClass(class), WalletClassInvalid(class));
    }

    /// @dev No class is one for customers: the shared ledger is for banks.
    function _requireCustomerClass(uint8 class) internal pure override {
        super._requireCustomerClass(class);
        require(class == INSTITUTION, WalletClassInvalid(class));
    }

    /// @dev The number in a corridor's wallet is another registry's, whoever has it here.
    function _requireSponsored(address account) internal view override returns (uint256 word, uint16 sponsor) {
        (word, sponsor) = super._requireSponsored(account);
        require(!_isCorridorClass(uint8(word.class())), WalletNotSponsored(account, uint16(word.sponsor()), sponsor));
    }

    // --------------------------------------------------------------- internals

    function _setPolicy(uint8 walletClass, Corridor storage corridor, CorridorPolicy calldata policy) private {
        require(policy.windowDays != 0, CorridorWindowInvalid(walletClass));
        emit CorridorPolicySet(walletClass, _policy(corridor), policy);
        if (corridor.windowDays != policy.windowDays) {
            (corridor.windowDays, corridor.windowStart) = (policy.windowDays, 0);
        }
        corridor.outflowLimit = policy.outflowLimit;
        corridor.holdingLimit = policy.holdingLimit;
        corridor.inflowLimit = policy.inflowLimit;
    }

    function _policy(Corridor storage corridor) private view returns (CorridorPolicy memory) {
        return
            CorridorPolicy({
                holdingLimit: corridor.holdingLimit,
                outflowLimit: corridor.outflowLimit,
                inflowLimit: corridor.inflowLimit,
                windowDays: corridor.windowDays
            });
    }

    function _requireCorridor(uint8 walletClass) private view returns (Corridor storage corridor) {
        corridor = _bridge().corridors[walletClass];
        require(corridor.registry != address(0), CorridorClassInvalid(walletClass));
    }

    function _requirePurposeOf(address account, bytes4 purpose) private view {
        uint8 class = uint8(_word(account).class());
        require(class == INSTITUTION || isPurposeAllowed(class, purpose), CorridorPurposeNotAllowed(class, purpose));
    }

    /// @dev Asked of accounts only whose class is open, which has a registry.
    function _isActive(address account) private view returns (bool) {
        IInstitutionRegistry registry_ = _registryOf(_word(account).class());
        uint16 number = registry_.institutionOf(account);
        return registry_.institution(number).status == IInstitutionRegistry.Status.Active;
    }

    function _isCorridorClass(uint8 class) private pure returns (bool) {
        return class >= FIRST_CORRIDOR && class < CLASS_COUNT;
    }
}
