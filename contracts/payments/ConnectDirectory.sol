// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {CurrencyAuthority} from "../bridge/CurrencyAuthority.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {ConnectSide, Enrolment, IConnectDirectory, ParticipantKind, ProxyPort} from "./IConnectDirectory.sol";

/// @title ConnectDirectory
/// @notice See {IConnectDirectory}.
contract ConnectDirectory is IConnectDirectory, CurrencyAuthority, EIP712 {
    struct Owner {
        address currency;
        address account;
        uint96 sequence;
    }

    bytes32 private constant PORT_TYPEHASH = keccak256(
        "ProxyPort(bytes32 proxy,address currency,address account,uint96 sequence,uint48 notAfter)"
    );

    IDigitalCurrency private immutable MAINLAND;
    IDigitalCurrency private immutable HONG_KONG;

    mapping(ConnectSide side => mapping(uint16 number => ParticipantKind)) private _kinds;
    mapping(address currency => mapping(bytes32 identity => Enrolment)) private _enrolments;
    mapping(address currency => mapping(address account => bytes32)) private _names;
    mapping(bytes32 proxy => Owner) private _owners;

    /// @param mainland The digital renminbi.
    /// @param hongKong The digital Hong Kong dollar.
    constructor(IDigitalCurrency mainland, IDigitalCurrency hongKong) EIP712("ConnectDirectory", "1") {
        require(
            keccak256(bytes(mainland.currencyCode())) == keccak256("CNY") &&
                keccak256(bytes(hongKong.currencyCode())) == keccak256("HKD"),
            ConnectCurrenciesInvalid(address(mainland), address(hongKong))
        );
        (MAINLAND, HONG_KONG) = (mainland, hongKong);
    }

    // ------------------------------------------------------------- participants

    /// @inheritdoc IConnectDirectory
    function admit(ConnectSide side, uint16 number, ParticipantKind kind, bytes32 approval) external {
        _requireAuthorityOf(currencyOf(side));
        require(
            kind == ParticipantKind.Bank ||
                (kind == ParticipantKind.StoredValueFacility && side == ConnectSide.HongKong && approval != 0),
            ConnectKindInvalid(side, number, kind)
        );
        IInstitutionRegistry(registryOf(side)).requireActiveNumber(number);
        _kinds[side][number] = kind;
        emit ParticipantAdmitted(side, number, kind, approval);
    }

    /// @inheritdoc IConnectDirectory
    function dismiss(ConnectSide side, uint16 number) external {
        _requireAuthorityOf(currencyOf(side));
        require(_kinds[side][number] != ParticipantKind.None, ConnectParticipantUnknown(side, number));
        delete _kinds[side][number];
        emit ParticipantDismissed(side, number);
    }

    // ------------------------------------------------------------------ persons

    /// @inheritdoc IConnectDirectory
    function enrol(ConnectSide side, address currency, bytes32 identity, bytes32 person, uint16 institution) external {
        _requireAuthorityOf(currencyOf(side));
        bool own = currency == currencyOf(side);
        require(
            own || (side == ConnectSide.HongKong && currency == address(MAINLAND)),
            ConnectCurrencyInvalid(side, currency)
        );
        require(identity != 0 && person != 0 && own == (institution == 0), ConnectEnrolmentInvalid(currency, identity));
        bytes32 before = _enrolments[currency][identity].person;
        require(before == 0, ConnectAlreadyEnrolled(currency, identity, before));
        _enrolments[currency][identity] = Enrolment(person, side, institution);
        emit PersonEnrolled(currency, identity, person, side, institution);
    }

    // -------------------------------------------------------- names and proxies

    /// @inheritdoc IConnectDirectory
    function setPayeeName(address currency, address account, bytes32 name) external {
        _requireSponsor(currency, account);
        _names[currency][account] = name;
        emit PayeeNamed(currency, account, name);
    }

    /// @inheritdoc IConnectDirectory
    function registerProxy(bytes32 proxy, address currency, address account) external {
        require(proxy != 0, ConnectProxyInvalid());
        (, address owner, ) = proxyOf(proxy);
        require(owner == address(0), ConnectProxyTaken(proxy, owner));
        _give(proxy, currency, account);
    }

    /// @inheritdoc IConnectDirectory
    function portProxy(ProxyPort calldata port, bytes calldata signature) external {
        (, address owner, uint256 sequence) = proxyOf(port.proxy);
        require(owner != address(0), ConnectProxyUnknown(port.proxy));
        require(port.sequence == sequence, ConnectPortStale(port.proxy, port.sequence, sequence));
        require(block.timestamp <= port.notAfter, ConnectPortExpired(port.proxy, port.notAfter, block.timestamp));
        require(Signatures.isValid(owner, portDigest(port), signature), ConnectPortSignatureInvalid(port.proxy, owner));
        _give(port.proxy, port.currency, port.account);
    }

    /// @inheritdoc IConnectDirectory
    function releaseProxy(bytes32 proxy) external {
        (address currency, address account, ) = proxyOf(proxy);
        require(account != address(0), ConnectProxyUnknown(proxy));
        if (msg.sender != account) _requireSponsor(currency, account);
        // the sequence stays, so that no consent of before comes back to life
        (_owners[proxy].currency, _owners[proxy].account) = (address(0), address(0));
        emit ProxyReleased(proxy, msg.sender);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IConnectDirectory
    function currencyOf(ConnectSide side) public view returns (address) {
        return address(side == ConnectSide.Mainland ? MAINLAND : HONG_KONG);
    }

    /// @inheritdoc IConnectDirectory
    function registryOf(ConnectSide side) public view returns (address) {
        return IDigitalCurrency(currencyOf(side)).registry();
    }

    /// @inheritdoc IConnectDirectory
    function kindOf(ConnectSide side, uint16 number) external view returns (ParticipantKind) {
        return _kinds[side][number];
    }

    /// @inheritdoc IConnectDirectory
    function enrolmentOf(address currency, address account) public view returns (Enrolment memory) {
        return _enrolments[currency][IDigitalCurrency(currency).identityOf(account)];
    }

    /// @inheritdoc IConnectDirectory
    function payeeNameOf(address currency, address account) external view returns (bytes32) {
        return _names[currency][account];
    }

    /// @inheritdoc IConnectDirectory
    function proxyOf(bytes32 proxy) public view returns (address currency, address account, uint256 sequence) {
        Owner memory owner = _owners[proxy];
        bool live = owner.account != address(0) && _sponsorOf(owner.currency, owner.account) != 0;
        return live ? (owner.currency, owner.account, owner.sequence) : (address(0), address(0), owner.sequence);
    }

    /// @inheritdoc IConnectDirectory
    function portDigest(ProxyPort calldata port) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(PORT_TYPEHASH, port)));
    }

    /// @inheritdoc IConnectDirectory
    function requireServed(
        ConnectSide side,
        address currency,
        address account
    ) external view returns (bytes32 person, uint16 institution) {
        _requireCurrency(side, currency);
        Enrolment memory enrolment = enrolmentOf(currency, account);
        bool resident = enrolment.person != 0 && enrolment.side == side;
        if (resident) person = enrolment.person;
        institution = _sponsorOf(currency, account);
        // a wallet of another side's currency has its sponsor there; who serves it here is what its owner was enrolled with
        if (institution != 0 && currency != currencyOf(side)) institution = resident ? enrolment.institution : 0;
        require(institution != 0, ConnectNotServed(side, currency, account));
        require(_kinds[side][institution] != ParticipantKind.None, ConnectParticipantUnknown(side, institution));
        IInstitutionRegistry(registryOf(side)).requireActiveNumber(institution);
    }

    /// @inheritdoc IConnectDirectory
    function requirePayee(address currency, address account, bytes32 proxy, bytes32 name) external view {
        if (proxy != 0) {
            (address of_, address owner, ) = proxyOf(proxy);
            require(owner == account && of_ == currency, ConnectProxyMismatch(proxy, account, owner));
        }
        bytes32 registered = _names[currency][account];
        require(registered == name && name != 0, ConnectNameMismatch(account, name, registered));
    }

    // ---------------------------------------------------------------- internals

    /// @dev The one place where a proxy gets an owner.
    function _give(bytes32 proxy, address currency, address account) private {
        _requireSponsor(currency, account);
        uint96 sequence = _owners[proxy].sequence + 1;
        _owners[proxy] = Owner(currency, account, sequence);
        emit ProxyRegistered(proxy, currency, account, sequence);
    }

    function _requireSponsor(address currency, address account) private view {
        // whether it is of the link at all, before its code is asked anything
        _requireCurrency(currency == address(HONG_KONG) ? ConnectSide.HongKong : ConnectSide.Mainland, currency);
        uint16 caller = IInstitutionRegistry(IDigitalCurrency(currency).registry()).requireActive(msg.sender);
        require(caller == _sponsorOf(currency, account), ConnectCallerNotSponsor(currency, account, msg.sender));
    }

    function _requireCurrency(ConnectSide side, address currency) private view {
        require(
            currency == address(MAINLAND) || (side == ConnectSide.HongKong && currency == address(HONG_KONG)),
            ConnectCurrencyInvalid(side, currency)
        );
    }

    function _sponsorOf(address currency, address account) private view returns (uint16 sponsor) {
        (, sponsor, , ) = IDigitalCurrency(currency).walletOf(account);
    }
}
