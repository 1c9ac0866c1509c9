// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerCore} from "../ledger/LedgerCore.sol";
import {CurrencyRules} from "../currency/CurrencyRules.sol";
import {DigitalCurrency} from "../currency/DigitalCurrency.sol";
import {WalletWord} from "../currency/WalletWord.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {BridgeOffice} from "./BridgeOffice.sol";
import {BridgeRules} from "./BridgeRules.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";

/// @title BridgeCurrency
/// @notice A central bank's money on a ledger that it shares with other central banks. Everything it answers to is
/// {IBridgeCurrency}.
/// @dev One contract for every currency: CNY, HKD, THB, AED and SAR are deployments of it.
contract BridgeCurrency is DigitalCurrency, BridgeRules {
    using WalletWord for uint256;

    /// @param name_ Name of the token and of its EIP-712 domain, 31 bytes at most.
    /// @param code ISO 4217 code.
    /// @param registry_ The issuing central bank's own institutions.
    constructor(
        string memory name_,
        string memory symbol_,
        string memory code,
        IInstitutionRegistry registry_,
        address authority_,
        IBridgeGate gate_
    )
        DigitalCurrency(new BridgeOffice(name_, symbol_, code, registry_, gate_), authority_)
        BridgeRules(registry_, gate_)
    {}

    /// @inheritdoc LedgerCore
    function _moved(address from, address to, uint256 toWord, uint256 amount) internal override {
        if (from == address(0)) {
            _requireResident(to, toWord.class());
            HOME.requireActive(to);
            return;
        }
        uint256 fromClass = _word(from).class();
        if (to == address(0)) return _requireResident(from, fromClass);
        uint256 toClass = toWord.class();
        _requireStanding(from, fromClass);
        _requireStanding(to, toClass);
        if (fromClass == toClass) return;
        require(GATE.isOpen(address(this), msg.sender), ICorridorPolicy.CorridorGateClosed(from, to));
        _cross(fromClass, toClass, amount, true);
    }

    /// @inheritdoc BridgeRules
    function _isRedemption(
        uint256 fromWord,
        uint256 toWord
    ) internal pure override(CurrencyRules, BridgeRules) returns (bool) {
        return super._isRedemption(fromWord, toWord);
    }

    function _requireResident(address account, uint256 class) private pure {
        require(class == INSTITUTION, ICorridorPolicy.CorridorResidentRequired(account, uint8(class)));
    }

    function _requireStanding(address account, uint256 class) private view {
        _registryOf(class).requireActive(account);
    }
}
