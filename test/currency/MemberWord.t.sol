// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantWord} from "../../contracts/currency/GrantWord.sol";
import {MemberWord} from "../../contracts/currency/MemberWord.sol";

/// @dev Fields are read here by shifts and casts, not by the libraries. A revert is a finding.
contract MemberWordTest {
    using GrantWord for uint256;
    using MemberWord for uint256;

    uint256 private constant MEMBER = 1 << 143;
    uint256 private constant LOWER = 2 ** 160 - 1;

    error Differs(uint256 found, uint256 expected);

    function testFuzz_ReadersReadTheirBits(uint256 word) external pure {
        _equal(word.isMember() ? 1 : 0, (word >> 143) & 1);
        _equal(word.family(), uint48(word >> 160));
        _equal(word.grant(), uint48(word >> 208));
        _equal(word.countersOf(), word & ~LOWER);
    }

    function testFuzz_JoiningChangesWhatIsAMembers(uint256 word, uint48 family, uint48 grant) external pure {
        uint256 upper = (uint256(grant) << 208) | (uint256(family) << 160);
        _equal(word.joined(family, grant), upper | (word & LOWER) | MEMBER);
    }

    function testFuzz_APlainWordHasTheRecordsCounters(uint256 word, uint256 counters) external pure {
        _equal((word | MEMBER).plain(counters), (counters & ~LOWER) | (word & LOWER & ~MEMBER));
    }

    function testFuzz_TermsAreReplacedAlone(
        uint256 word,
        uint40 single,
        uint40 day,
        uint40 year,
        uint40 expiry
    ) external pure {
        uint256 next = word.withTerms(single, day, year, expiry);
        _equal(
            next,
            (word & ~LOWER) | (uint256(expiry) << 120) | (uint256(year) << 80) | (uint256(day) << 40) | single
        );
        _equal(next.single(), single);
        _equal(next.day(), day);
        _equal(next.year(), year);
        _equal(next.expiry(), expiry);
    }

    function _equal(uint256 found, uint256 expected) private pure {
        require(found == expected, Differs(found, expected));
    }
}
