// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../../contracts/assets/IAssetRegistry.sol";
import {IBond} from "../../contracts/assets/IBond.sol";
import {ICorporateActions} from "../../contracts/assets/ICorporateActions.sol";
import {IERC7943Fungible} from "../../contracts/ledger/IERC7943.sol";
import {IAccountLedger} from "../../contracts/ledger/IAccountLedger.sol";
import {ILedgerEnforcement} from "../../contracts/ledger/ILedgerEnforcement.sol";
import {IHoldLedger} from "../../contracts/ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../../contracts/registry/IInstitutionRegistry.sol";
import {CouponActs} from "./handlers/CouponActs.sol";
import {RegistryActs} from "./handlers/RegistryActs.sol";
import {Reaching} from "./support/Reaching.sol";

contract LongRegistryStory is RegistryActs {}

contract LongAssetStory is CouponActs {}

/// @dev {Reaching} in the story of the institutions.
contract RegistryReachTest is Reaching {
    uint256 private constant ROUNDS = 48;

    function setUp() external {
        LongRegistryStory story = new LongRegistryStory();
        _told.push(story);
        _acts.push(story.enter.selector);
        _acts.push(story.setStanding.selector);
        _acts.push(story.setQuota.selector);
        _acts.push(story.addAccount.selector);
        _acts.push(story.removeAccount.selector);
        _acts.push(story.setSettlementAccount.selector);
        _acts.push(story.usurp.selector);
        _acts.push(story.openWallet.selector);
        _acts.push(story.openAccount.selector);
        _acts.push(story.requestIssue.selector);
        _acts.push(story.pay.selector);
        _acts.push(story.deliver.selector);
    }

    function test_everyActIsDoneAndEveryRuleRefuses() external {
        _tellAll(ROUNDS * _acts.length);
        string[6] memory acts = ["setStatus", "setQuota", "addAccount", "removeAccount", "pay", "deliver"];
        for (uint256 i = 0; i < acts.length; ++i) _requireReached(acts[i], LEAST);
        // there are not more identities, accounts and customers than a few
        string[5] memory seldom = ["register", "setSettlementAccount", "openWallet", "openAccount", "requestIssue"];
        for (uint256 i = 0; i < seldom.length; ++i) _requireReached(seldom[i], 2);
        bytes4[11] memory refusals = [
            IInstitutionRegistry.InstitutionNumberInvalid.selector,
            IInstitutionRegistry.InstitutionLeiInvalid.selector,
            IInstitutionRegistry.InstitutionLeiTaken.selector,
            IInstitutionRegistry.InstitutionBicInvalid.selector,
            IInstitutionRegistry.InstitutionCountryInvalid.selector,
            IInstitutionRegistry.InstitutionUnknown.selector,
            IInstitutionRegistry.InstitutionStatusStepInvalid.selector,
            IInstitutionRegistry.InstitutionNotActive.selector,
            IInstitutionRegistry.InstitutionAccountTaken.selector,
            IInstitutionRegistry.InstitutionAccountUnknown.selector,
            IInstitutionRegistry.InstitutionAccountInUse.selector
        ];
        for (uint256 i = 0; i < refusals.length; ++i) _requireNamed(refusals[i]);
    }
}

/// @dev {Reaching} in the story of the bond. Its time goes on with every act and ends with the bond, so it is told
/// several times, each time otherwise.
contract AssetReachTest is Reaching {
    uint256 private constant STORIES = 16;
    uint256 private constant ACTS = 96;

    function setUp() external {
        LongAssetStory story;
        for (uint256 i = 0; i < STORIES; ++i) {
            story = new LongAssetStory();
            _told.push(story);
        }
        _acts.push(story.passTime.selector);
        for (uint256 i = 0; i < 4; ++i) _acts.push(story.trade.selector);
        for (uint256 i = 0; i < 3; ++i) _acts.push(story.pledge.selector);
        _acts.push(story.enforcePledge.selector);
        _acts.push(story.releasePledge.selector);
        _acts.push(story.order.selector);
        _acts.push(story.restrain.selector);
        _acts.push(story.keepAccount.selector);
        _acts.push(story.stepInRegister.selector);
        _acts.push(story.runCoupon.selector);
        _acts.push(story.payCoupon.selector);
        _acts.push(story.claimCoupon.selector);
        _acts.push(story.redeem.selector);
        _acts.push(story.takeBack.selector);
        _acts.push(story.barPurse.selector);
    }

    function test_everyActIsDoneAndEveryRuleRefuses() external {
        _tellAll(ACTS);
        string[16] memory acts = [
            "trade",
            "placeHold",
            "captureHold",
            "releaseHold",
            "forcedTransfer",
            "openCoupon",
            "measureCoupon",
            "payCoupon",
            "claimCoupon",
            "redeem",
            "takeBack",
            "putUp",
            "closeAccount",
            "attachToken",
            "issue",
            "cancel"
        ];
        for (uint256 i = 0; i < acts.length; ++i) _requireReached(acts[i], i < 12 ? LEAST : 2);
        _requireRefusals();
    }

    function _requireRefusals() private view {
        bytes4[24] memory refusals = [
            IERC7943Fungible.ERC7943CannotSend.selector,
            IERC7943Fungible.ERC7943CannotReceive.selector,
            IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector,
            IAccountLedger.LedgerInsufficientSpendable.selector,
            ILedgerEnforcement.LedgerOrderExceedsUnheld.selector,
            IHoldLedger.HoldUnauthorized.selector,
            IHoldLedger.HoldNotActive.selector,
            IHoldLedger.HoldExpired.selector,
            IBond.BondMatured.selector,
            IBond.BondIsHalted.selector,
            IBond.BondAlreadyIssued.selector,
            IBond.BondIssueTimeInvalid.selector,
            IBond.BondAccountNotEmpty.selector,
            IBond.BondAccountNotKept.selector,
            IBond.BondAccountsUnordered.selector,
            IBond.BondCallerNotRegistrar.selector,
            IBond.BondRedemptionExceeded.selector,
            IAssetRegistry.AssetCallerInvalid.selector,
            IAssetRegistry.AssetStatusStepInvalid.selector,
            ICorporateActions.CorporateActionCallerInvalid.selector,
            ICorporateActions.CouponOutOfOrder.selector,
            ICorporateActions.CouponCutWrong.selector,
            ICorporateActions.CouponNotDue.selector,
            ICorporateActions.FundingInsufficient.selector
        ];
        for (uint256 i = 0; i < refusals.length; ++i) _requireNamed(refusals[i]);
    }
}
