// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SettlementActs} from "../handlers/SettlementActs.sol";
import {Book} from "./Book.sol";
import {Campaign} from "./Campaign.sol";
import {LedgerBook} from "./LedgerBook.sol";
import {Stage} from "./Stage.sol";

/// @dev What the invariants of a {SettlementActs} story have in common.
abstract contract Facts is Campaign {
    uint256 internal constant CAST = 12;

    SettlementActs internal _story;
    Book internal _book;
    address[CAST] internal _people;
    Stage.Place[2] internal _places;

    function setUp() external {
        _story = _begin();
        _told = _story;
        _book = _story.book();
        _people = _story.people();
        for (uint256 c = 0; c < 2; ++c) _places[c] = _story.place(c);
    }

    /// @dev A story whose artifact belongs to the test's own file: the runner calls no other.
    function _begin() internal virtual returns (SettlementActs);

    function _line(uint256 c, uint256 i) internal view returns (LedgerBook.Line memory) {
        return _book.line(c, _people[i]);
    }

    function _balance(uint256 c, uint256 i) internal view returns (uint256) {
        return _places[c].money.balanceOf(_people[i]);
    }

    function _indexOf(address who) internal view returns (uint256 i) {
        while (_people[i] != who) ++i;
    }

    /// @dev `excused` is what it was when the class last changed.
    function _within(
        string memory what,
        uint256 c,
        address who,
        uint256 actual,
        uint256 limit,
        uint256 excused
    ) internal pure {
        uint256 most = excused > limit ? excused : limit;
        require(actual <= most, Broken(string.concat(what, " limit"), c, who, actual, most));
    }
}
