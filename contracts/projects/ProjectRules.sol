// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ApprovalLevel, ProjectTerms} from "./IProjectFunds.sol";

/// @title ProjectRules
/// @notice What the terms of a project say; see {IProjectFunds}.
library ProjectRules {
    /// @notice Shares are parts of so many.
    uint256 internal constant WHOLE = 10_000;
    /// @notice Funders of a project, at most: their sums share one storage word.
    uint256 internal constant MAXIMUM_FUNDERS = 4;
    uint256 private constant MAXIMUM_LINES = 16;
    uint256 private constant MAXIMUM_LEVELS = 4;
    /// @dev One bit each in an application's record.
    uint256 private constant MAXIMUM_APPROVERS = 32;

    /// @notice Id of a project: the hash of its terms.
    function idOf(ProjectTerms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @notice What all funders put in.
    function funded(ProjectTerms calldata terms) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < terms.funding.length; ++i) sum += terms.funding[i].amount;
    }

    /// @notice Whether an account is one of the funders.
    function isFunder(ProjectTerms calldata terms, address account) internal pure returns (bool found) {
        for (uint256 i = 0; i < terms.funding.length && !found; ++i) found = terms.funding[i].funder == account;
    }

    /// @notice The level whose approvals are not complete, and the number of levels when all are.
    /// @param approvals One bit an approver of all levels.
    /// @return level From 0.
    /// @return first Bit of its first approver.
    function nextLevel(
        ProjectTerms calldata terms,
        uint256 approvals
    ) internal pure returns (uint256 level, uint256 first) {
        for (; level < terms.levels.length; ++level) {
            uint256 size = terms.levels[level].approvers.length;
            uint256 given = 0;
            for (uint256 i = 0; i < size; ++i) given += (approvals >> (first + i)) & 1;
            if (given < terms.levels[level].threshold) break;
            first += size;
        }
    }

    /// @notice Place of an account among a level's approvers; their number if it is none of them.
    function placeOf(ApprovalLevel calldata level, address account) internal pure returns (uint256 place) {
        while (place < level.approvers.length && level.approvers[place] != account) ++place;
    }

    /// @notice Whether an account approves on any level.
    function isApprover(ProjectTerms calldata terms, address account) internal pure returns (bool found) {
        for (uint256 i = 0; i < terms.levels.length && !found; ++i) {
            found = placeOf(terms.levels[i], account) < terms.levels[i].approvers.length;
        }
    }

    /// @notice Whether the terms agree with themselves and with the rules for all projects.
    function isSound(ProjectTerms calldata terms) internal pure returns (bool) {
        return
            terms.owner != address(0) &&
            terms.supervisor != address(0) &&
            terms.supervisor != terms.owner &&
            terms.payroll != address(0) &&
            terms.attestor != address(0) &&
            (terms.materials == address(0)) == (terms.accreditor == address(0)) &&
            _isFunded(terms) &&
            _isApproved(terms);
    }

    function _isFunded(ProjectTerms calldata terms) private pure returns (bool) {
        uint256 lines = terms.lines.length;
        uint256 funders = terms.funding.length;
        if (lines == 0 || lines > MAXIMUM_LINES || funders == 0 || funders > MAXIMUM_FUNDERS) return false;
        uint256 budget = 0;
        for (uint256 i = 0; i < lines; ++i) {
            if (terms.lines[i] == 0) return false;
            budget += terms.lines[i];
        }
        for (uint256 i = 0; i < funders; ++i) {
            if (terms.funding[i].funder == address(0) || terms.funding[i].amount == 0) return false;
            for (uint256 j = 0; j < i; ++j) if (terms.funding[j].funder == terms.funding[i].funder) return false;
        }
        return budget == funded(terms) && budget <= type(uint64).max;
    }

    function _isApproved(ProjectTerms calldata terms) private pure returns (bool) {
        uint256 levels = terms.levels.length;
        if (levels == 0 || levels > MAXIMUM_LEVELS) return false;
        address[] memory known = new address[](MAXIMUM_APPROVERS);
        uint256 count = 0;
        for (uint256 i = 0; i < levels; ++i) {
            uint256 size = terms.levels[i].approvers.length;
            uint256 threshold = terms.levels[i].threshold;
            if (threshold == 0 || threshold > size || count + size > MAXIMUM_APPROVERS) return false;
            for (uint256 j = 0; j < size; ++j) {
                address approver = terms.levels[i].approvers[j];
                if (approver == address(0)) return false;
                for (uint256 k = 0; k < count; ++k) if (known[k] == approver) return false;
                known[count++] = approver;
            }
        }
        return true;
    }
}
