// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HoldingWord} from "../../contracts/assets/HoldingWord.sol";

/// @title HoldingWordProof
/// @notice The bond's part of the account word and the ledger's part never touch. Proved by `npm run prove`, not run.
contract HoldingWordProof {
    using HoldingWord for uint256;

    function recordIsReplacedAlone(uint256 word, uint256 recordBalance, uint256 seen) external pure {
        require(recordBalance < 2 ** 64 && seen < 2 ** 16);
        uint256 next = word.withRecord(recordBalance, seen);
        assert(next.recordBalance() == recordBalance);
        assert(next.seen() == seen);
        assert(next.position() == word.position());
        assert(next.custodian() == word.custodian());
        assert(next % 2 ** 136 == word % 2 ** 136);
    }

    function placeIsReplacedAlone(uint256 word, uint256 position, uint256 custodian) external pure {
        require(position <= HoldingWord.MAX_POSITION && custodian < 2 ** 16);
        uint256 next = word.withPlace(position, custodian);
        assert(next.position() == position);
        assert(next.custodian() == custodian);
        assert(next.seen() == word.seen());
        assert(next % 2 ** 200 == word % 2 ** 200);
    }
}
