// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WalletWord} from "../../contracts/currency/WalletWord.sol";

/// @title WalletWordProof
/// @notice The token's part of the account word and the ledger's part never touch. Proved by `npm run prove`, not run.
contract WalletWordProof {
    using WalletWord for uint256;

    function ownerIsReplacedAlone(uint256 word, uint256 class, uint256 sponsor) external pure {
        require(class < 2 ** 8 && sponsor < 2 ** 16);
        uint256 next = word.withOwner(class, sponsor);
        assert(next.class() == class);
        assert(next.sponsor() == sponsor);
        assert(next / 2 ** 160 == word / 2 ** 160);
        assert(next % 2 ** 136 == word % 2 ** 136);
    }

    function countersAreReplacedAlone(uint256 word, uint256 day, uint256 dayOut, uint256 yearOut) external pure {
        require(day < 2 ** 16 && dayOut <= WalletWord.MAX_COUNTED && yearOut <= WalletWord.MAX_COUNTED);
        uint256 next = word.withCounters(day, dayOut, yearOut);
        assert(next.day() == day);
        assert(next.dayOut() == dayOut);
        assert(next.yearOut() == yearOut);
        assert(next % 2 ** 160 == word % 2 ** 160);
    }

    function bothCountersGrowAlone(uint256 word, uint256 amount) external pure {
        require(amount <= WalletWord.MAX_COUNTED);
        require(word.dayOut() + amount <= WalletWord.MAX_COUNTED && word.yearOut() + amount <= WalletWord.MAX_COUNTED);
        uint256 next = word.count(amount);
        assert(next.dayOut() == word.dayOut() + amount);
        assert(next.yearOut() == word.yearOut() + amount);
        assert(next % 2 ** 176 == word % 2 ** 176);
    }
}
