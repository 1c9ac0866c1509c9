// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerCore} from "../ledger/LedgerCore.sol";
import {Calendar} from "./Calendar.sol";
import {CurrencyRules} from "./CurrencyRules.sol";
import {DigitalCurrency} from "./DigitalCurrency.sol";
import {FamilyRules} from "./FamilyRules.sol";
import {GrantWord} from "./GrantWord.sol";
import {IWalletFamilies} from "./IWalletFamilies.sol";
import {Limits} from "./Limits.sol";
import {MemberWord} from "./MemberWord.sol";
import {RetailOffice} from "./RetailOffice.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title RetailCurrency
/// @notice Money for the public: a {DigitalCurrency} that knows whose wallets belong together. Everything it answers to
/// is {IRetailCurrency}.
abstract contract RetailCurrency is DigitalCurrency, FamilyRules {
    using GrantWord for uint256;
    using MemberWord for uint256;
    using WalletWord for uint256;

    // A hold's mark: counted against the grant as well.
    uint256 private constant MARK_GRANTED = 2 ** 17;

    /// @dev Parameters as for {DigitalCurrency}.
    constructor(RetailOffice office_, address authority_) DigitalCurrency(office_, authority_) {}

    // ------------------------------------------------------------ ledger hooks

    /// @inheritdoc LedgerCore
    /// @dev Nothing but the counters of family and grant changes: the member's word is what it was.
    function _countElsewhere(
        address from,
        address to,
        uint256 fromWord,
        uint256 counted,
        uint256 amount
    ) internal override returns (uint256) {
        uint256 refusal = _elsewhereRefusal(fromWord, to, amount);
        if (refusal != ALLOWED) _refuseGrant(refusal, from, to, fromWord, amount);
        _families().counters[fromWord.family()] = counted.countersOf();
        if (fromWord.grant() != 0) {
            Grant storage grant = _families().grant[fromWord.grant()];
            grant.word = _onDay(grant.word, Calendar.dayOf(block.timestamp)).count(amount);
        }
        return fromWord;
    }

    /// @inheritdoc LedgerCore
    /// @dev A member's word does not show whether a hold was counted.
    function _holdMark(
        uint256 fromWord,
        uint256 counted
    ) internal view override(LedgerCore, CurrencyRules) returns (uint256 mark) {
        if (!fromWord.isMember()) return super._holdMark(fromWord, counted);
        mark = Calendar.dayOf(block.timestamp);
        if (Limits.isCounted(_limits(_plain(fromWord)))) mark += MARK_COUNTED;
        if (fromWord.grant() != 0) mark += MARK_GRANTED;
    }

    /// @inheritdoc LedgerCore
    /// @dev To the family's counters, also if the hold was placed before the wallet joined: they went there with it.
    function _giveBack(
        uint256 word,
        uint256 mark,
        uint256 amount
    ) internal override(LedgerCore, CurrencyRules) returns (uint256) {
        if (!word.isMember()) return super._giveBack(word, mark, amount);
        FamilyStorage storage $ = _families();
        uint256 family = word.family();
        $.counters[family] = super._giveBack($.counters[family], mark % MARK_GRANTED, amount);
        if (mark >= MARK_GRANTED) {
            // with a hold on it no wallet is closed, so it still lives on the same grant
            Grant storage grant = $.grant[word.grant()];
            grant.word = super._giveBack(grant.word, MARK_COUNTED + (mark % MARK_COUNTED), amount);
        }
        return word;
    }

    // ------------------------------------- rules of families, from either side

    /// @inheritdoc FamilyRules
    function _resolve(
        uint256 limits,
        uint256 fromWord,
        uint256 toWord
    ) internal view override(CurrencyRules, FamilyRules) returns (uint256, uint256, uint256) {
        return super._resolve(limits, fromWord, toWord);
    }

    /// @inheritdoc FamilyRules
    function _elsewhereRefusal(
        uint256 fromWord,
        address to,
        uint256 amount
    ) internal view override(LedgerCore, FamilyRules) returns (uint256) {
        return super._elsewhereRefusal(fromWord, to, amount);
    }

    /// @inheritdoc FamilyRules
    function _plain(uint256 word) internal view override(CurrencyRules, FamilyRules) returns (uint256) {
        return super._plain(word);
    }

    // --------------------------------------------------------------- internals

    function _refuseGrant(uint256 refusal, address from, address to, uint256 fromWord, uint256 amount) private view {
        uint256 word = _families().grant[fromWord.grant()].word;
        if (refusal == GRANT_EXPIRED)
            revert IWalletFamilies.SubWalletGrantExpired(from, word.expiry(), block.timestamp);
        if (refusal == GRANT_PAYEE) revert IWalletFamilies.SubWalletPayeeNotListed(from, to);
        if (refusal == GRANT_SINGLE) revert IWalletFamilies.SubWalletSingleLimitExceeded(from, amount, word.single());
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        if (refusal == GRANT_DAY)
            revert IWalletFamilies.SubWalletDayLimitExceeded(from, amount, dayOut, GrantWord.day(word));
        revert IWalletFamilies.SubWalletYearLimitExceeded(from, amount, yearOut, word.year());
    }
}
