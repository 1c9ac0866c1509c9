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
import {SettlementActs} from "./handlers/SettlementActs.sol";
import {Reaching} from "./support/Reaching.sol";

contract LongStory is SettlementActs {}

/// @dev {Reaching} in the story of money, issuance and settlement.
contract StoryReachTest is Reaching {
    uint256 private constant ROUNDS = 240;

    LongStory private _story;

    function setUp() external {
        _story = new LongStory();
        _told.push(_story);
        _listPayments();
        _listOffices();
        _listBusiness();
    }

    function test_everyActIsDoneAndEveryRuleRefuses() external {
        _tellAll(ROUNDS * _acts.length);
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
            _requireReached(acts[i], LEAST);
        }
        _requireRefusals();
    }

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
            _requireNamed(refusals[i]);
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
