// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICurrencyOffice} from "../../contracts/currency/ICurrencyOffice.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAuthorizations} from "../../contracts/currency/IAuthorizations.sol";
import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {IAccountLedger} from "../../contracts/ledger/IAccountLedger.sol";
import {ILedgerEnforcement} from "../../contracts/ledger/ILedgerEnforcement.sol";
import {IERC7943Fungible} from "../../contracts/ledger/IERC7943.sol";
import {IHoldLedger} from "../../contracts/ledger/IHoldLedger.sol";
import {ISettlementEngine} from "../../contracts/settlement/ISettlementEngine.sol";
import {Acting} from "./handlers/Acting.sol";
import {SettlementActs} from "./handlers/SettlementActs.sol";

contract LongStory is SettlementActs {}

/// @dev One long story told from a fixed seed: every act must come to be done, and where it can be refused, refused.
/// Without this an act that never succeeds would leave the invariants true for want of anything happening.
contract StoryReachTest {
    error NeverDone(string act, uint256 done);
    error NeverRefused(string act);
    error NeverNamed(bytes4 refusal);

    uint256 private constant ROUNDS = 240;
    uint256 private constant LEAST = 5;

    LongStory private _story;
    bytes4[] private _acts;

    function setUp() external {
        _story = new LongStory();
        _listPayments();
        _listOffices();
        _listBusiness();
    }

    function test_everyActIsDoneAndEveryRuleRefuses() external {
        for (uint256 i = 0; i < ROUNDS * _acts.length; ++i) {
            uint256[5] memory seeds;
            for (uint256 s = 0; s < 5; ++s) seeds[s] = uint256(keccak256(abi.encode(i, s)));
            _tell(_acts[seeds[4] % _acts.length], seeds);
        }
        string[24] memory acts = [
            "transfer",
            "transferFrom",
            "transferWithReference",
            "transferWithAuthorization",
            "payOut",
            "placeHold",
            "placeHoldFrom",
            "placeHoldWithSignature",
            "captureHold",
            "captureHoldToMany",
            "releaseHold",
            "releaseCover",
            "forcedTransfer",
            "reclassifyWallet",
            "requestIssue",
            "issue",
            "rejectIssue",
            "expireIssue",
            "requestRedemption",
            "redeem",
            "rejectRedemption",
            "settle",
            "settleNet",
            "cancel"
        ];
        for (uint256 i = 0; i < acts.length; ++i) {
            Acting.Tally memory tally = _story.tally(acts[i]);
            require(tally.done >= LEAST, NeverDone(acts[i], tally.done));
            require(tally.refused != 0, NeverRefused(acts[i]));
        }
        _requireRefusals();
    }

    /// @dev Rules that never came to bind would not be tested, whatever the book says of them.
    function _requireRefusals() private view {
        bytes4[23] memory refusals = [
            ICurrencyOffice.WalletSingleLimitExceeded.selector,
            ICurrencyOffice.WalletDayLimitExceeded.selector,
            ICurrencyOffice.WalletYearLimitExceeded.selector,
            ICurrencyOffice.WalletBalanceLimitExceeded.selector,
            ICurrencyOffice.WalletHalted.selector,
            IERC7943Fungible.ERC7943CannotSend.selector,
            IERC7943Fungible.ERC7943CannotReceive.selector,
            IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector,
            IERC20Errors.ERC20InsufficientAllowance.selector,
            IERC20Errors.ERC20InsufficientBalance.selector,
            IAccountLedger.LedgerInsufficientSpendable.selector,
            ILedgerEnforcement.LedgerOrderExceedsUnheld.selector,
            IHoldLedger.HoldAlreadyUsed.selector,
            IHoldLedger.HoldExpired.selector,
            IHoldLedger.HoldUnauthorized.selector,
            IAuthorizations.AuthorizationAlreadyUsed.selector,
            IIssuanceDesk.IssuanceQuotaExceeded.selector,
            IIssuanceDesk.IssuanceRateExceeded.selector,
            IIssuanceDesk.IssuanceAttestationInvalid.selector,
            ISettlementEngine.InstructionAlreadyEnded.selector,
            ISettlementEngine.InstructionConsentMissing.selector,
            ISettlementEngine.InstructionExpired.selector,
            ISettlementEngine.InstructionNotYetValid.selector
        ];
        for (uint256 i = 0; i < refusals.length; ++i) {
            require(_story.refusals(refusals[i]) != 0, NeverNamed(refusals[i]));
        }
    }

    /// @dev More words than an act has parameters do no harm.
    function _tell(bytes4 act, uint256[5] memory seeds) private {
        (bool told, bytes memory reason) = address(_story).call(abi.encodePacked(act, abi.encode(seeds)));
        if (told) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function _listPayments() private {
        _acts.push(_story.pay.selector);
        _acts.push(_story.spree.selector);
        _acts.push(_story.payOut.selector);
        _acts.push(_story.replayAuthorization.selector);
        _acts.push(_story.placeHold.selector);
        _acts.push(_story.placeAgain.selector);
        _acts.push(_story.captureHold.selector);
        _acts.push(_story.captureHoldToMany.selector);
        _acts.push(_story.releaseHold.selector);
    }

    function _listOffices() private {
        _acts.push(_story.passTime.selector);
        _acts.push(_story.freeze.selector);
        _acts.push(_story.freezeAmount.selector);
        _acts.push(_story.forceTransfer.selector);
        _acts.push(_story.halt.selector);
        _acts.push(_story.setStanding.selector);
        _acts.push(_story.changeWallet.selector);
        _acts.push(_story.usurp.selector);
    }

    function _listBusiness() private {
        _acts.push(_story.requestIssue.selector);
        _acts.push(_story.issue.selector);
        _acts.push(_story.endIssue.selector);
        _acts.push(_story.requestRedemption.selector);
        _acts.push(_story.redeem.selector);
        _acts.push(_story.endRedemption.selector);
        _acts.push(_story.propose.selector);
        _acts.push(_story.affirm.selector);
        _acts.push(_story.settle.selector);
        _acts.push(_story.cancel.selector);
        _acts.push(_story.releaseCover.selector);
        _acts.push(_story.proposePayment.selector);
        _acts.push(_story.settleNet.selector);
    }
}
