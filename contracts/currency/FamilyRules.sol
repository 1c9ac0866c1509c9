// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "./Calendar.sol";
import {CurrencyRules} from "./CurrencyRules.sol";
import {GrantWord} from "./GrantWord.sol";
import {Limits} from "./Limits.sol";
import {MemberWord} from "./MemberWord.sol";
import {WalletWord} from "./WalletWord.sol";

/// @title FamilyRules
/// @notice What a family's wallets may pay, in the two pieces of code of a currency for the public: {RetailCurrency},
/// which counts what they pay, and {RetailOffice}, which answers `canTransfer` by it. See {IWalletFamilies}.
/// @dev A member's word has the family's number where other wallets have their counters, so that its payments are never
/// counted in two places, and a rule that sees words only can find the family. Wallets that are alone come by none of
/// this: their class is active.
abstract contract FamilyRules is CurrencyRules {
    using GrantWord for uint256;
    using MemberWord for uint256;
    using WalletWord for uint256;

    /// @dev One institution's customer. The only wallet, until there is a family.
    struct Person {
        address only;
        uint48 family;
    }

    struct Grant {
        uint256 word;
        address parent;
        bool listedOnly;
        mapping(address payee => bool allowed) payees;
    }

    /// @dev A wallet of `sponsor` that wants to be `institution`'s.
    struct Move {
        uint16 sponsor;
        uint16 institution;
    }

    /// @custom:storage-location erc7201:dualplatform.currency.WalletFamilies
    struct FamilyStorage {
        uint48 families;
        uint48 grants;
        mapping(bytes32 person => Person) persons;
        mapping(uint256 family => uint256 word) counters;
        mapping(uint256 number => Grant) grant;
        mapping(address parent => uint256 count) subWallets;
        mapping(address account => Move) moves;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.currency.WalletFamilies")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant FAMILY_STORAGE = 0x26a7d5ef8ed6ff35c38c5f4fa8c99766472702c349524e7ffeda2f8200177d00;

    uint256 internal constant GRANT_EXPIRED = 32;
    uint256 internal constant GRANT_PAYEE = 33;
    uint256 internal constant GRANT_SINGLE = 34;
    uint256 internal constant GRANT_DAY = 35;
    uint256 internal constant GRANT_YEAR = 36;

    /// @dev A member's payment is checked as if the family's counters were its own. Between wallets of one person no
    /// limit of a class counts.
    function _resolve(
        uint256 limits,
        uint256 fromWord,
        uint256 toWord
    ) internal view virtual override returns (uint256 answer, uint256 active, uint256 word) {
        if (!fromWord.isMember()) return super._resolve(limits, fromWord, toWord);
        word = _plain(fromWord);
        active = _limits(word);
        if (!Limits.isActive(active)) return super._resolve(active, word, toWord);
        if (!toWord.isMember() || toWord.family() != fromWord.family()) return (COUNTED_ELSEWHERE, active, word);
        return fromWord.grant() == 0 || toWord.grant() == 0 ? (ALLOWED, 0, fromWord) : (COUNTED_ELSEWHERE, 0, word);
    }

    /// @dev What the parent's grant says.
    function _elsewhereRefusal(
        uint256 fromWord,
        address to,
        uint256 amount
    ) internal view virtual override returns (uint256 refusal) {
        if (fromWord.grant() == 0) return ALLOWED;
        Grant storage grant = _families().grant[fromWord.grant()];
        uint256 word = grant.word;
        if (block.timestamp >= word.expiry()) return GRANT_EXPIRED;
        if (grant.listedOnly && !grant.payees[to]) return GRANT_PAYEE;
        if (amount > word.single()) return GRANT_SINGLE;
        (uint256 dayOut, uint256 yearOut) = _currentCounters(word, Calendar.dayOf(block.timestamp));
        // WalletWord and GrantWord both have a `day`
        if (dayOut + amount > GrantWord.day(word)) return GRANT_DAY;
        return yearOut + amount > word.year() ? GRANT_YEAR : ALLOWED;
    }

    /// @dev A member's class, and its family's counters.
    function _plain(uint256 word) internal view virtual override returns (uint256) {
        return word.isMember() ? word.plain(_families().counters[word.family()]) : word;
    }

    function _families() internal pure returns (FamilyStorage storage $) {
        assembly ("memory-safe") {
            $.slot := FAMILY_STORAGE
        }
    }
}
