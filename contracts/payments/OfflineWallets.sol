// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {
    IOfflineWallets,
    OfflineAllotment,
    OfflineDevice,
    OfflineDeviceStatus,
    OfflineEndorsement,
    OfflineFraud,
    OfflinePayment,
    OfflinePledge,
    OfflineTerms,
    OfflineVoucher,
    P256Signature
} from "./IOfflineWallets.sol";

/// @title OfflineWallets
/// @notice See {IOfflineWallets}.
/// @dev A number is one bit; a payment, once redeemed, names the voucher that was paid. From the two follows what a
/// further voucher is: the same one again, another payment of the number, or the same payment passed on twice.
contract OfflineWallets is IOfflineWallets, AccessManaged, EIP712 {
    using BitMaps for BitMaps.BitMap;

    /// @dev What a voucher gets; settled: nothing more is owed for it.
    struct Share {
        uint256 own;
        uint256 guaranteed;
        bool settled;
    }

    bytes32 private constant KEY_TYPEHASH = keccak256("DeviceKey(address owner)");
    bytes32 private constant PAYMENT_TYPEHASH = keccak256(
        "OfflinePayment(bytes32 allotment,uint32 number,uint64 amount,bytes32 payee,uint48 signedAt)"
    );
    bytes32 private constant ENDORSEMENT_TYPEHASH = keccak256(
        "OfflineEndorsement(bytes32 payment,bytes32 payee,bytes32 security,uint48 signedAt)"
    );

    /// @inheritdoc IOfflineWallets
    address public immutable CURRENCY;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    OfflineTerms private _terms;
    mapping(bytes32 id => OfflineDevice) private _devices;
    mapping(bytes32 id => OfflineAllotment) private _allotments;
    mapping(bytes32 allotment => BitMaps.BitMap numbers) private _used;
    mapping(bytes32 payment => bytes32 voucher) private _redeemed;
    mapping(bytes32 voucher => bool) private _compensated;
    mapping(uint16 institution => OfflinePledge) private _pledges;

    /// @param currency_ Its authority is this contract's, too.
    constructor(
        IDigitalCurrency currency_,
        OfflineTerms memory terms_
    ) AccessManaged(currency_.authority()) EIP712("OfflineWallets", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
        REGISTRY = IInstitutionRegistry(currency_.registry());
        _setTerms(terms_);
    }

    // ----------------------------------------------------------- before it pays

    /// @inheritdoc IOfflineWallets
    function setTerms(OfflineTerms calldata terms_) external restricted {
        _setTerms(terms_);
    }

    /// @inheritdoc IOfflineWallets
    function pledge(uint64 amount, uint48 expiry) external {
        uint16 institution = REGISTRY.requireOperating(msg.sender);
        OfflinePledge memory last = _pledges[institution];
        uint256 remaining = _remainingOf(_pledged(institution, last));
        bool runs = block.timestamp < last.expiry;
        require(
            !runs || (amount >= remaining && expiry >= last.expiry),
            OfflinePledgeInvalid(institution, amount, expiry)
        );
        if (remaining != 0) MONEY.releaseHold(_pledged(institution, last));

        OfflinePledge memory next = OfflinePledge(msg.sender, expiry, amount, last.number + 1);
        _pledges[institution] = next;
        emit GuaranteePledged(institution, msg.sender, amount, expiry);
        MONEY.placeHoldFrom(_pledged(institution, next));
    }

    /// @inheritdoc IOfflineWallets
    function registerDevice(
        address owner,
        bytes32 x,
        bytes32 y,
        P256Signature calldata proof
    ) external returns (bytes32 device) {
        uint16 institution = REGISTRY.requireOperating(msg.sender);
        (, uint16 sponsor, , ) = MONEY.walletOf(owner);
        require(sponsor == institution, OfflineOwnerNotSponsored(owner, sponsor, institution));
        device = deviceId(x, y);
        OfflineDevice storage entry = _devices[device];
        require(entry.status == OfflineDeviceStatus.None, OfflineDeviceStatusInvalid(device, entry.status));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(KEY_TYPEHASH, owner)));
        require(_verify(digest, proof, x, y), OfflineKeyInvalid(device, owner));

        (entry.owner, entry.institution, entry.status) = (owner, institution, OfflineDeviceStatus.Active);
        (entry.x, entry.y) = (x, y);
        emit DeviceRegistered(device, owner, institution, x, y);
    }

    /// @inheritdoc IOfflineWallets
    function load(
        bytes32 device,
        uint64 amount,
        uint48 signUntil,
        bytes calldata holdSignature
    ) external returns (bytes32 allotment) {
        OfflineDevice storage entry = _devices[device];
        require(entry.status == OfflineDeviceStatus.Active, OfflineDeviceStatusInvalid(device, entry.status));
        require(msg.sender == entry.owner, OfflineCallerInvalid(device, msg.sender));
        OfflineTerms memory now_ = _terms;
        uint256 loaded = uint256(entry.loaded) + amount;
        require(amount != 0 && loaded <= now_.maxLoaded, OfflineLoadInvalid(device, loaded, now_.maxLoaded));
        uint256 limit = block.timestamp + now_.maxTerm;
        require(block.timestamp < signUntil && signUntil <= limit, OfflineTermInvalid(device, signUntil, limit));

        allotment = allotmentId(device, entry.allotments++);
        entry.loaded = uint64(loaded);
        _allotments[allotment] = OfflineAllotment({
            device: device,
            amount: amount,
            paid: 0,
            guaranteed: 0,
            maxPayment: now_.maxPayment,
            openedAt: uint48(block.timestamp),
            signUntil: signUntil,
            maxAge: now_.maxAge,
            closed: false
        });
        emit AllotmentLoaded(allotment, device, msg.sender, amount, signUntil);
        Hold memory hold = holdOf(allotment);
        _requireGuarantee(entry.institution, amount, hold.expiry);
        _place(hold, holdSignature);
    }

    // --------------------------------------------------------------- redemption

    /// @inheritdoc IOfflineWallets
    function redeem(OfflineVoucher calldata voucher) external returns (uint256 amount) {
        bytes32 payment = paymentId(voucher.payment);
        bytes32 id = voucherId(payment, voucher.endorsement);
        _requirePayment(payment, voucher.payment);
        _requireEndorsement(id, voucher);
        OfflineAllotment storage source = _allotments[voucher.payment.allotment];
        _requireSignature(source.device, payment, voucher.paymentSignature);
        _requireSignature(voucher.payment.payee, id, voucher.endorsementSignature);

        bytes32 redeemed = _redeemed[payment];
        require(redeemed != id && !_compensated[id], OfflineVoucherPaid(id));
        bytes32 answers = redeemed == 0 ? voucher.payment.allotment : voucher.endorsement.security;
        if (redeemed != 0) {
            _block(voucher.payment.payee, OfflineFraud.PaymentTwice, id);
            if (answers == 0) {
                emit VoucherForfeited(id, voucher.payment.payee, voucher.payment.amount);
                return 0;
            }
        } else if (_used[answers].get(voucher.payment.number)) {
            _block(source.device, OfflineFraud.NumberTwice, payment);
        }
        Share memory share = _book(id, answers, voucher);
        if (!share.settled) return 0;
        if (redeemed != 0) {
            _compensated[id] = true;
        } else {
            _used[answers].set(voucher.payment.number);
            _redeemed[payment] = id;
        }
        _transfer(answers, _devices[voucher.endorsement.payee].owner, share);
        return share.own + share.guaranteed;
    }

    /// @inheritdoc IOfflineWallets
    function redeemMany(OfflineVoucher[] calldata vouchers) external returns (uint256 amount, bytes4[] memory reasons) {
        reasons = new bytes4[](vouchers.length);
        for (uint256 i = 0; i < vouchers.length; ++i) {
            // a call of its own: what one voucher is refused for undoes nothing of another
            try this.redeem(vouchers[i]) returns (uint256 paid) {
                amount += paid;
            } catch (bytes memory reason) {
                reasons[i] = bytes4(reason);
                emit VoucherRefused(i, bytes4(reason));
            }
        }
    }

    // --------------------------------------------------------- loss and cheating

    /// @inheritdoc IOfflineWallets
    function reportLoss(bytes32 device) external {
        OfflineDevice storage entry = _devices[device];
        require(entry.status == OfflineDeviceStatus.Active, OfflineDeviceStatusInvalid(device, entry.status));
        require(
            msg.sender == entry.owner || REGISTRY.institutionOf(msg.sender) == entry.institution,
            OfflineCallerInvalid(device, msg.sender)
        );
        uint48 cutOff = uint48(block.timestamp + _terms.lossGrace);
        (entry.status, entry.stoppedAt, entry.cutOff) = (OfflineDeviceStatus.Lost, uint48(block.timestamp), cutOff);
        emit DeviceReportedLost(device, msg.sender, cutOff);
    }

    /// @inheritdoc IOfflineWallets
    function proveDoubleSpend(
        OfflineVoucher calldata first,
        OfflineVoucher calldata second
    ) external returns (bytes32 device) {
        bytes32 payment = paymentId(first.payment);
        bytes32 other = paymentId(second.payment);
        OfflineFraud fraud;
        if (payment != other) {
            require(
                first.payment.allotment == second.payment.allotment && first.payment.number == second.payment.number,
                OfflineNoConflict(payment, other)
            );
            device = _requireAllotment(first.payment.allotment).device;
            _requireSignature(device, payment, first.paymentSignature);
            _requireSignature(device, other, second.paymentSignature);
            fraud = OfflineFraud.NumberTwice;
        } else {
            device = first.payment.payee;
            (payment, other) = (voucherId(payment, first.endorsement), voucherId(payment, second.endorsement));
            require(payment != other, OfflineNoConflict(payment, other));
            _requireSignature(device, payment, first.endorsementSignature);
            _requireSignature(device, other, second.endorsementSignature);
            fraud = OfflineFraud.PaymentTwice;
        }
        OfflineDeviceStatus status = _devices[device].status;
        require(status != OfflineDeviceStatus.Blocked, OfflineDeviceStatusInvalid(device, status));
        _block(device, fraud, other);
    }

    /// @inheritdoc IOfflineWallets
    function close(bytes32 allotment) external returns (uint256 returned) {
        OfflineAllotment storage entry = _requireAllotment(allotment);
        uint256 deadline = deadlineOf(allotment);
        require(
            !entry.closed && (deadline < block.timestamp || entry.paid == entry.amount),
            OfflineNotClosable(allotment, deadline, block.timestamp)
        );
        entry.closed = true;
        returned = entry.amount - entry.paid;
        _devices[entry.device].loaded -= entry.amount;
        Hold memory hold = holdOf(allotment);
        emit AllotmentClosed(allotment, hold.payer, returned);
        // after the expiry anyone may have given it back at the ledger itself
        if (_remainingOf(hold) != 0) MONEY.releaseHold(hold);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IOfflineWallets
    function deviceId(bytes32 x, bytes32 y) public pure returns (bytes32) {
        return keccak256(abi.encode(x, y));
    }

    /// @inheritdoc IOfflineWallets
    function allotmentId(bytes32 device, uint32 number) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), device, number));
    }

    /// @inheritdoc IOfflineWallets
    function paymentId(OfflinePayment calldata payment) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(PAYMENT_TYPEHASH, payment)));
    }

    /// @inheritdoc IOfflineWallets
    function voucherId(bytes32 payment, OfflineEndorsement calldata endorsement) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ENDORSEMENT_TYPEHASH, payment, endorsement)));
    }

    /// @inheritdoc IOfflineWallets
    function deviceOf(bytes32 device) external view returns (OfflineDevice memory) {
        return _devices[device];
    }

    /// @inheritdoc IOfflineWallets
    function allotmentOf(bytes32 allotment) external view returns (OfflineAllotment memory) {
        return _allotments[allotment];
    }

    /// @inheritdoc IOfflineWallets
    function holdOf(bytes32 allotment) public view returns (Hold memory) {
        OfflineAllotment storage entry = _requireAllotment(allotment);
        return
            Hold({
                payer: _devices[entry.device].owner,
                payee: address(0),
                executor: address(this),
                amount: entry.amount,
                // a hold is captured strictly before it expires
                expiry: _lastOf(entry) + 1,
                businessRef: allotment
            });
    }

    /// @inheritdoc IOfflineWallets
    function deadlineOf(bytes32 allotment) public view returns (uint256) {
        OfflineAllotment storage entry = _requireAllotment(allotment);
        uint256 cutOff = _devices[entry.device].cutOff;
        return cutOff == 0 ? _lastOf(entry) : Math.min(_lastOf(entry), cutOff);
    }

    /// @inheritdoc IOfflineWallets
    function isUsed(bytes32 allotment, uint32 number) external view returns (bool) {
        return _used[allotment].get(number);
    }

    /// @inheritdoc IOfflineWallets
    function redeemedBy(bytes32 payment) external view returns (bytes32) {
        return _redeemed[payment];
    }

    /// @inheritdoc IOfflineWallets
    function isCompensated(bytes32 voucher) external view returns (bool) {
        return _compensated[voucher];
    }

    /// @inheritdoc IOfflineWallets
    function pledgeOf(uint16 institution) external view returns (OfflinePledge memory current, uint256 remaining) {
        current = _pledges[institution];
        remaining = _guaranteeOf(institution, current);
    }

    /// @inheritdoc IOfflineWallets
    function terms() external view returns (OfflineTerms memory) {
        return _terms;
    }

    // ---------------------------------------------------------------- internals

    function _setTerms(OfflineTerms memory terms_) private {
        require(
            terms_.maxPayment != 0 &&
                terms_.maxPayment <= terms_.maxLoaded &&
                terms_.maxAge != 0 &&
                terms_.maxTerm != 0 &&
                terms_.lossGrace != 0,
            OfflineTermsInvalid()
        );
        emit OfflineTermsSet(_terms, terms_);
        _terms = terms_;
    }

    /// @dev Anyone who sees the owner's signature may place its hold at the ledger first; that must not stop the loading. A
    /// hold in place is the allotment's: only this contract could have taken from it.
    function _place(Hold memory hold, bytes calldata holdSignature) private {
        if (_remainingOf(hold) != 0) return;
        if (holdSignature.length != 0) MONEY.placeHoldWithSignature(hold, holdSignature);
        else MONEY.placeHoldFrom(hold);
    }

    /// @dev Works out what a voucher gets and books it: out of the allotment, and what that lacks out of the guarantee.
    function _book(
        bytes32 id,
        bytes32 allotment,
        OfflineVoucher calldata voucher
    ) private returns (Share memory share) {
        OfflineAllotment storage entry = _allotments[allotment];
        (address payer, address payee) = (_devices[entry.device].owner, _devices[voucher.endorsement.payee].owner);
        uint256 amount = voucher.payment.amount;
        if (payee != payer) {
            bool over = entry.closed || deadlineOf(allotment) < block.timestamp;
            share.own = over ? 0 : Math.min(amount, entry.amount - entry.paid);
            if (share.own < amount) {
                _block(entry.device, OfflineFraud.Overspent, id);
                share.guaranteed = Math.min(amount - share.own, _answerable(entry, payee));
            }
            if (share.own + share.guaranteed == 0) {
                emit VoucherUncovered(id, allotment, payee, amount);
                return share;
            }
            entry.paid += uint64(share.own);
            entry.guaranteed += uint64(share.guaranteed);
        }
        share.settled = true;
        emit VoucherRedeemed(id, allotment, payee, amount, share.own, share.guaranteed);
    }

    /// @dev The one place that pays.
    function _transfer(bytes32 allotment, address payee, Share memory share) private {
        if (share.own != 0) MONEY.captureHold(holdOf(allotment), payee, share.own);
        if (share.guaranteed == 0) return;
        uint16 institution = _devices[_allotments[allotment].device].institution;
        MONEY.captureHold(_pledged(institution, _pledges[institution]), payee, share.guaranteed);
    }

    /// @dev What the guarantee still pays for an allotment.
    function _answerable(OfflineAllotment storage entry, address payee) private view returns (uint256) {
        uint16 institution = _devices[entry.device].institution;
        OfflinePledge memory current = _pledges[institution];
        // an institution owes nothing to itself
        if (block.timestamp > _lastOf(entry) || payee == current.payer) return 0;
        return Math.min(entry.amount - entry.guaranteed, _guaranteeOf(institution, current));
    }

    function _block(bytes32 device, OfflineFraud fraud, bytes32 evidence) private {
        OfflineDevice storage entry = _devices[device];
        if (entry.status == OfflineDeviceStatus.Blocked) return;
        // its victims have all the time there is; but what is over is over
        if (block.timestamp <= entry.cutOff) entry.cutOff = 0;
        if (entry.stoppedAt == 0) entry.stoppedAt = uint48(block.timestamp);
        entry.status = OfflineDeviceStatus.Blocked;
        emit DeviceBlocked(device, fraud, evidence);
    }

    function _pledged(uint16 institution, OfflinePledge memory current) private view returns (Hold memory) {
        bytes32 businessRef = keccak256(abi.encode("OfflineGuarantee", institution, current.number));
        return Hold(current.payer, address(0), address(this), current.amount, current.expiry, businessRef);
    }

    function _guaranteeOf(uint16 institution, OfflinePledge memory current) private view returns (uint256) {
        return block.timestamp < current.expiry ? _remainingOf(_pledged(institution, current)) : 0;
    }

    function _remainingOf(Hold memory hold) private view returns (uint256 remaining) {
        (remaining, ) = MONEY.holdState(MONEY.holdId(hold));
    }

    /// @dev Last moment at which a voucher of the allotment is young enough.
    function _lastOf(OfflineAllotment storage entry) private view returns (uint256) {
        return uint256(entry.signUntil) + entry.maxAge;
    }

    /// @dev SHA-256 because that is what the chips do: they hash the 32 bytes that they are given to sign.
    function _verify(
        bytes32 digest,
        P256Signature calldata signature,
        bytes32 x,
        bytes32 y
    ) private view returns (bool) {
        return P256.verify(sha256(abi.encode(digest)), signature.r, signature.s, x, y);
    }

    // ------------------------------------------------------------------- checks

    function _requirePayment(bytes32 id, OfflinePayment calldata payment) private view {
        OfflineAllotment storage source = _requireAllotment(payment.allotment);
        (uint256 amount, uint256 signedAt) = (payment.amount, payment.signedAt);
        require(amount != 0 && amount <= source.maxPayment, OfflineAmountInvalid(id, amount, source.maxPayment));
        require(
            source.openedAt <= signedAt && signedAt <= source.signUntil && !_isStopped(source.device, signedAt),
            OfflinePaymentTimeInvalid(id, signedAt)
        );
        uint256 deadline = Math.min(signedAt + source.maxAge, deadlineOf(payment.allotment));
        require(
            signedAt <= block.timestamp && block.timestamp <= deadline,
            OfflinePaymentExpired(id, deadline, block.timestamp)
        );
    }

    function _requireEndorsement(bytes32 id, OfflineVoucher calldata voucher) private view {
        (bytes32 holder, bytes32 payee) = (voucher.payment.payee, voucher.endorsement.payee);
        (bytes32 security, uint256 signedAt) = (voucher.endorsement.security, voucher.endorsement.signedAt);
        _requireKnown(payee);
        require(
            voucher.payment.signedAt <= signedAt && signedAt <= block.timestamp && !_isStopped(holder, signedAt),
            OfflineEndorsementTimeInvalid(id, signedAt)
        );
        OfflineAllotment storage secured = _allotments[security];
        require(
            holder == payee
                ? security == 0
                : secured.device == holder && secured.openedAt <= signedAt && signedAt <= secured.signUntil,
            OfflineSecurityInvalid(id, security)
        );
    }

    function _requireGuarantee(uint16 institution, uint256 amount, uint256 expiry) private view {
        REGISTRY.requireActiveNumber(institution);
        OfflinePledge memory current = _pledges[institution];
        uint256 remaining = current.expiry < expiry ? 0 : _guaranteeOf(institution, current);
        require(remaining >= amount, OfflineGuaranteeMissing(institution, remaining, amount));
    }

    function _requireSignature(bytes32 device, bytes32 digest, P256Signature calldata signature) private view {
        _requireKnown(device);
        OfflineDevice storage entry = _devices[device];
        require(_verify(digest, signature, entry.x, entry.y), OfflineSignatureInvalid(device, digest));
    }

    function _requireKnown(bytes32 device) private view {
        OfflineDeviceStatus status = _devices[device].status;
        require(status != OfflineDeviceStatus.None, OfflineDeviceStatusInvalid(device, status));
    }

    function _requireAllotment(bytes32 allotment) private view returns (OfflineAllotment storage entry) {
        entry = _allotments[allotment];
        require(entry.device != 0, OfflineAllotmentUnknown(allotment));
    }

    function _isStopped(bytes32 device, uint256 signedAt) private view returns (bool) {
        uint256 stoppedAt = _devices[device].stoppedAt;
        return stoppedAt != 0 && stoppedAt < signedAt;
    }
}
