// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../../contracts/ledger/AccountWord.sol";

/// @title AccountWordProof
/// @notice What is true of every account word and every amount. Proved by `npm run prove`, not run.
contract AccountWordProof {
    using AccountWord for uint256;

    function creditChangesTheBalanceAlone(uint256 word, uint256 amount) external pure {
        require(amount <= AccountWord.MAX_AMOUNT - word.balance());
        uint256 next = word.credit(amount);
        assert(next.balance() == word.balance() + amount);
        assert(next.held() == word.held());
        assert(next / 2 ** 128 == word / 2 ** 128);
    }

    function debitChangesTheBalanceAlone(uint256 word, uint256 amount) external pure {
        require(amount <= word.balance());
        uint256 next = word.debit(amount);
        assert(next.balance() == word.balance() - amount);
        assert(next.held() == word.held());
        assert(next / 2 ** 128 == word / 2 ** 128);
    }

    function holdChangesTheHeldPartAlone(uint256 word, uint256 amount) external pure {
        require(word.held() <= word.balance());
        require(amount <= word.balance() - word.held());
        uint256 next = word.hold(amount);
        assert(next.balance() == word.balance());
        assert(next.held() == word.held() + amount);
        assert(next.held() <= next.balance());
        assert(next / 2 ** 128 == word / 2 ** 128);
    }

    function releaseUndoesHold(uint256 word, uint256 amount) external pure {
        require(amount <= word.held());
        uint256 next = word.release(amount);
        assert(next.balance() == word.balance());
        assert(next.held() == word.held() - amount);
        assert(next / 2 ** 128 == word / 2 ** 128);
        assert(next.hold(amount) == word);
    }
}
