// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice What a voucher pays of a purchase.
/// Stored: any part of what is left, like a subsidy. Fixed: its whole value, once, from a minimum spend on.
/// Percentage: a part of the price, its value at most, once.
enum VoucherKind {
    Stored,
    Fixed,
    Percentage
}

/// @notice How a campaign's vouchers come to people: the sponsor gives them; whoever claims first has them; who is on a
/// list may claim what the list says.
enum ClaimRule {
    Granted,
    FirstCome,
    Listed
}

/// @notice The terms of a campaign. Its id is their hash, so terms never change; each call names them whole.
/// @param sponsor Whose money it is, before, and after if it is not spent.
/// @param documentHash keccak256 of the campaign's published text; tells campaigns on equal terms apart.
/// @param budget Minor units that are held for it, 2^56 − 1 at most.
/// @param value Minor units that one voucher is worth; whatever is given is a multiple of it.
/// @param perPerson Minor units that one person is ever given at most; a multiple of `value`.
/// @param minimumSpend Smallest price of a purchase, minor units; of a Fixed campaign `value` at least.
/// @param rate Percentage: parts of 10,000 of the price, rounded down. Otherwise 0.
/// @param usesPerDay Purchases in which one person may use it on one day (UTC+8); 0: any.
/// @param kind What a voucher pays.
/// @param claim How vouchers come to people.
/// @param layer Who gives it, 0 … 15, as sponsors agree among themselves (nation, province, city, platform, shop).
/// @param combines Bit n: campaigns of layer n may be used in the same purchase. Both must say so.
/// @param stackLimit Campaigns in a purchase in which this one is used, itself counted; 1: it alone.
/// @param opens Unix seconds: first moment of grants, claims and purchases.
/// @param claimsUntil Unix seconds, inclusive: last moment of grants and claims.
/// @param expires Unix seconds: purchases end before it; from it on the rest goes back.
/// @param claimRoot Listed: Merkle root of the list, see {claimListed}. Otherwise 0.
/// @param categories Merchant category codes (ISO 18245), ascending, 64 at most; none: any.
/// @param regions Codes of GB/T 2260, ascending, 64 at most; 440000 is the province, 440300 the city; none: anywhere.
struct CampaignTerms {
    address sponsor;
    bytes32 documentHash;
    uint64 budget;
    uint64 value;
    uint64 perPerson;
    uint64 minimumSpend;
    uint16 rate;
    uint16 usesPerDay;
    VoucherKind kind;
    ClaimRule claim;
    uint8 layer;
    uint16 combines;
    uint8 stackLimit;
    uint40 opens;
    uint40 claimsUntil;
    uint40 expires;
    bytes32 claimRoot;
    uint16[] categories;
    uint24[] regions;
}

/// @notice What one campaign pays of a purchase.
/// @param campaign Id of the campaign.
/// @param refunded Id of the purchase whose refund restored this voucher; 0: one out of the campaign's budget.
/// @param amount Minor units.
struct VoucherUse {
    bytes32 campaign;
    bytes32 refunded;
    uint64 amount;
}

/// @notice A purchase, as its beneficiary agrees to it. The vouchers pay their amounts, the beneficiary the rest.
/// @param beneficiary Whose vouchers are used and who pays what they do not.
/// @param merchant Account that is paid the whole price.
/// @param price Minor units, before any voucher.
/// @param notAfter Unix seconds, inclusive: last moment of the purchase, a day away at most.
/// @param businessRef The merchant's reference; two equal purchases differ in it.
/// @param vouchers Strictly ascending by campaign, at least one.
struct Purchase {
    address beneficiary;
    address merchant;
    uint64 price;
    uint40 notAfter;
    bytes32 businessRef;
    VoucherUse[] vouchers;
}

/// @notice Open from the moment its budget is held; Closed for good.
enum CampaignStatus {
    None,
    Open,
    Closed
}

/// @notice How far a purchase has come. Refunded is for ever.
enum PurchaseStatus {
    None,
    Paid,
    Refunded
}

/// @notice The sums of a campaign, minor units.
/// @param granted Given to people, ever.
/// @param outstanding Of it, neither spent nor lapsed; out of the budget.
/// @param spent Paid to merchants out of the budget.
/// @param restored Held by merchants that gave a purchase back, for people to spend again.
struct CampaignState {
    CampaignStatus status;
    uint56 granted;
    uint56 outstanding;
    uint56 spent;
    uint56 restored;
}

/// @notice What one person has of a campaign, minor units.
/// @param given Ever.
/// @param left Out of the budget, unspent; restored vouchers come on top.
/// @param day Day (UTC+8, since 1970) of the last use.
/// @param uses Purchases on that day.
struct Entitlement {
    uint64 given;
    uint64 left;
    uint32 day;
    uint16 uses;
}

/// @notice A voucher that a refund gave back: its money is held on the account of the merchant that gave it back.
/// @param merchant Payer of the hold.
/// @param worth Minor units when it was given back.
/// @param identity Whose it is.
struct RestoredVoucher {
    address merchant;
    uint64 worth;
    bytes32 identity;
}

/// @title IPurposeBoundMoney
/// @notice Vouchers and subsidies that pay for what they are meant for and nothing else: certain merchants, in certain
/// places, until a certain day. The sponsor's money stays the sponsor's until it is spent.
/// @dev Immutable; one contract for one currency. It owns nothing and has no office. Amounts are minor units, times Unix
/// seconds, days UTC+8. In the words of ERC-7291: the sponsor is the creator, the beneficiary the holder, a purchase
/// the redemption, the terms the logic, the currency the spot value. There is no wrapper token, because a voucher here
/// is no bearer instrument: nothing can be transferred, unwrapped or approved.
///
/// **Money.** A campaign's budget is one hold in place on the sponsor's account: executor this contract, reference the
/// campaign's id. A purchase captures vouchers' amounts to the merchant and, in the same call, the rest of the price from
/// a hold of the beneficiary's that names this merchant and this purchase. All of it is paid or nothing. What is not
/// spent by `expires` is freed for the sponsor by anyone.
///
/// **Whose.** A voucher belongs to an identity: the salted commitment behind a wallet (`identityOf`), so it may be spent
/// from any wallet with that commitment, and a cap per person counts over all of them.
///
/// **Stacking.** Each campaign says how many may be used beside it, of which layers; both must agree; a campaign is used
/// once in a purchase. Minimum spend and percentage look at the full price; no voucher pays more than is left to pay, and
/// the rest of a Fixed or Percentage voucher lapses into the campaign's free budget. The beneficiary signs what each pays.
///
/// **Refund**, by the merchant, once for a purchase. In whole: each voucher is restored for the same person, backed by a
/// hold on the merchant's account that pays the next merchant or the sponsor and nobody else; after the campaign's end it
/// goes to the sponsor at once. In part: what vouchers bore of it goes to the sponsor. The beneficiary gets back its own
/// part, or share of it, and never a voucher's.
///
/// **Prevented here:** spending at a merchant that is not of the category and region, was suspended, barred or removed, or
/// whose acquirer is not active, at the moment of the purchase; a merchant that is the beneficiary, has the same identity
/// or is the sponsor; a voucher used by another person, used twice, or transferred; more than the cap per person, over
/// any number of wallets with one identity; a purchase split to use more vouchers than `usesPerDay`; refunding a voucher
/// in money; money of a campaign leaving for anybody but an eligible merchant or its sponsor; a sponsor that takes back
/// what it has promised before the end.
/// **Not prevented:** a merchant that sells nothing and hands money back by other means (an ordinary payment to the
/// beneficiary is visible beside the purchase: `findPaybacks` in `sdk/payments/purpose.ts` lists them; bar the
/// merchant); a merchant under the identity of a straw man; one person with several identities, because institutions
/// commit to identities with salts of their own, unless the sponsor grants or lists; prices raised for voucher holders;
/// a merchant's goods outside the purpose. A merchant that the ledger does not let pay (frozen, over its limits) cannot
/// refund until it can; one that is frozen, halted or full is not paid, and the purchase does not happen.
interface IPurposeBoundMoney {
    /// @notice A campaign's budget is held; it is open from `terms.opens` on.
    event CampaignOpened(bytes32 indexed id, address indexed sponsor, CampaignTerms terms);
    /// @notice A campaign is over; `returned` went back to the sponsor.
    event CampaignClosed(bytes32 indexed id, address indexed sponsor, address by, uint256 returned);
    /// @notice A person was given `amount`.
    event VoucherGranted(bytes32 indexed campaign, bytes32 indexed identity, uint256 amount);
    /// @notice A line of a campaign's list was claimed.
    event ListClaimed(bytes32 indexed campaign, uint256 indexed index, bytes32 indexed identity);
    /// @notice A voucher has paid `amount` of a purchase; `lapsed` of it is worth nothing any more.
    event VoucherSpent(
        bytes32 indexed campaign,
        bytes32 indexed purchase,
        bytes32 indexed identity,
        bytes32 refunded,
        uint256 amount,
        uint256 lapsed
    );
    /// @notice The merchant was paid `price`, of which the beneficiary itself paid `ownPart`.
    event PurchasePaid(
        bytes32 indexed id,
        address indexed beneficiary,
        address indexed merchant,
        uint256 price,
        uint256 ownPart,
        bytes32 businessRef
    );
    /// @notice The merchant gave back `amount` of the price, of which `ownPart` to the beneficiary.
    event PurchaseRefunded(
        bytes32 indexed id,
        address indexed beneficiary,
        address indexed merchant,
        uint256 amount,
        uint256 ownPart
    );
    /// @notice A refund gave a voucher back, worth `amount`, held on the merchant's account.
    event VoucherRestored(
        bytes32 indexed campaign,
        bytes32 indexed restored,
        bytes32 indexed identity,
        address merchant,
        uint256 amount
    );
    /// @notice What a merchant held or gave back went to the sponsor.
    event SponsorRepaid(bytes32 indexed campaign, address indexed sponsor, address indexed merchant, uint256 amount);

    /// @notice The terms contradict each other or the rules for all campaigns.
    error PurposeTermsInvalid(bytes32 campaign);
    /// @notice The campaign is not at the step that this needs.
    error PurposeCampaignStatusInvalid(bytes32 campaign, CampaignStatus status);
    /// @notice The campaign has not opened.
    error PurposeCampaignNotOpen(bytes32 campaign, uint256 opens, uint256 time);
    /// @notice The campaign's end has come.
    error PurposeCampaignExpired(bytes32 campaign, uint256 expires, uint256 time);
    /// @notice The campaign's end has not come.
    error PurposeCampaignRunning(bytes32 campaign, uint256 expires, uint256 time);
    /// @notice Nothing more is given.
    error PurposeClaimsOver(bytes32 campaign, uint256 claimsUntil, uint256 time);
    /// @notice The campaign's vouchers come to people in another way.
    error PurposeClaimRuleInvalid(bytes32 campaign, ClaimRule rule);
    /// @notice Only `expected` may do this.
    error PurposeCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice What is given is a multiple of a voucher's value, more than nothing.
    error PurposeGrantInvalid(bytes32 campaign, uint256 amount, uint256 value);
    /// @notice The budget has not so much left to give.
    error PurposeBudgetExceeded(bytes32 campaign, uint256 amount, uint256 free);
    /// @notice The person would have been given more than the campaign gives one person.
    error PurposePersonLimitExceeded(bytes32 campaign, bytes32 identity, uint256 given, uint256 limit);
    /// @notice The beneficiary may not pay now: frozen, closed or halted.
    error PurposeBeneficiaryBarred(bytes32 id, address beneficiary);
    /// @notice Nobody's identity is behind the account.
    error PurposeIdentityMissing(address account);
    /// @notice The line is not in the campaign's list.
    error PurposeProofInvalid(bytes32 campaign, uint256 index);
    /// @notice The line was claimed before.
    error PurposeListClaimed(bytes32 campaign, uint256 index);
    /// @notice The signed claim may not be used any more.
    error PurposeClaimExpired(bytes32 campaign, uint256 notAfter, uint256 time);
    /// @notice The signature is not the account's over this.
    error PurposeConsentInvalid(bytes32 id, address account);
    /// @notice The purchase is not at the step that this needs.
    error PurposePurchaseStatusInvalid(bytes32 id, PurchaseStatus status);
    /// @notice The purchase may not be paid any more, or not yet.
    error PurposePurchaseTimeInvalid(bytes32 id, uint256 notAfter, uint256 time);
    /// @notice Beneficiary and merchant are one, or the merchant is the sponsor.
    error PurposePartiesRelated(bytes32 id, address party, address merchant);
    /// @notice No vouchers, not ascending by campaign, or not parallel to the terms given.
    error PurposeVouchersInvalid(bytes32 id);
    /// @notice The terms are another campaign's than the voucher's.
    error PurposeCampaignMismatch(bytes32 expected, bytes32 campaign);
    /// @notice The campaign is not for merchants of this category, or in this place.
    error PurposeMerchantOutside(bytes32 campaign, address merchant, uint256 category, uint256 region);
    /// @notice The price is below the campaign's minimum spend.
    error PurposeMinimumMissed(bytes32 campaign, uint256 price, uint256 minimum);
    /// @notice The campaign may not be used beside so many others.
    error PurposeStackExceeded(bytes32 campaign, uint256 vouchers, uint256 limit);
    /// @notice The two campaigns may not be used in one purchase.
    error PurposeStackRefused(bytes32 campaign, bytes32 other);
    /// @notice The person has used the campaign often enough today.
    error PurposeDayUsesExceeded(bytes32 campaign, bytes32 identity, uint256 limit);
    /// @notice The person has not so much left.
    error PurposeVoucherExceeded(bytes32 campaign, bytes32 identity, uint256 amount, uint256 left);
    /// @notice The voucher pays another amount.
    error PurposeDiscountInvalid(bytes32 campaign, uint256 amount, uint256 due);
    /// @notice The restored voucher is another person's, or there is none, or nothing is left of it.
    error PurposeRestoredInvalid(bytes32 restored, bytes32 identity);
    /// @notice The merchant that holds a restored voucher's money is paid all of it or nothing.
    error PurposeRestoredWhole(bytes32 restored, uint256 amount, uint256 left);
    /// @notice Nothing, or more than the price.
    error PurposeRefundInvalid(bytes32 id, uint256 amount, uint256 price);

    /// @notice Opens a campaign: its budget is held on the sponsor's account.
    /// @dev Caller: the sponsor, or anyone with its hold {budgetHoldOf}, in place already or signed (`holdSignature`, in
    /// the currency's domain); the hold's reference is the hash of all terms, so it is the sponsor's consent to them. The
    /// sponsor itself may give an allowance instead. Reverts with {PurposeCampaignStatusInvalid} (opened before),
    /// {PurposeTermsInvalid}, {PurposeCallerInvalid}, and with whatever the ledger refuses a hold for.
    function openCampaign(CampaignTerms calldata terms, bytes calldata holdSignature) external returns (bytes32 id);

    /// @notice Gives vouchers to wallets' owners.
    /// @dev Caller: the sponsor of a Granted campaign, from `opens` to `claimsUntil`. All or nothing. Reverts with
    /// {PurposeCallerInvalid}, {PurposeClaimRuleInvalid}, {PurposeIdentityMissing}, {PurposeGrantInvalid},
    /// {PurposePersonLimitExceeded}, {PurposeBudgetExceeded}, {PurposeCampaignStatusInvalid},
    /// {PurposeCampaignNotOpen}, {PurposeClaimsOver}.
    /// @param entries One word a grant: wallet in the upper 160 bits, amount in the lower 96.
    function grant(CampaignTerms calldata terms, uint256[] calldata entries) external;

    /// @notice Gives one voucher to the owner of a wallet that asks, while there are any.
    /// @dev Caller: the beneficiary of a FirstCome campaign, or anyone with its signature over {claimId}. Reverts with
    /// {PurposeClaimRuleInvalid}, {PurposeClaimExpired}, {PurposeConsentInvalid}, {PurposeIdentityMissing},
    /// {PurposePersonLimitExceeded}, {PurposeBudgetExceeded}, {PurposeCampaignStatusInvalid},
    /// {PurposeCampaignNotOpen}, {PurposeClaimsOver}.
    /// @param notAfter Unix seconds, inclusive: last moment of a signed claim.
    /// @param consent Not looked at when the beneficiary calls.
    function claim(CampaignTerms calldata terms, address beneficiary, uint40 notAfter, bytes calldata consent) external;

    /// @notice Gives a person what a line of the campaign's list says.
    /// @dev Caller: anyone; it goes to whom the list names. A leaf is keccak256 of keccak256 of abi.encode(index,
    /// identity, amount), pairs are hashed in ascending order. Reverts with {PurposeClaimRuleInvalid},
    /// {PurposeListClaimed}, {PurposeProofInvalid}, {PurposeGrantInvalid}, {PurposePersonLimitExceeded},
    /// {PurposeBudgetExceeded}, {PurposeCampaignStatusInvalid}, {PurposeCampaignNotOpen}, {PurposeClaimsOver}.
    function claimListed(
        CampaignTerms calldata terms,
        uint256 index,
        bytes32 identity,
        uint256 amount,
        bytes32[] calldata proof
    ) external;

    /// @notice Pays a purchase: vouchers their amounts, the beneficiary the rest, all to the merchant or nothing.
    /// @dev Caller: the beneficiary, or anyone with its signature over {purchaseId}. What the beneficiary pays itself is
    /// the hold {ownHoldOf}: in place already, signed (`holdSignature`, in the currency's domain), or by its allowance to
    /// this contract (`holdSignature` empty). Reverts with {PurposePurchaseStatusInvalid} (paid before),
    /// {PurposePurchaseTimeInvalid}, {PurposeConsentInvalid}, {PurposeBeneficiaryBarred}, {PurposeIdentityMissing},
    /// {PurposePartiesRelated},
    /// {PurposeVouchersInvalid}, {PurposeCampaignMismatch}, {PurposeCampaignStatusInvalid}, {PurposeCampaignNotOpen},
    /// {PurposeCampaignExpired}, {PurposeMerchantOutside}, {PurposeMinimumMissed}, {PurposeStackExceeded},
    /// {PurposeStackRefused}, {PurposeDayUsesExceeded}, {PurposeVoucherExceeded}, {PurposeDiscountInvalid},
    /// {PurposeRestoredInvalid}, {PurposeRestoredWhole}, with the directory's MerchantNotEligible, with
    /// InstitutionNotActive, and with whatever the ledger refuses.
    /// @param campaigns Terms, parallel to the purchase's vouchers.
    function redeem(
        Purchase calldata purchase,
        CampaignTerms[] calldata campaigns,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Gives a purchase back, in whole or in part, once.
    /// @dev Caller: the merchant, with its allowance to this contract over `amount`; eligible or not. Reverts with
    /// {PurposeCallerInvalid}, {PurposePurchaseStatusInvalid}, {PurposeVouchersInvalid}, {PurposeCampaignMismatch},
    /// {PurposeRefundInvalid}, and with whatever the ledger refuses.
    /// @param campaigns Terms, parallel to the purchase's vouchers.
    function refund(
        Purchase calldata purchase,
        CampaignTerms[] calldata campaigns,
        uint64 amount
    ) external returns (bytes32 id);

    /// @notice Ends a campaign and frees what is unspent for its sponsor.
    /// @dev Caller: anyone, from `expires` on. Works while halted and whoever is frozen. Reverts with
    /// {PurposeCampaignStatusInvalid}, {PurposeCampaignRunning}.
    /// @return returned Minor units freed, now or at the ledger before.
    function closeCampaign(CampaignTerms calldata terms) external returns (uint256 returned);

    /// @notice Pays what is left of a restored voucher to the sponsor.
    /// @dev Caller: anyone, from the campaign's `expires` on, for {RETURN_PERIOD}; afterwards the merchant has it back. Reverts
    /// with {PurposeCampaignRunning}, {PurposeRestoredInvalid}, HoldNotActive, HoldExpired, and with whatever refuses
    /// the sponsor.
    /// @param purchase Id of the purchase that was given back.
    function returnRestored(CampaignTerms calldata terms, bytes32 purchase) external returns (uint256 returned);

    /// @notice Id of a campaign: the hash of its terms.
    function campaignId(CampaignTerms calldata terms) external pure returns (bytes32);

    /// @notice Id of a purchase: its EIP-712 digest in this contract's domain, which its beneficiary signs.
    function purchaseId(Purchase calldata purchase) external view returns (bytes32);

    /// @notice What a beneficiary signs to claim its next voucher: EIP-712 digest over the campaign, the account, what
    /// its owner has been given before (so that each signature claims once), and the last moment.
    function claimId(bytes32 campaign, address beneficiary, uint40 notAfter) external view returns (bytes32);

    /// @notice Id of the voucher that the refund of a purchase restores for a campaign.
    function restoredId(bytes32 purchase, bytes32 campaign) external pure returns (bytes32);

    /// @notice The hold that a campaign's budget is.
    function budgetHoldOf(CampaignTerms calldata terms) external view returns (Hold memory);

    /// @notice The hold by which the beneficiary pays its own part; its amount is 0 if vouchers pay everything.
    /// @dev Vouchers' amounts are at most the price.
    function ownHoldOf(Purchase calldata purchase) external view returns (Hold memory);

    /// @notice The hold on a merchant's account that backs a restored voucher of the campaign.
    function restoredHoldOf(CampaignTerms calldata terms, bytes32 purchase) external view returns (Hold memory);

    /// @notice The sums of a campaign.
    function campaignStateOf(bytes32 campaign) external view returns (CampaignState memory);

    /// @notice What a person has of a campaign.
    function entitlementOf(bytes32 campaign, bytes32 identity) external view returns (Entitlement memory);

    /// @notice How far a purchase has come.
    function purchaseStatusOf(bytes32 id) external view returns (PurchaseStatus);

    /// @notice A restored voucher; all zero when there is none.
    function restoredOf(bytes32 restored) external view returns (RestoredVoucher memory);

    /// @notice Whether a line of a campaign's list was claimed.
    function isListClaimed(bytes32 campaign, uint256 index) external view returns (bool);

    /// @notice The currency that campaigns are paid in.
    function CURRENCY() external view returns (address);

    /// @notice Who is a merchant, of which kind and where.
    function DIRECTORY() external view returns (address);

    /// @notice How long before the last moment of a purchase it may be paid, seconds.
    function PURCHASE_WINDOW() external view returns (uint256);

    /// @notice How long after a campaign's end what a restored voucher is worth is the sponsor's, seconds.
    function RETURN_PERIOD() external view returns (uint256);
}
