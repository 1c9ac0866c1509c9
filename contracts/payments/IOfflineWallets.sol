// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice What the central bank allows offline. Amounts are minor units, spans are seconds; none is zero.
/// @param maxPayment Most that one payment may be.
/// @param maxLoaded Most that a device may have in allotments that are not closed, spent or not.
/// @param maxAge How long after it was signed a payment may be redeemed.
/// @param maxTerm How long a device may sign out of one allotment.
/// @param lossGrace How long after the report of a loss payments signed before it are still redeemed.
struct OfflineTerms {
    uint64 maxPayment;
    uint64 maxLoaded;
    uint32 maxAge;
    uint32 maxTerm;
    uint32 lossGrace;
}

/// @notice Lost is reported, Blocked is proven; neither ends.
enum OfflineDeviceStatus {
    None,
    Active,
    Lost,
    Blocked
}

/// @notice Why a device was blocked: two payments of one number, one payment passed on twice, or more than its allotment.
enum OfflineFraud {
    NumberTwice,
    PaymentTwice,
    Overspent
}

/// @notice A hardware wallet.
/// @param owner Account whose money it spends, and which is paid what it receives.
/// @param institution Keeps the owner's wallet and answers with its guarantee.
/// @param allotments How many were loaded.
/// @param loaded Minor units of those that are not closed.
/// @param stoppedAt Unix seconds of the report or the proof; what is signed later is refused. Zero: never.
/// @param cutOff Unix seconds, inclusive, of the last redemption after a loss. Zero: none.
/// @param x Key, a point of P-256.
struct OfflineDevice {
    address owner;
    uint16 institution;
    OfflineDeviceStatus status;
    uint32 allotments;
    uint64 loaded;
    uint48 stoppedAt;
    uint48 cutOff;
    bytes32 x;
    bytes32 y;
}

/// @notice What a device may spend offline. The terms of its day are its own for good.
/// @param amount Minor units held at first.
/// @param paid Minor units paid out of it.
/// @param guaranteed Minor units paid out of the institution's guarantee for it.
/// @param maxPayment Most that one payment may be.
/// @param openedAt Unix seconds of the first moment to sign.
/// @param signUntil Unix seconds of the last.
/// @param maxAge Seconds after signing in which a payment may be redeemed.
/// @param closed The rest went back.
struct OfflineAllotment {
    bytes32 device;
    uint64 amount;
    uint64 paid;
    uint64 guaranteed;
    uint64 maxPayment;
    uint48 openedAt;
    uint48 signUntil;
    uint32 maxAge;
    bool closed;
}

/// @notice What an institution holds ready for its devices.
/// @param payer Its account.
/// @param expiry Unix seconds; it answers strictly before.
/// @param amount Minor units at first.
/// @param number Counts the institution's pledges.
struct OfflinePledge {
    address payer;
    uint48 expiry;
    uint64 amount;
    uint32 number;
}

/// @notice What a device signs to pay.
/// @param allotment Out of which it pays.
/// @param number The device's counter: each is signed once.
/// @param amount Minor units.
/// @param payee The device that is paid.
/// @param signedAt Unix seconds by the device's clock.
struct OfflinePayment {
    bytes32 allotment;
    uint32 number;
    uint64 amount;
    bytes32 payee;
    uint48 signedAt;
}

/// @notice What the paid device signs, once a payment: to whom it goes.
/// @param payee Itself, to be paid; or the device that it passes the payment on to.
/// @param security Passing on: an allotment of its own that answers for having done it once. Otherwise zero.
/// @param signedAt Unix seconds by the device's clock, not before the payment's.
struct OfflineEndorsement {
    bytes32 payee;
    bytes32 security;
    uint48 signedAt;
}

/// @notice A signature of P-256 over SHA-256 of an EIP-712 digest; `s` in the lower half.
struct P256Signature {
    bytes32 r;
    bytes32 s;
}

/// @notice A payment with both signatures: what is redeemed.
struct OfflineVoucher {
    OfflinePayment payment;
    P256Signature paymentSignature;
    OfflineEndorsement endorsement;
    P256Signature endorsementSignature;
}

/// @title IOfflineWallets
/// @notice Hardware wallets that pay without a network, out of money that is held in place beforehand.
/// @dev Immutable; one contract for one currency. It owns nothing: an allotment is a hold on the owner's own account, a
/// guarantee a hold on the institution's. Amounts are minor units, times Unix seconds.
///
/// **Device.** Registered with its P-256 key by the institution that keeps the owner's wallet; the key itself signs for
/// whom, so nobody registers another's. Its id is the hash of the key.
///
/// **Allotment.** The owner loads: so much may be spent until `signUntil`. A device may have several.
///
/// **Two hops.** A device pays a device; the paid device signs once where the payment goes: to its own owner, or on to
/// another device, with an allotment of its own as security. That device cannot pass it on further. A voucher therefore
/// always has two signatures, and a payment alone, which many may have seen, pays nobody.
///
/// **Redemption.** By anybody, in any order, each voucher once; in a batch each voucher stands for itself. The owner of the
/// last device is paid, if it is the payer itself by leaving the amount where it is.
///
/// **Loss.** Owner or institution report it. What was signed before is redeemed until the cut-off, what is signed after
/// is refused; then the rest goes back to the owner.
///
/// **Double spending.** Two payments of one number, or one payment passed on twice, prove it, whoever shows them; so does
/// a payment of more than there is. The device is blocked for ever. Nobody who was paid pays back, and no money is made:
///
/// 1. every voucher is paid out of the allotment of the device that cheated (if that is the one in the middle: out of its
///    security), in order of arrival;
/// 2. then out of its institution's guarantee, at most the allotment's amount once more;
/// 3. the voucher with which both end is paid in part, and that is final; whoever comes later is not paid.
///
/// The owner of a device that cheats gets nothing of it: a payment that it passed on is not paid to itself, too.
///
/// Not protected: the device's clock, by which it says when it signed (the payee compares it with its own; a broken
/// device backdates, within the allotment's bounds); a payee that accepts more from broken devices than allotments and
/// guarantee cover; what a lost device had received and neither passed on nor endorsed to its owner, which stays with
/// the payer; a payee who cannot receive until the voucher is too old.
/// Visible to everybody once redeemed: both accounts, amount, and when it was signed.
interface IOfflineWallets {
    /// @notice The central bank has set what is allowed; allotments loaded before keep their own terms.
    event OfflineTermsSet(OfflineTerms previous, OfflineTerms current);
    /// @notice An institution holds `amount` ready for its devices, in place of its last pledge.
    event GuaranteePledged(uint16 indexed institution, address indexed payer, uint256 amount, uint256 expiry);
    /// @notice A device may be loaded, and be paid.
    event DeviceRegistered(
        bytes32 indexed device,
        address indexed owner,
        uint16 indexed institution,
        bytes32 x,
        bytes32 y
    );
    /// @notice The device may spend `amount`.
    event AllotmentLoaded(
        bytes32 indexed allotment,
        bytes32 indexed device,
        address indexed owner,
        uint256 amount,
        uint256 signUntil
    );
    /// @notice A voucher was paid, for good: so much out of the allotment that answers, so much out of the guarantee. Both
    /// are zero if payer and payee are one.
    event VoucherRedeemed(
        bytes32 indexed voucher,
        bytes32 indexed allotment,
        address indexed payee,
        uint256 amount,
        uint256 fromAllotment,
        uint256 fromGuarantee
    );
    /// @notice A voucher in a batch was not redeemed; `reason` is the selector of the error.
    event VoucherRefused(uint256 indexed position, bytes4 reason);
    /// @notice Nothing was left for a voucher. It may come again as long as its age allows.
    event VoucherUncovered(bytes32 indexed voucher, bytes32 indexed allotment, address indexed payee, uint256 amount);
    /// @notice A device that had passed a payment on asked for it, too; it is paid nothing.
    event VoucherForfeited(bytes32 indexed voucher, bytes32 indexed device, uint256 amount);
    /// @notice Vouchers signed before now are redeemed up to and including `cutOff`.
    event DeviceReportedLost(bytes32 indexed device, address indexed by, uint256 cutOff);
    /// @notice The device has cheated; `evidence` is the payment or voucher that showed it.
    event DeviceBlocked(bytes32 indexed device, OfflineFraud fraud, bytes32 evidence);
    /// @notice The rest of an allotment is the owner's to spend again.
    event AllotmentClosed(bytes32 indexed allotment, address indexed owner, uint256 returned);

    /// @notice A figure is zero, or one payment may be more than all of them.
    error OfflineTermsInvalid();
    /// @notice A pledge does not end before, and is not less than, what is left of the one it replaces, and ends later than
    /// now.
    error OfflinePledgeInvalid(uint16 institution, uint256 amount, uint256 expiry);
    /// @notice The owner's wallet is another institution's.
    error OfflineOwnerNotSponsored(address owner, uint16 sponsor, uint16 institution);
    /// @notice The key does not prove that it is this owner's device.
    error OfflineKeyInvalid(bytes32 device, address owner);
    /// @notice The device is not at the step that this needs.
    error OfflineDeviceStatusInvalid(bytes32 device, OfflineDeviceStatus status);
    /// @notice Only those whom the device concerns may do this.
    error OfflineCallerInvalid(bytes32 device, address caller);
    /// @notice Nothing, or more than the device may have.
    error OfflineLoadInvalid(bytes32 device, uint256 loaded, uint256 limit);
    /// @notice The last moment to sign is not ahead, or too far.
    error OfflineTermInvalid(bytes32 device, uint256 signUntil, uint256 limit);
    /// @notice The institution's guarantee is less than the allotment, or ends before it.
    error OfflineGuaranteeMissing(uint16 institution, uint256 remaining, uint256 needed);
    /// @notice There is no such allotment.
    error OfflineAllotmentUnknown(bytes32 allotment);
    /// @notice The allotment is closed, or vouchers of it may still come.
    error OfflineNotClosable(bytes32 allotment, uint256 deadline, uint256 time);
    /// @notice The payment is of nothing, or of more than one may be.
    error OfflineAmountInvalid(bytes32 payment, uint256 amount, uint256 limit);
    /// @notice The payment was not signed within its allotment's time, or after the device was stopped.
    error OfflinePaymentTimeInvalid(bytes32 payment, uint256 signedAt);
    /// @notice The payment is redeemed too late, or by the chain's clock too early.
    error OfflinePaymentExpired(bytes32 payment, uint256 deadline, uint256 time);
    /// @notice The endorsement was signed before the payment, after now, or after the device was stopped.
    error OfflineEndorsementTimeInvalid(bytes32 voucher, uint256 signedAt);
    /// @notice A payment is passed on against an allotment of the device that was open then; otherwise against none.
    error OfflineSecurityInvalid(bytes32 voucher, bytes32 security);
    /// @notice The signature is not the device's over this, or has an `s` in the upper half.
    error OfflineSignatureInvalid(bytes32 device, bytes32 digest);
    /// @notice The voucher has been paid.
    error OfflineVoucherPaid(bytes32 voucher);
    /// @notice The two vouchers do not contradict each other.
    error OfflineNoConflict(bytes32 first, bytes32 second);

    /// @notice Sets what allotments may be from now on.
    /// @dev Restricted (governor). Reverts with {OfflineTermsInvalid}.
    function setTerms(OfflineTerms calldata terms) external;

    /// @notice Holds `amount` of the caller ready for the devices of its institution, in place of the last pledge.
    /// @dev Caller: an account of an active operating institution, which has given this contract an allowance. The money
    /// stays the institution's; it cannot be had back before `expiry`. A pledge that has not expired is replaced by one
    /// that is not less than what is left of it and does not end before it. Reverts with the registry's
    /// InstitutionUnknown, InstitutionNotActive and InstitutionTierInvalid, {OfflinePledgeInvalid}, and with whatever the
    /// ledger refuses a hold for.
    function pledge(uint64 amount, uint48 expiry) external;

    /// @notice Registers a device with its key.
    /// @dev Caller: an account of the active operating institution that keeps the owner's wallet. Reverts like
    /// {pledge} for the caller, and with {OfflineOwnerNotSponsored}, {OfflineDeviceStatusInvalid} (registered before),
    /// {OfflineKeyInvalid}.
    /// @param proof The key's over the owner (EIP-712 `DeviceKey`).
    /// @return device Hash of the key.
    function registerDevice(
        address owner,
        bytes32 x,
        bytes32 y,
        P256Signature calldata proof
    ) external returns (bytes32 device);

    /// @notice Lets the device spend `amount` of the caller's money until `signUntil`.
    /// @dev Caller: the owner. The hold is {holdOf}'s: it is in place already, or the owner has signed it (`holdSignature`,
    /// in the currency's domain), or has given this contract an allowance (`holdSignature` empty). Reverts with
    /// {OfflineCallerInvalid}, {OfflineDeviceStatusInvalid}, {OfflineLoadInvalid}, {OfflineTermInvalid},
    /// {OfflineGuaranteeMissing}, with InstitutionNotActive if the institution is suspended, and with whatever the ledger
    /// refuses a hold for.
    /// @return allotment Id of the allotment, {allotmentId} of the device and its count so far.
    function load(
        bytes32 device,
        uint64 amount,
        uint48 signUntil,
        bytes calldata holdSignature
    ) external returns (bytes32 allotment);

    /// @notice Pays a voucher.
    /// @dev Caller: anyone. Reverts with {OfflineAllotmentUnknown}, {OfflineDeviceStatusInvalid} (a device is unknown),
    /// {OfflineAmountInvalid}, {OfflinePaymentTimeInvalid}, {OfflinePaymentExpired}, {OfflineEndorsementTimeInvalid},
    /// {OfflineSecurityInvalid}, {OfflineSignatureInvalid}, {OfflineVoucherPaid}, and with whatever refuses the payee. A
    /// voucher for which nothing is left, and one that the device has forfeited, does not revert: it proves something.
    /// @return amount Minor units paid; zero if nothing was left, or payer and payee are one.
    function redeem(OfflineVoucher calldata voucher) external returns (uint256 amount);

    /// @notice The same for many; one that {redeem} refuses is left out.
    /// @dev Caller: anyone. Give enough gas: a voucher for which it did not suffice is left out, and may come again.
    /// @return amount Minor units paid in all.
    /// @return reasons By position: selector of the error, zero if there was none.
    function redeemMany(OfflineVoucher[] calldata vouchers) external returns (uint256 amount, bytes4[] memory reasons);

    /// @notice Stops a device that is not in its owner's hands any more.
    /// @dev Caller: its owner, or an account of its institution. Reverts with {OfflineDeviceStatusInvalid},
    /// {OfflineCallerInvalid}.
    function reportLoss(bytes32 device) external;

    /// @notice Blocks a device that has signed what contradicts itself; redeemed or not, paid or not, however old.
    /// @dev Caller: anyone. Two payments of one allotment and number, or one payment and two endorsements. Only what
    /// proves it is looked at: the signatures of the device. Reverts with {OfflineNoConflict}, {OfflineAllotmentUnknown},
    /// {OfflineDeviceStatusInvalid} (unknown, or blocked already), {OfflineSignatureInvalid}.
    /// @return device The one that has cheated.
    function proveDoubleSpend(
        OfflineVoucher calldata first,
        OfflineVoucher calldata second
    ) external returns (bytes32 device);

    /// @notice Gives the owner back what is left, once no voucher can come any more, or nothing is left.
    /// @dev Caller: anyone. Works while halted and whoever is frozen. Reverts with {OfflineAllotmentUnknown},
    /// {OfflineNotClosable}.
    /// @return returned Minor units that are free again.
    function close(bytes32 allotment) external returns (uint256 returned);

    /// @notice Id of a device: keccak256 of its key.
    function deviceId(bytes32 x, bytes32 y) external pure returns (bytes32);

    /// @notice Id of a device's allotment; the first has number 0.
    function allotmentId(bytes32 device, uint32 number) external view returns (bytes32);

    /// @notice Id of a payment: its EIP-712 digest in this contract's domain. The payer's device signs SHA-256 of it.
    function paymentId(OfflinePayment calldata payment) external view returns (bytes32);

    /// @notice Id of a voucher: the EIP-712 digest of its endorsement. The paid device signs SHA-256 of it.
    function voucherId(bytes32 payment, OfflineEndorsement calldata endorsement) external view returns (bytes32);

    /// @notice What is known of a device; all zero when unknown.
    function deviceOf(bytes32 device) external view returns (OfflineDevice memory);

    /// @notice What is known of an allotment; all zero when unknown.
    function allotmentOf(bytes32 allotment) external view returns (OfflineAllotment memory);

    /// @notice The hold that an allotment is.
    function holdOf(bytes32 allotment) external view returns (Hold memory);

    /// @notice The last moment at which vouchers of an allotment are redeemed.
    function deadlineOf(bytes32 allotment) external view returns (uint256);

    /// @notice Whether a payment of this number has been redeemed.
    function isUsed(bytes32 allotment, uint32 number) external view returns (bool);

    /// @notice The voucher with which a payment was redeemed; zero for none.
    function redeemedBy(bytes32 payment) external view returns (bytes32 voucher);

    /// @notice Whether a voucher that was one too many has been paid all the same.
    function isCompensated(bytes32 voucher) external view returns (bool);

    /// @notice An institution's pledge, and what is left of it; zero once it has expired.
    function pledgeOf(uint16 institution) external view returns (OfflinePledge memory current, uint256 remaining);

    /// @notice What allotments may be now.
    function terms() external view returns (OfflineTerms memory);

    /// @notice The currency that is paid in.
    function CURRENCY() external view returns (address);
}
