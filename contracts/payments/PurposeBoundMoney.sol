// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IMerchantDirectory} from "./IMerchantDirectory.sol";
import {
    CampaignState,
    CampaignStatus,
    CampaignTerms,
    ClaimRule,
    Entitlement,
    IPurposeBoundMoney,
    Purchase,
    PurchaseStatus,
    RestoredVoucher,
    VoucherKind,
    VoucherUse
} from "./IPurposeBoundMoney.sol";
import {PurposeRules} from "./PurposeRules.sol";

/// @title PurposeBoundMoney
/// @notice See {IPurposeBoundMoney}.
/// @dev Terms come with each call and are recognised by their hash. A campaign's sums are one storage word, what a person
/// has of it another, a purchase a third.
contract PurposeBoundMoney is IPurposeBoundMoney, EIP712 {
    using BitMaps for BitMaps.BitMap;

    /// @dev `tag`: 31 bytes of the beneficiary's identity, so that a voucher is not restored to whoever has the account then.
    struct PaidPurchase {
        PurchaseStatus status;
        bytes31 tag;
    }

    /// @dev What all vouchers of a purchase are held against.
    struct Till {
        bytes32 purchase;
        bytes32 identity;
        address merchant;
        uint256 price;
        uint256 left;
        uint256 category;
        uint256 region;
    }

    bytes32 private constant USE_TYPEHASH = keccak256("VoucherUse(bytes32 campaign,bytes32 refunded,uint64 amount)");
    bytes32 private constant PURCHASE_TYPEHASH = keccak256(
        "Purchase(address beneficiary,address merchant,uint64 price,uint40 notAfter,bytes32 businessRef,VoucherUse[] vouchers)"
        "VoucherUse(bytes32 campaign,bytes32 refunded,uint64 amount)"
    );
    bytes32 private constant CLAIM_TYPEHASH = keccak256(
        "VoucherClaim(bytes32 campaign,address beneficiary,uint64 given,uint40 notAfter)"
    );
    uint256 private constant AMOUNT_BITS = 96;

    /// @inheritdoc IPurposeBoundMoney
    uint256 public constant PURCHASE_WINDOW = 1 days;
    /// @inheritdoc IPurposeBoundMoney
    uint256 public constant RETURN_PERIOD = 365 days;

    /// @inheritdoc IPurposeBoundMoney
    address public immutable CURRENCY;
    /// @inheritdoc IPurposeBoundMoney
    address public immutable DIRECTORY;
    IDigitalCurrency private immutable MONEY;
    IMerchantDirectory private immutable MERCHANTS;

    mapping(bytes32 campaign => CampaignState) private _campaigns;
    mapping(bytes32 campaign => mapping(bytes32 identity => Entitlement)) private _entitlements;
    mapping(bytes32 campaign => BitMaps.BitMap) private _claimed;
    mapping(bytes32 purchase => PaidPurchase) private _purchases;
    mapping(bytes32 restored => RestoredVoucher) private _restored;

    /// @param directory Its currency is the campaigns'.
    constructor(IMerchantDirectory directory) EIP712("PurposeBoundMoney", "1") {
        CURRENCY = directory.CURRENCY();
        DIRECTORY = address(directory);
        MONEY = IDigitalCurrency(CURRENCY);
        MERCHANTS = directory;
    }

    // ---------------------------------------------------------------- campaigns

    /// @inheritdoc IPurposeBoundMoney
    function openCampaign(CampaignTerms calldata terms, bytes calldata holdSignature) external returns (bytes32 id) {
        id = campaignId(terms);
        _requireStatus(id, CampaignStatus.None);
        require(PurposeRules.isSound(terms), PurposeTermsInvalid(id));
        _campaigns[id].status = CampaignStatus.Open;
        emit CampaignOpened(id, terms.sponsor, terms);
        Hold memory hold = _budgetHold(id, terms);
        // an allowance is no consent to terms
        if (!_isPlaced(hold) && holdSignature.length == 0) _requireCaller(id, terms.sponsor);
        _place(hold, holdSignature);
    }

    /// @inheritdoc IPurposeBoundMoney
    function closeCampaign(CampaignTerms calldata terms) external returns (uint256 returned) {
        bytes32 id = campaignId(terms);
        _requireStatus(id, CampaignStatus.Open);
        _requireOver(id, terms);
        CampaignState storage campaign = _campaigns[id];
        returned = terms.budget - campaign.spent;
        (campaign.status, campaign.outstanding) = (CampaignStatus.Closed, 0);
        emit CampaignClosed(id, terms.sponsor, msg.sender, returned);
        Hold memory hold = _budgetHold(id, terms);
        // from the end on anyone may have given it back at the ledger itself
        if (_isPlaced(hold)) MONEY.releaseHold(hold);
    }

    // ------------------------------------------------------------------- claims

    /// @inheritdoc IPurposeBoundMoney
    function grant(CampaignTerms calldata terms, uint256[] calldata entries) external {
        bytes32 id = campaignId(terms);
        _requireCaller(id, terms.sponsor);
        _requireClaimable(id, terms, ClaimRule.Granted);
        for (uint256 i = 0; i < entries.length; ++i) {
            bytes32 identity = _identityOf(address(uint160(entries[i] >> AMOUNT_BITS)));
            _give(id, terms, identity, uint96(entries[i]));
        }
    }

    /// @inheritdoc IPurposeBoundMoney
    function claim(
        CampaignTerms calldata terms,
        address beneficiary,
        uint40 notAfter,
        bytes calldata consent
    ) external {
        bytes32 id = campaignId(terms);
        _requireClaimable(id, terms, ClaimRule.FirstCome);
        bytes32 identity = _identityOf(beneficiary);
        if (msg.sender != beneficiary) {
            require(block.timestamp <= notAfter, PurposeClaimExpired(id, notAfter, block.timestamp));
            require(
                Signatures.isValid(beneficiary, _claimId(id, beneficiary, identity, notAfter), consent),
                PurposeConsentInvalid(id, beneficiary)
            );
        }
        _give(id, terms, identity, terms.value);
    }

    /// @inheritdoc IPurposeBoundMoney
    function claimListed(
        CampaignTerms calldata terms,
        uint256 index,
        bytes32 identity,
        uint256 amount,
        bytes32[] calldata proof
    ) external {
        bytes32 id = campaignId(terms);
        _requireClaimable(id, terms, ClaimRule.Listed);
        require(!_claimed[id].get(index), PurposeListClaimed(id, index));
        // hashed twice: no inner node of the tree is a line of the list
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, identity, amount))));
        require(MerkleProof.verifyCalldata(proof, terms.claimRoot, leaf), PurposeProofInvalid(id, index));
        _claimed[id].set(index);
        emit ListClaimed(id, index, identity);
        _give(id, terms, identity, amount);
    }

    // ----------------------------------------------------------------- purchases

    /// @inheritdoc IPurposeBoundMoney
    function redeem(
        Purchase calldata purchase,
        CampaignTerms[] calldata campaigns,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = purchaseId(purchase);
        address beneficiary = purchase.beneficiary;
        _requirePayable(id, purchase);
        require(
            msg.sender == beneficiary || Signatures.isValid(beneficiary, id, consent),
            PurposeConsentInvalid(id, beneficiary)
        );
        _requireStack(id, purchase, campaigns);

        Till memory till = _till(id, purchase);
        _purchases[id] = PaidPurchase(PurchaseStatus.Paid, bytes31(till.identity));
        for (uint256 i = 0; i < campaigns.length; ++i) _spend(till, purchase.vouchers[i], campaigns[i]);
        emit PurchasePaid(id, beneficiary, till.merchant, till.price, till.left, purchase.businessRef);
        if (till.left == 0) return id;
        Hold memory hold = _ownHold(id, purchase, till.left);
        _place(hold, holdSignature);
        MONEY.captureHold(hold, till.merchant, till.left);
    }

    /// @inheritdoc IPurposeBoundMoney
    function refund(
        Purchase calldata purchase,
        CampaignTerms[] calldata campaigns,
        uint64 amount
    ) external returns (bytes32 id) {
        id = purchaseId(purchase);
        _requireCaller(id, purchase.merchant);
        PaidPurchase storage paid = _purchases[id];
        require(paid.status == PurchaseStatus.Paid, PurposePurchaseStatusInvalid(id, paid.status));
        require(purchase.vouchers.length == campaigns.length, PurposeVouchersInvalid(id));
        require(amount != 0 && amount <= purchase.price, PurposeRefundInvalid(id, amount, purchase.price));
        paid.status = PurchaseStatus.Refunded;

        // the price from its start: the beneficiary's own part, then voucher by voucher
        uint256 own = PurposeRules.share(0, _ownPart(purchase), amount, purchase.price);
        emit PurchaseRefunded(id, purchase.beneficiary, purchase.merchant, amount, own);
        if (own != 0) _payBack(id, purchase.merchant, purchase.beneficiary, own);
        _giveBackVouchers(id, purchase, campaigns, amount);
    }

    /// @inheritdoc IPurposeBoundMoney
    function returnRestored(CampaignTerms calldata terms, bytes32 purchase) external returns (uint256 returned) {
        bytes32 campaign = campaignId(terms);
        _requireOver(campaign, terms);
        bytes32 id = restoredId(purchase, campaign);
        RestoredVoucher storage voucher = _restored[id];
        require(voucher.worth != 0, PurposeRestoredInvalid(id, 0));
        Hold memory hold = _restoredHold(id, terms, voucher.merchant, voucher.worth);
        (returned, ) = MONEY.holdState(MONEY.holdId(hold));
        _repay(campaign, hold, terms.sponsor, returned);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IPurposeBoundMoney
    function campaignId(CampaignTerms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @inheritdoc IPurposeBoundMoney
    function purchaseId(Purchase calldata purchase) public view returns (bytes32) {
        bytes32[] memory uses = new bytes32[](purchase.vouchers.length);
        for (uint256 i = 0; i < uses.length; ++i) uses[i] = keccak256(abi.encode(USE_TYPEHASH, purchase.vouchers[i]));
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        PURCHASE_TYPEHASH,
                        purchase.beneficiary,
                        purchase.merchant,
                        purchase.price,
                        purchase.notAfter,
                        purchase.businessRef,
                        keccak256(abi.encodePacked(uses))
                    )
                )
            );
    }

    /// @inheritdoc IPurposeBoundMoney
    function claimId(bytes32 campaign, address beneficiary, uint40 notAfter) external view returns (bytes32) {
        return _claimId(campaign, beneficiary, MONEY.identityOf(beneficiary), notAfter);
    }

    /// @inheritdoc IPurposeBoundMoney
    function restoredId(bytes32 purchase, bytes32 campaign) public pure returns (bytes32) {
        return keccak256(abi.encode(purchase, campaign));
    }

    /// @inheritdoc IPurposeBoundMoney
    function budgetHoldOf(CampaignTerms calldata terms) external view returns (Hold memory) {
        return _budgetHold(campaignId(terms), terms);
    }

    /// @inheritdoc IPurposeBoundMoney
    function ownHoldOf(Purchase calldata purchase) external view returns (Hold memory) {
        return _ownHold(purchaseId(purchase), purchase, _ownPart(purchase));
    }

    /// @inheritdoc IPurposeBoundMoney
    function restoredHoldOf(CampaignTerms calldata terms, bytes32 purchase) external view returns (Hold memory) {
        bytes32 id = restoredId(purchase, campaignId(terms));
        return _restoredHold(id, terms, _restored[id].merchant, _restored[id].worth);
    }

    /// @inheritdoc IPurposeBoundMoney
    function campaignStateOf(bytes32 campaign) external view returns (CampaignState memory) {
        return _campaigns[campaign];
    }

    /// @inheritdoc IPurposeBoundMoney
    function entitlementOf(bytes32 campaign, bytes32 identity) external view returns (Entitlement memory) {
        return _entitlements[campaign][identity];
    }

    /// @inheritdoc IPurposeBoundMoney
    function purchaseStatusOf(bytes32 id) external view returns (PurchaseStatus) {
        return _purchases[id].status;
    }

    /// @inheritdoc IPurposeBoundMoney
    function restoredOf(bytes32 restored) external view returns (RestoredVoucher memory) {
        return _restored[restored];
    }

    /// @inheritdoc IPurposeBoundMoney
    function isListClaimed(bytes32 campaign, uint256 index) external view returns (bool) {
        return _claimed[campaign].get(index);
    }

    // ------------------------------------------------------- the one place that gives

    function _give(bytes32 id, CampaignTerms calldata terms, bytes32 identity, uint256 amount) private {
        require(amount != 0 && amount % terms.value == 0, PurposeGrantInvalid(id, amount, terms.value));
        CampaignState memory campaign = _campaigns[id];
        uint256 free = terms.budget - campaign.spent - campaign.outstanding;
        require(amount <= free, PurposeBudgetExceeded(id, amount, free));
        Entitlement storage has = _entitlements[id][identity];
        uint256 given = has.given + amount;
        require(given <= terms.perPerson, PurposePersonLimitExceeded(id, identity, given, terms.perPerson));
        // what lapsed is given again, so the sum of grants may pass the budget
        (has.given, has.left) = (uint64(given), uint64(has.left + amount));
        (campaign.granted, campaign.outstanding) = (
            campaign.granted + uint56(amount),
            campaign.outstanding + uint56(amount)
        );
        _campaigns[id] = campaign;
        emit VoucherGranted(id, identity, amount);
    }

    // ---------------------------------------------------- the one place that spends

    function _spend(Till memory till, VoucherUse calldata use, CampaignTerms calldata terms) private {
        bytes32 id = _requireUsable(till, use, terms);
        Entitlement storage has = _entitlements[id][till.identity];
        if (terms.usesPerDay != 0) _countUse(id, till.identity, has, terms.usesPerDay);
        uint256 lapsed =
            use.refunded == 0 ? _spendGranted(id, till, use, terms, has) : _spendRestored(id, till, use, terms);
        till.left -= use.amount;
        emit VoucherSpent(id, till.purchase, till.identity, use.refunded, use.amount, lapsed);
    }

    function _spendGranted(
        bytes32 id,
        Till memory till,
        VoucherUse calldata use,
        CampaignTerms calldata terms,
        Entitlement storage has
    ) private returns (uint256 lapsed) {
        uint256 left = has.left;
        uint256 taken = terms.kind == VoucherKind.Stored ? use.amount : terms.value;
        require(taken <= left, PurposeVoucherExceeded(id, till.identity, taken, left));
        _requireDiscount(id, till, use.amount, terms, taken);
        has.left = uint64(left - taken);
        CampaignState storage campaign = _campaigns[id];
        (campaign.outstanding, campaign.spent) = (
            campaign.outstanding - uint56(taken),
            campaign.spent + uint56(use.amount)
        );
        MONEY.captureHold(_budgetHold(id, terms), till.merchant, use.amount);
        return taken - use.amount;
    }

    function _spendRestored(
        bytes32 id,
        Till memory till,
        VoucherUse calldata use,
        CampaignTerms calldata terms
    ) private returns (uint256 lapsed) {
        bytes32 restored = restoredId(use.refunded, id);
        RestoredVoucher storage voucher = _restored[restored];
        address holder = voucher.merchant;
        Hold memory hold = _restoredHold(restored, terms, holder, voucher.worth);
        (uint256 left, ) = MONEY.holdState(MONEY.holdId(hold));
        require(voucher.identity == till.identity && left != 0, PurposeRestoredInvalid(restored, till.identity));
        uint256 taken = terms.kind == VoucherKind.Stored ? use.amount : left;
        require(taken <= left, PurposeVoucherExceeded(id, till.identity, taken, left));
        _requireDiscount(id, till, use.amount, terms, taken);
        lapsed = taken - use.amount;
        _campaigns[id].restored -= uint56(use.amount);
        if (lapsed != 0) _repay(id, hold, terms.sponsor, lapsed);
        if (holder != till.merchant) MONEY.captureHold(hold, till.merchant, use.amount);
        else {
            // nobody is paid out of its own hold; what it has of it is free now
            require(taken == left, PurposeRestoredWhole(restored, use.amount, left));
            MONEY.releaseHold(hold);
        }
    }

    function _countUse(bytes32 id, bytes32 identity, Entitlement storage has, uint256 limit) private {
        uint256 day = Calendar.dayOf(block.timestamp);
        uint256 uses = has.day == day ? has.uses : 0;
        require(uses < limit, PurposeDayUsesExceeded(id, identity, limit));
        (has.day, has.uses) = (uint32(day), uint16(uses + 1));
    }

    // ------------------------------------------------------------------ giving back

    function _giveBackVouchers(
        bytes32 id,
        Purchase calldata purchase,
        CampaignTerms[] calldata campaigns,
        uint256 amount
    ) private {
        // a part of a voucher's purchase is no voucher; and whoever has the account now may be another person
        bytes32 identity = MONEY.identityOf(purchase.beneficiary);
        if (amount != purchase.price || bytes31(identity) != _purchases[id].tag) identity = 0;
        uint256 end = _ownPart(purchase);
        for (uint256 i = 0; i < campaigns.length; ++i) {
            bytes32 campaign = _requireTerms(purchase.vouchers[i].campaign, campaigns[i]);
            uint256 start = end;
            end += purchase.vouchers[i].amount;
            uint256 share = PurposeRules.share(start, end, amount, purchase.price);
            if (share != 0) _giveBack(restoredId(id, campaign), campaigns[i], purchase.merchant, identity, share);
        }
    }

    /// @dev A voucher's share of a refund: for the same person again, or the sponsor's.
    function _giveBack(
        bytes32 id,
        CampaignTerms calldata terms,
        address merchant,
        bytes32 identity,
        uint256 amount
    ) private {
        bytes32 campaign = campaignId(terms);
        if (identity == 0 || block.timestamp >= terms.expires) {
            emit SponsorRepaid(campaign, terms.sponsor, merchant, amount);
            _payBack(id, merchant, terms.sponsor, amount);
            return;
        }
        _restored[id] = RestoredVoucher(merchant, uint64(amount), identity);
        _campaigns[campaign].restored += uint56(amount);
        emit VoucherRestored(campaign, id, identity, merchant, amount);
        MONEY.placeHoldFrom(_restoredHold(id, terms, merchant, amount));
    }

    /// @dev The merchant's own money, with its allowance.
    function _payBack(bytes32 id, address merchant, address payee, uint256 amount) private {
        Hold memory hold = Hold(merchant, payee, address(this), amount, block.timestamp + 1, id);
        MONEY.placeHoldFrom(hold);
        MONEY.captureHold(hold, payee, amount);
    }

    /// @dev What backs a restored voucher goes to the sponsor.
    function _repay(bytes32 campaign, Hold memory hold, address sponsor, uint256 amount) private {
        _campaigns[campaign].restored -= uint56(amount);
        emit SponsorRepaid(campaign, sponsor, hold.payer, amount);
        MONEY.captureHold(hold, sponsor, amount);
    }

    // -------------------------------------------------------------------- holds

    /// @dev Anyone who sees a signed hold may place it at the ledger first; that must not stop what it is for. A hold in
    /// place is this contract's: its reference is the campaign, or the purchase, with all its terms.
    function _place(Hold memory hold, bytes calldata holdSignature) private {
        if (_isPlaced(hold)) return;
        if (holdSignature.length != 0) MONEY.placeHoldWithSignature(hold, holdSignature);
        else MONEY.placeHoldFrom(hold);
    }

    function _isPlaced(Hold memory hold) private view returns (bool) {
        (uint256 remaining, ) = MONEY.holdState(MONEY.holdId(hold));
        return remaining != 0;
    }

    function _budgetHold(bytes32 id, CampaignTerms calldata terms) private view returns (Hold memory) {
        return Hold(terms.sponsor, address(0), address(this), terms.budget, terms.expires, id);
    }

    function _ownHold(bytes32 id, Purchase calldata purchase, uint256 amount) private view returns (Hold memory) {
        // a hold is captured strictly before it expires
        uint256 expiry = uint256(purchase.notAfter) + 1;
        return Hold(purchase.beneficiary, purchase.merchant, address(this), amount, expiry, id);
    }

    function _restoredHold(
        bytes32 id,
        CampaignTerms calldata terms,
        address merchant,
        uint256 worth
    ) private view returns (Hold memory) {
        return Hold(merchant, address(0), address(this), worth, terms.expires + RETURN_PERIOD, id);
    }

    function _ownPart(Purchase calldata purchase) private pure returns (uint256 left) {
        left = purchase.price;
        for (uint256 i = 0; i < purchase.vouchers.length; ++i) left -= purchase.vouchers[i].amount;
    }

    function _claimId(
        bytes32 campaign,
        address beneficiary,
        bytes32 identity,
        uint40 notAfter
    ) private view returns (bytes32) {
        uint64 given = _entitlements[campaign][identity].given;
        return _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, campaign, beneficiary, given, notAfter)));
    }

    // ------------------------------------------------------------------- checks

    function _till(bytes32 id, Purchase calldata purchase) private view returns (Till memory) {
        (address beneficiary, address merchant) = (purchase.beneficiary, purchase.merchant);
        // what vouchers pay is not the beneficiary's money, and yet a lost wallet's must not be spent
        require(MONEY.canSend(beneficiary), PurposeBeneficiaryBarred(id, beneficiary));
        (uint16 category, uint24 region) = MERCHANTS.requireEligible(merchant);
        bytes32 identity = _identityOf(beneficiary);
        require(
            beneficiary != merchant && identity != MONEY.identityOf(merchant),
            PurposePartiesRelated(id, beneficiary, merchant)
        );
        return Till(id, identity, merchant, purchase.price, purchase.price, category, region);
    }

    function _requirePayable(bytes32 id, Purchase calldata purchase) private view {
        PurchaseStatus status = _purchases[id].status;
        require(status == PurchaseStatus.None, PurposePurchaseStatusInvalid(id, status));
        require(
            block.timestamp <= purchase.notAfter && purchase.notAfter <= block.timestamp + PURCHASE_WINDOW,
            PurposePurchaseTimeInvalid(id, purchase.notAfter, block.timestamp)
        );
    }

    function _requireStack(bytes32 id, Purchase calldata purchase, CampaignTerms[] calldata campaigns) private pure {
        uint256 count = campaigns.length;
        require(count != 0 && count == purchase.vouchers.length, PurposeVouchersInvalid(id));
        for (uint256 i = 0; i < count; ++i) {
            bytes32 campaign = purchase.vouchers[i].campaign;
            require(count <= campaigns[i].stackLimit, PurposeStackExceeded(campaign, count, campaigns[i].stackLimit));
            for (uint256 j = 0; j < i; ++j) {
                bytes32 other = purchase.vouchers[j].campaign;
                require(other < campaign, PurposeVouchersInvalid(id));
                require(PurposeRules.combine(campaigns[j], campaigns[i]), PurposeStackRefused(other, campaign));
            }
        }
    }

    function _requireUsable(
        Till memory till,
        VoucherUse calldata use,
        CampaignTerms calldata terms
    ) private view returns (bytes32 id) {
        id = _requireTerms(use.campaign, terms);
        _requireStatus(id, CampaignStatus.Open);
        _requireOpened(id, terms);
        require(block.timestamp < terms.expires, PurposeCampaignExpired(id, terms.expires, block.timestamp));
        require(till.merchant != terms.sponsor, PurposePartiesRelated(till.purchase, terms.sponsor, till.merchant));
        require(
            PurposeRules.isFor(terms, till.category, till.region),
            PurposeMerchantOutside(id, till.merchant, till.category, till.region)
        );
        require(till.price >= terms.minimumSpend, PurposeMinimumMissed(id, till.price, terms.minimumSpend));
    }

    /// @dev A Stored voucher pays what its owner says, within what is left to pay; the others what their terms say.
    function _requireDiscount(
        bytes32 id,
        Till memory till,
        uint256 amount,
        CampaignTerms calldata terms,
        uint256 taken
    ) private pure {
        uint256 due = PurposeRules.discount(terms.kind, terms.rate, till.price, taken, till.left);
        require(amount != 0 && amount == due, PurposeDiscountInvalid(id, amount, due));
    }

    function _requireClaimable(bytes32 id, CampaignTerms calldata terms, ClaimRule rule) private view {
        require(terms.claim == rule, PurposeClaimRuleInvalid(id, terms.claim));
        _requireStatus(id, CampaignStatus.Open);
        _requireOpened(id, terms);
        require(block.timestamp <= terms.claimsUntil, PurposeClaimsOver(id, terms.claimsUntil, block.timestamp));
    }

    function _requireOpened(bytes32 id, CampaignTerms calldata terms) private view {
        require(block.timestamp >= terms.opens, PurposeCampaignNotOpen(id, terms.opens, block.timestamp));
    }

    function _requireOver(bytes32 id, CampaignTerms calldata terms) private view {
        require(block.timestamp >= terms.expires, PurposeCampaignRunning(id, terms.expires, block.timestamp));
    }

    function _requireTerms(bytes32 expected, CampaignTerms calldata terms) private pure returns (bytes32 id) {
        id = campaignId(terms);
        require(id == expected, PurposeCampaignMismatch(expected, id));
    }

    function _requireStatus(bytes32 id, CampaignStatus needed) private view {
        CampaignStatus status = _campaigns[id].status;
        require(status == needed, PurposeCampaignStatusInvalid(id, status));
    }

    function _requireCaller(bytes32 id, address expected) private view {
        require(msg.sender == expected, PurposeCallerInvalid(id, msg.sender, expected));
    }

    function _identityOf(address account) private view returns (bytes32 identity) {
        identity = MONEY.identityOf(account);
        require(identity != 0, PurposeIdentityMissing(account));
    }
}
